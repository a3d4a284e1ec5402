"""Turn what a driver raises into StoreError: whether trying again can help, and never its text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from include.governance.errors import StoreError

#: MariaDB: access denied, unknown database, table or column missing.
_PERMANENT_NUMBERS = {1044, 1045, 1049, 1054, 1146}
#: MariaDB: no room for the table, no room on the disk.
_FULL_NUMBERS = {1021, 1114}
_FULL_WORDS = ("disk is full", "no space left")
_PERMANENT_WORDS = (
    "authentication failed",
    "no password supplied",
    "does not exist",
    "no such table",
    "no such column",
    "unable to open database file",
    "readonly database",
    "malformed",
    "not a database",
)


class StoreUnavailable(StoreError):
    """The store did not answer in time; the same call may succeed later."""

    retryable = True


@contextmanager
def translated() -> Iterator[None]:
    """Raise StoreUnavailable or StoreError for what the driver raises inside.

    The driver's own text may quote values, so it is cut off (``from None``).
    """
    try:
        yield
    except exc.StatementError as error:
        if isinstance(error.orig, StoreError):
            raise error.orig from None
        raise _translate(error) from None
    except UnicodeError:
        raise StoreError("store_text_too_long") from None
    except exc.SQLAlchemyError as error:
        raise StoreError("store_refused", kind=type(error).__name__) from None


def _translate(error: exc.StatementError) -> StoreError:
    words = str(error.orig).lower()
    number = error.orig.args[0] if error.orig and error.orig.args else None
    kind = type(error.orig).__name__
    if isinstance(error, exc.DataError):
        return StoreError("store_text_too_long")
    if number in _FULL_NUMBERS or any(each in words for each in _FULL_WORDS):
        return StoreError("store_full")
    if number in _PERMANENT_NUMBERS or any(each in words for each in _PERMANENT_WORDS):
        return StoreError("store_refused", kind=kind)
    if isinstance(error, exc.OperationalError | exc.InterfaceError):
        return StoreUnavailable("store_unavailable", kind=kind)
    return StoreError("store_refused", kind=kind)
