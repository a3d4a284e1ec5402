"""What scans have seen of tables that are only appended to: counts and keyed hashes."""

from __future__ import annotations

from sqlalchemy import and_, delete, insert, select

from include.governance.store.base import Database
from include.governance.store.schema import SCAN_EVIDENCE

_OWN = SCAN_EVIDENCE.c


class ScanEvidence:
    """One document a table, kept in a store."""

    def __init__(self, store: Database) -> None:
        self._store = store

    def keep(self, source: str, place: str, document: str) -> None:
        """Keep a document in the place of the one before."""
        same = and_(_OWN.source == source, _OWN.place == place)
        values = {"source": source, "place": place, "document": document}
        with self._store.writing() as connection:
            connection.execute(delete(SCAN_EVIDENCE).where(same))
            connection.execute(insert(SCAN_EVIDENCE).values(values))

    def of(self, source: str, place: str) -> str | None:
        """The document of a table."""
        same = and_(_OWN.source == source, _OWN.place == place)
        with self._store.reading() as connection:
            found = connection.scalar(select(_OWN.document).where(same))
        return None if found is None else str(found)
