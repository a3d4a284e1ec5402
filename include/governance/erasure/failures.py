"""Which of a driver's errors may be tried again, and what the others mean."""

from __future__ import annotations

from sqlalchemy import exc

from include.governance.errors import GovernanceError, PlanError, SourceError, SourceUnavailable

#: PostgreSQL: lock timeout, statement timeout, deadlock, serialisation, a child row came.
_STATES = {"55P03", "57014", "40P01", "40001", "23503"}
#: MariaDB: lock wait timeout, deadlock, statement timeout, record changed, a child row came.
_NUMBERS = {1205, 1213, 1969, 1020, 1451}
_LOST_NUMBERS = {2002, 2003, 2006, 2013, 2055, 1927, 1053, 1158, 1159, 1160, 1161}
_LOST_STATES = ("08", "57P")
_WORDS = ("database is locked", "database table is locked", "foreign key constraint failed")
_READ_ONLY = {"25006", 1290, 1792, 1836}
_GONE = {"42P01", "42703", 1146, 1054}
_GONE_WORDS = ("no such table", "no such column")


def is_lost(error: exc.DBAPIError) -> bool:
    """The connection is gone; whether the last commit came through, the receipts say."""
    state, number = _state(error), _number(error)
    return (
        error.connection_invalidated
        or number in _LOST_NUMBERS
        or str(state).startswith(_LOST_STATES)
        or (state is None and isinstance(error.orig, Exception) and _broken(error.orig))
    )


def may_pass(error: exc.DBAPIError) -> bool:
    """Trying again may help."""
    words = str(error.orig).lower()
    return (
        _state(error) in _STATES
        or _number(error) in _NUMBERS
        or any(word in words for word in _WORDS)
    )


def as_ours(error: exc.DBAPIError, source: str, plan: str) -> GovernanceError:
    """The error for a reader, without the driver's text, which may quote values."""
    words = str(error.orig).lower()
    code = _state(error) or _number(error)
    if code in _READ_ONLY or "readonly database" in words:
        return PlanError("erasure_read_only", source=source)
    if code in _GONE or any(word in words for word in _GONE_WORDS):
        return PlanError("erasure_schema_changed", plan=plan)
    if may_pass(error) or is_lost(error):
        return SourceUnavailable("source_unavailable", source=source)
    return SourceError(
        "source_unreadable", source=source, table="-", kind=type(error.orig).__name__
    )


def _state(error: exc.DBAPIError) -> str | None:
    state = getattr(error.orig, "sqlstate", None)
    return str(state) if state else None


def _number(error: exc.DBAPIError) -> int | None:
    given = getattr(error.orig, "args", ())
    return given[0] if given and isinstance(given[0], int) else None


def _broken(error: Exception) -> bool:
    words = str(error).lower()
    return any(part in words for part in ("connection", "server closed", "consuming input"))
