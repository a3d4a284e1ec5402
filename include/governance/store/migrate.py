"""Bring the store's tables to the version this program needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, column, func, inspect, select, table

from include.governance.errors import StoreError
from include.governance.store.engine import (
    WAIT_SECONDS,
    create_file,
    keep_a_write_ahead_log,
    open_engine,
    reading,
    sqlite_path,
    store_url,
    writing,
)
from include.governance.store.faults import StoreUnavailable
from include.governance.store.schema import VERSION, VERSION_TABLE

MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK_NAME = "daicho_schema"
_LOCK_NUMBER = 0x64616963686F  # "daicho"


def upgrade(url: str | URL, revision: str = "head") -> None:
    """Bring the store to ``revision``; makes a SQLite file, and does nothing when it is there.

    Any number of processes may call this at once: one works, the others wait and find it done.
    """
    if path := sqlite_path(store_url(url)):
        create_file(path)
        keep_a_write_ahead_log(open_engine(store_url(url)))
    try:
        _run(url, "upgrade", revision)
    except StoreUnavailable:
        _run(url, "upgrade", revision)  # who waited in vain for a busy server finds it done


def downgrade(url: str | URL, revision: str) -> None:
    """Take the store back to ``revision`` (``base``: no tables); what they held is lost."""
    _run(url, "downgrade", revision)


def current(url: str | URL) -> str | None:
    """The version the store is at; None when it has no tables or the file is missing."""
    path = sqlite_path(store_url(url))
    if path and not path.is_file():
        return None
    with reading(open_engine(store_url(url))) as connection:
        return version_of(connection)


def is_current(url: str | URL) -> bool:
    """Whether the store is at the version this program needs."""
    return current(url) == VERSION


def version_of(connection: Connection) -> str | None:
    """The version of the store behind a connection."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))
    return None if found is None else str(found)


def _run(url: str | URL, direction: str, revision: str) -> None:
    from alembic import command, util  # 0.2 s that only a migration should pay
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with writing(open_engine(store_url(url))) as connection, _alone(connection):
        config.attributes["connection"] = connection
        try:
            getattr(command, direction)(config, revision)
        except util.CommandError:
            found = version_of(connection) or "-"
            raise StoreError("store_version", found=found, needed=VERSION) from None


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Hold the migration lock; on SQLite the transaction itself is the lock."""
    match connection.dialect.name:
        case "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK_NUMBER)))
            yield
        case "mysql" | "mariadb":
            # such locks are the whole server's, and another store there is none of ours
            name = func.sha1(func.concat(_LOCK_NAME, func.database()))
            if connection.scalar(select(func.get_lock(name, WAIT_SECONDS))) != 1:
                raise StoreUnavailable("store_unavailable", kind="get_lock")
            try:
                yield
            finally:
                connection.execute(select(func.release_lock(name)))
        case _:
            yield
