"""Turn a driver's exception into ours: what may pass, what will not, and never its text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from include.governance.errors import SourceError, SourceMismatch, SourceUnavailable

# The servers' numbers first: their words may be in another language.
#: MySQL/MariaDB: access denied to database, for user; unknown database.
_REFUSED = {1044, 1045, 1049, 1698, "28000", "28P01", "3D000"}
_REFUSED_WORDS = (
    "authentication failed",
    "no password supplied",
    "does not exist",
    "認証に失敗",
    "存在しません",
)
#: Table or column missing.
_MISSING = {1146, 1054, "42P01", "42703"}
_MISSING_WORDS = ("no such table", "no such column")
#: The table or column may not be read.
_DENIED = {1142, 1143, 1227, "42501"}
#: MySQL/MariaDB: no room on the disk, in the tablespace.
_FULL = {1021, 1114, "53100"}
_FULL_WORDS = "database or disk is full"
#: MySQL/MariaDB: too many connections, shutdown, killed, lock wait, deadlock, timeout, lost.
_PASSING = {1040, 1053, 1152, *range(1158, 1162), 1203, 1205, 1213, 1317, 1836, 1927, 1969, 3024}
_PASSING |= {2002, 2003, 2006, 2013, 2055, 4031}
#: PostgreSQL: connection, transaction rollback, resources, operator, system; lock not available.
_PASSING_CLASSES = ("08", "40", "53", "57", "58", "55P03")
_PASSING_WORDS = ("database is locked", "database table is locked")


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
    except exc.DBAPIError as error:
        raise _translate(error, where) from None
    except (exc.SQLAlchemyError, UnicodeError, OverflowError) as error:
        # the last two: a driver that cannot send or hold a value
        raise SourceError("source_unreadable", kind=type(error).__name__, **where) from None


def _translate(error: exc.DBAPIError, where: dict[str, str]) -> SourceError:
    words = str(error.orig).lower()
    number = code_of(error)
    connecting = error.statement is None
    if number in _REFUSED or (connecting and any(w in words for w in _REFUSED_WORDS)):
        return SourceMismatch("login_refused", **where)
    if number in _MISSING or any(w in words for w in _MISSING_WORDS):
        return SourceMismatch("table_missing", **where)
    if connecting and "unable to open database file" in words:
        return SourceMismatch("file_missing", **where)
    if number in _DENIED:
        return SourceMismatch("access_denied", **where)
    if is_full(error):
        return SourceUnavailable("source_full", **where)
    if _may_pass(error, number, words):
        return SourceUnavailable("source_unavailable", **where)
    return SourceError("source_unreadable", kind=type(error.orig).__name__, **where)


def is_full(error: exc.DBAPIError) -> bool:
    """The database has no space left for what it was told to keep."""
    return code_of(error) in _FULL or _FULL_WORDS in str(error.orig).lower()


def code_of(error: exc.DBAPIError) -> object:
    """MySQL's error number, which says more than the SQLSTATE beside it, PostgreSQL's SQLSTATE.

    Of SQLite the text.
    """
    first = error.orig.args[0] if error.orig and error.orig.args else None
    return first if isinstance(first, int) else getattr(error.orig, "sqlstate", None) or first


def _may_pass(error: exc.DBAPIError, number: object, words: str) -> bool:
    if error.connection_invalidated or number in _PASSING:
        return True
    if not isinstance(error, exc.OperationalError | exc.InterfaceError):
        return False
    if isinstance(number, str) and len(number) == 5:
        return number.startswith(_PASSING_CLASSES)
    if "sqlite3" in type(error.orig).__module__:
        return any(w in words for w in _PASSING_WORDS)
    return not isinstance(number, int)
