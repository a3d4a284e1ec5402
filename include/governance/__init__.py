"""The governance engine: policy and contracts in, findings, plans and proof out; knows nothing of Airflow."""
