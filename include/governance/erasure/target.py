"""The one connection of the product that may change a governed database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import NullPool

from include.governance.errors import PlanError
from include.governance.source.faults import translated
from include.governance.source.quiet import quiet

Kind = Literal["sqlite", "postgresql", "mariadb"]
CONNECT_SECONDS = "10"
#: Letters that MariaDB puts together in one answer.
LONGEST_TEXT = 1 << 20
_QUIET = quiet("daicho_erasure")
#: A chunk reads by index or not at all. A scan of a table that has none then looks endlessly dear,
#: which would start the just-in-time compiler for a handful of rows.
_PLANNER_OFF = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")
BY_INDEX = ", ".join(f"set_config('{name}', 'off', true)" for name in _PLANNER_OFF)
#: How long SQLite waits for another writer.
_BUSY_MS = 5_000


class Target:
    """A database in which approved plans are carried out; parameters are never printed.

    Raises PlanError for an engine without the guarantees that erasing needs.
    """

    def __init__(self, name: str, url: URL) -> None:
        self.name = name
        self.url = url
        self.engine = _engine(url)
        backend = url.get_backend_name()
        if backend not in ("sqlite", "postgresql", "mysql", "mariadb"):
            raise PlanError("erasure_engine", source=name, found=backend)
        self.kind: Kind = "mariadb" if backend in ("mysql", "mariadb") else backend  # type: ignore[assignment]

    @contextmanager
    def connected(self, busy_ms: int = _BUSY_MS) -> Iterator[Connection]:
        """A connection for many transactions; driver errors pass through as they are.

        A SQLite one waits ``busy_ms`` for another writer; others are told so per transaction.
        """
        with self.engine.connect() as connection:
            if self.kind == "mariadb" and not getattr(connection.dialect, "is_mariadb", False):
                raise PlanError("erasure_engine", source=self.name, found="mysql")
            connection.rollback()
            if self.kind == "sqlite":
                raw = connection.connection.dbapi_connection
                if raw is not None:
                    raw.execute(f"PRAGMA busy_timeout = {busy_ms:d}")
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One transaction in which every read sees the same moment, committed at the end."""
        with translated(self.name), self.connected() as connection:
            if self.kind != "sqlite":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction under READ COMMITTED (SQLite: the only writer), committed at the end."""
        with translated(self.name), self.connected() as connection, connection.begin():
            yield connection


def _engine(url: URL) -> Engine:
    backend = url.get_backend_name()
    if backend == "sqlite":
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True, **_QUIET)
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _only_writer)
        return engine
    if backend == "postgresql":
        url = url.update_query_dict(
            {"connect_timeout": CONNECT_SECONDS, "application_name": "daicho-erasure"}
        )
    else:
        url = url.update_query_dict(
            {
                "connect_timeout": CONNECT_SECONDS,
                "charset": "utf8mb4",
                "init_command": f"SET group_concat_max_len = {LONGEST_TEXT}",
            }
        )
    # Said here and not left to the server: under REPEATABLE READ a hold that is committed while
    # we wait for its row would not be seen.
    return create_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        **_QUIET,
    )


def _open_sqlite(connection: DBAPIConnection, _record: object) -> None:
    """Foreign keys on, deleted bytes overwritten, transactions begun by us."""
    connection.isolation_level = None
    for pragma in ("foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _only_writer(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def read_by_index(connection: Connection, kind: Kind) -> None:
    """Let PostgreSQL plan the rest of this transaction as it plans a chunk."""
    if kind == "postgresql":
        connection.execute(text(f"SELECT {BY_INDEX}"))


def target_id(connection: Connection, kind: Kind) -> str:
    """What tells this database from a copy of it, as far as the engine says so."""
    match kind:
        case "postgresql":
            query = (
                "SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || oid"
                " || '/' || datname FROM pg_database WHERE datname = current_database()"
            )
        case "mariadb":
            query = "SELECT CONCAT(@@server_id, '/', @@hostname, '/', @@port, '/', DATABASE())"
        case _:
            query = "SELECT 'sqlite:' || file FROM pragma_database_list WHERE name = 'main'"
    return str(connection.scalar(text(query)))
