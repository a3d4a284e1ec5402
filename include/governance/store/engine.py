"""Reach the store's database: short transactions, foreign keys on, never a file made by chance."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import NullPool

from include.governance.errors import StoreError, StoreMisconfigured
from include.governance.source.quiet import quiet
from include.governance.store.faults import translated

WAIT_SECONDS = 30
_QUIET = quiet("daicho_store")
_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}


def store_url(text: str | URL) -> URL:
    """The URL of a store with a driver and absolute path; raises StoreError when it is no URL."""
    try:
        url = make_url(text)
    except exc.ArgumentError:
        raise StoreMisconfigured("store_url") from None
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    if url.get_backend_name() != "sqlite":
        return url
    if url.database in (None, "", ":memory:") or str(url.database).startswith("file:"):
        raise StoreMisconfigured("store_in_memory")
    return url.set(database=str(Path(str(url.database)).absolute()))


def sqlite_path(url: URL) -> Path | None:
    """The file of a SQLite store."""
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def create_file(path: Path) -> None:
    """An empty file only its owner can read (0600), in a folder only its owner can enter (0700)."""
    missing = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
    try:
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreError("store_full") from None
        raise StoreMisconfigured(
            "store_no_file", path=str(path), kind=type(error).__name__
        ) from None


def open_engine(url: URL) -> Engine:
    """An engine with one connection per transaction, so that it survives a fork."""
    backend = url.get_backend_name()
    isolation = {} if backend == "sqlite" else {"isolation_level": "READ COMMITTED"}
    try:
        engine = create_engine(
            _hardened(url), poolclass=NullPool, hide_parameters=True, **_QUIET, **isolation
        )
    except (exc.NoSuchModuleError, ImportError):
        raise StoreMisconfigured("store_driver", found=url.drivername) from None
    if backend == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads."""
    with translated(), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is written whole or not at all; on SQLite it waits for its turn first."""
    with translated(), engine.connect() as connection:
        connection = connection.execution_options(daicho_begin="BEGIN IMMEDIATE")
        with connection.begin():
            yield connection


def keep_a_write_ahead_log(engine: Engine) -> None:
    """Let readers and one writer work at the same time; SQLite remembers it in the file."""
    with translated(), engine.connect() as connection:
        outside = connection.execution_options(daicho_begin="")  # of any transaction
        outside.exec_driver_sql("PRAGMA journal_mode = WAL")


def _hardened(url: URL) -> URL:
    match url.get_backend_name():
        case "sqlite":
            path = str(url.database).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
            return url.set(database=f"file:{path}", query={"mode": "rw", "uri": "true"})
        case "postgresql":
            return url.update_query_dict({"connect_timeout": "10", "application_name": "daicho"})
        case "mysql" | "mariadb":
            return url.update_query_dict({"connect_timeout": "10", "charset": "utf8mb4"})
        case _:
            raise StoreMisconfigured("store_backend", found=url.get_backend_name())


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is said by _begin_sqlite
    connection.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    if begin := connection.get_execution_options().get("daicho_begin", "BEGIN"):
        connection.exec_driver_sql(begin)
