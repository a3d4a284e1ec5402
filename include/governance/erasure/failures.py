"""Which of a driver's errors may be tried again, and what the others mean."""

from __future__ import annotations

from sqlalchemy import exc

from include.governance.errors import GovernanceError, PlanError, SourceError, SourceUnavailable
from include.governance.model.erasure import Obstacle
from include.governance.source.faults import code_of, is_full

#: SQLSTATE of PostgreSQL, numbers of MariaDB.
_OBSTACLES: dict[object, Obstacle] = {
    "55P03": "lock_timeout",
    "57014": "statement_timeout",
    "40P01": "deadlock",
    "40001": "rows_changed",
    "23503": "child_came",
    1205: "lock_timeout",
    1969: "statement_timeout",
    1213: "deadlock",
    1020: "rows_changed",
    1451: "child_came",
}
_LOST_NUMBERS = {2002, 2003, 2006, 2013, 2055, 1927, 1053, 1158, 1159, 1160, 1161}
_LOST_STATES = ("08", "57P")
#: Words of SQLite.
_WORDS: dict[str, Obstacle] = {
    "database is locked": "lock_timeout",
    "database table is locked": "lock_timeout",
    "foreign key constraint failed": "child_came",
}
_READ_ONLY = {"25006", 1290, 1792, 1836}
_GONE = {"42P01", "42703", 1146, 1054}
_GONE_WORDS = ("no such table", "no such column")
#: MariaDB: a CHECK that is not met, which its driver counts among what may pass.
_CHECK = 4025


def is_lost(error: exc.DBAPIError) -> bool:
    """The connection is gone; whether the last commit came through, the receipts say."""
    state = _state(error)
    return (
        error.connection_invalidated
        or code_of(error) in _LOST_NUMBERS
        or str(state).startswith(_LOST_STATES)
        or (state is None and isinstance(error.orig, Exception) and _broken(error.orig))
    )


def obstacle(error: exc.DBAPIError) -> Obstacle | None:
    """What was in the way, if trying again may help."""
    words = str(error.orig).lower()
    said = (found for word, found in _WORDS.items() if word in words)
    return _OBSTACLES.get(code_of(error)) or next(said, None)


def as_ours(error: exc.DBAPIError, source: str, plan: str) -> GovernanceError:
    """The error for a reader, without the driver's text, which may quote values."""
    words = str(error.orig).lower()
    code = code_of(error)
    if code in _READ_ONLY or "readonly database" in words:
        return PlanError("erasure_read_only", source=source)
    if is_full(error):
        return SourceUnavailable("source_full", source=source)
    if code in _GONE or any(word in words for word in _GONE_WORDS):
        return PlanError("erasure_schema_changed", plan=plan)
    if obstacle(error) or is_lost(error):
        return SourceUnavailable("source_unavailable", source=source)
    kind = type(error.orig).__name__
    if isinstance(error, exc.IntegrityError | exc.DataError) or code == _CHECK:
        return PlanError("erasure_value_refused", plan=plan, source=source, kind=kind)
    return SourceError("source_unreadable", source=source, table="-", kind=kind)


def _state(error: exc.DBAPIError) -> str | None:
    state = getattr(error.orig, "sqlstate", None)
    return str(state) if state else None


def _broken(error: Exception) -> bool:
    words = str(error).lower()
    return any(part in words for part in ("connection", "server closed", "consuming input"))
