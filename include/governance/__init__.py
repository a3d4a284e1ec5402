"""The governance engine: policy and contracts in, findings and plans out; no Airflow in here."""
