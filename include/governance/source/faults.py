"""Turn a driver's exception into ours: what may pass, what will not, and never its text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from include.governance.errors import SourceError, SourceMismatch, SourceUnavailable

#: MySQL/MariaDB: access denied for user, to database; unknown database.
_REFUSED_NUMBERS = {1044, 1045, 1049}
_REFUSED_WORDS = ("password authentication failed", "no password supplied", "does not exist")
_MISSING_NUMBERS = {1146, 1054}
_MISSING_WORDS = ("no such table", "no such column", "does not exist")


@contextmanager
def translated(source: str, table: str | None = None) -> Iterator[None]:
    """Raise SourceUnavailable, SourceMismatch or SourceError for what the driver raises inside.

    The driver's own text may quote values or hosts, so it is cut off (``from None``).
    """
    where = {"source": source, "table": table or "-"}
    try:
        yield
    except exc.NoSuchTableError:
        raise SourceMismatch("table_missing", **where) from None
    except exc.NoSuchModuleError:
        raise SourceMismatch("driver_missing", **where) from None
    except exc.DBAPIError as error:
        raise _translate(error, where) from None
    except exc.SQLAlchemyError as error:
        raise SourceError("source_unreadable", kind=type(error).__name__, **where) from None


def _translate(error: exc.DBAPIError, where: dict[str, str]) -> SourceError:
    words = str(error.orig).lower()
    number = error.orig.args[0] if error.orig and error.orig.args else None
    connecting = error.statement is None
    if connecting and (number in _REFUSED_NUMBERS or any(w in words for w in _REFUSED_WORDS)):
        return SourceMismatch("login_refused", **where)
    if not connecting and (number in _MISSING_NUMBERS or any(w in words for w in _MISSING_WORDS)):
        return SourceMismatch("table_missing", **where)
    if connecting and "unable to open database file" in words:
        return SourceMismatch("file_missing", **where)
    if isinstance(error, exc.OperationalError | exc.InterfaceError) or error.connection_invalidated:
        return SourceUnavailable("source_unavailable", **where)
    return SourceError("source_unreadable", kind=type(error.orig).__name__, **where)
