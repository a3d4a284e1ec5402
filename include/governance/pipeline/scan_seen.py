"""What scans have seen of a source's tables that are only appended to, kept in the store."""

from __future__ import annotations

from pydantic import ValidationError

from include.governance.detect.appended import Evidence
from include.governance.store.base import Database
from include.governance.store.scan_evidence import ScanEvidence


class Seen:
    """The evidence of one source, by the names of places; ``full``: none of it counts."""

    def __init__(self, store: Database, source: str, *, full: bool) -> None:
        self._kept = ScanEvidence(store)
        self._source = source
        self._full = full

    def of(self, place: str) -> Evidence | None:
        """What stands; nothing where another version of this program has written it."""
        document = None if self._full else self._kept.of(self._source, place)
        try:
            return Evidence.model_validate_json(document) if document else None
        except ValidationError:
            return None

    def keep(self, evidence: Evidence) -> None:
        """Keep it for the next scan."""
        self._kept.keep(self._source, evidence.place, evidence.model_dump_json())
