"""What parts of large tables have shown: counts and keyed hashes, until a scan has joined them."""

from __future__ import annotations

from sqlalchemy import and_, delete, insert, select

from include.governance.store.base import Database
from include.governance.store.schema import SCAN_PART

_OWN = SCAN_PART.c


class ScanParts:
    """The parts kept in a store, each of one run; another run's take their place."""

    def __init__(self, store: Database) -> None:
        self._store = store

    def keep(self, run_id: str, source: str, place: str, number: int, document: str) -> None:
        """Keep a part in the place of what was kept of it before."""
        same = and_(_OWN.source == source, _OWN.place == place, _OWN.number == number)
        values = {
            "source": source,
            "place": place,
            "number": number,
            "run_id": run_id,
            "document": document,
        }
        with self._store.writing() as connection:
            connection.execute(delete(SCAN_PART).where(same))
            connection.execute(insert(SCAN_PART).values(values))

    def of(self, run_id: str, source: str, place: str) -> dict[int, str]:
        """The parts that a run has read of a place, by number."""
        same = and_(_OWN.source == source, _OWN.place == place, _OWN.run_id == run_id)
        with self._store.reading() as connection:
            rows = connection.execute(select(_OWN.number, _OWN.document).where(same))
            return {int(row.number): str(row.document) for row in rows}

    def forget(self, source: str) -> None:
        """Let go of every part of a source."""
        with self._store.writing() as connection:
            connection.execute(delete(SCAN_PART).where(_OWN.source == source))
