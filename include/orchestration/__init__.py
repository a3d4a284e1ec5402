"""The edge towards Airflow: connections from Airflow, errors to Airflow, counts into XCom."""
