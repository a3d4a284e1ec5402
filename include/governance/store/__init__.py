"""What was found, decided and planned, kept in the company's own database."""

from include.governance.store.schema import own_tables
from include.governance.store.store import Store

__all__ = ["Store", "own_tables"]
