"""The governance engine: policy and contracts in, findings and plans out; no Airflow in here."""

__version__ = "0.1.0"
#: What reports and certificates say they were made by.
PRODUCT = f"Daicho {__version__}"
