"""SQLite: freed bytes are overwritten as rows go; the log is emptied, or the file written anew."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection

from include.governance.erasure.graph import Place
from include.governance.errors import PlanError
from include.governance.model.certificate import Level, TableEvidence

FILE = "main"
_COUNTERS = ("secure_delete", "page_count", "freelist_count", "journal_mode")


def compact(
    connection: Connection, _places: Sequence[Place], level: Level
) -> tuple[Level, tuple[TableEvidence, ...]]:
    """Empty the write-ahead log and renew statistics; with level 3 write the whole file anew.

    A file has no parts, so this is about every table. Raises PlanError when somebody else is still
    reading from the log.
    """
    raw = connection.connection.dbapi_connection  # VACUUM is refused inside a transaction
    if raw is None:
        raise PlanError("level_not_shown", table=FILE, level=level)
    before = _state(raw)
    _statistics(raw)
    if level == 3:
        raw.execute("VACUUM")
    busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    after = _state(raw)
    if busy or after["secure_delete"] != "1":
        raise PlanError("level_not_shown", table=FILE, level=level)
    if level == 3 and after["freelist_count"] != "0":
        raise PlanError("level_not_shown", table=FILE, level=level)
    return level, (TableEvidence(table=FILE, before=before, after=after),)


def _statistics(raw: DBAPIConnection) -> None:
    """Samples in statistics are values; only those that exist are made anew."""
    kept = "SELECT count(*) FROM sqlite_master WHERE name LIKE 'sqlite_stat_'"
    if raw.execute(kept).fetchone()[0]:
        raw.execute("ANALYZE")


def _state(raw: DBAPIConnection) -> dict[str, str]:
    return {name: str(raw.execute(f"PRAGMA {name}").fetchone()[0]) for name in _COUNTERS}
