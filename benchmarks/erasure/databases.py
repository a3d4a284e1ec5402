"""Throw-away databases on each engine: filled once, copied for every run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import URL

from benchmarks.erasure.processor import server_process
from benchmarks.erasure.shop import Rows
from benchmarks.erasure.timing import Cost

#: Runs beside one another do not share databases.
PREFIX = f"daicho_bench_{os.getpid()}_"


class Server:
    """Where databases are made: a server, or a folder for SQLite."""

    def __init__(self, engine: str, url: URL | None, folder: Path) -> None:
        self.engine = engine
        self.url = url
        self.folder = folder

    def of(self, name: str) -> URL:
        """The address of one database."""
        if self.url is None:
            return URL.create("sqlite", database=str(self.folder / f"{name}.sqlite"))
        return self.url.set(database=PREFIX + name)

    def cost(self) -> Cost:
        """A cost of nothing yet that knows the server's processes."""
        if self.url is None:
            return Cost()
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            return Cost(server_process(connection))

    @contextmanager
    def filled(
        self, name: str, tables: sa.MetaData, contents: Iterator[tuple[str, Rows]]
    ) -> Iterator[None]:
        """A database with rows, to be copied; gone at the end."""
        try:
            self._fill(name, tables, contents)
            yield
        finally:
            self.drop(name)

    def _fill(self, name: str, tables: sa.MetaData, contents: Iterator[tuple[str, Rows]]) -> None:
        """Indexes and foreign keys come after the rows."""
        self.drop(name)
        if self.url is not None:
            self._run(f"CREATE DATABASE {PREFIX}{name}")
        url = self.of(name)
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        bare = sa.MetaData()
        for table in tables.sorted_tables:
            columns = [
                sa.Column(c.name, c.type, primary_key=c.primary_key, nullable=c.nullable,
                          autoincrement=False)
                for c in table.columns
            ]  # fmt: skip
            sa.Table(table.name, bare, *columns)
        (tables if url.get_backend_name() == "sqlite" else bare).create_all(engine)
        with engine.begin() as connection:
            for table_name, rows in contents:
                _load(connection, bare.tables[table_name], rows)
        if url.get_backend_name() != "sqlite":
            _constrain(engine, tables)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if self.engine == "postgres":
                connection.exec_driver_sql("VACUUM (ANALYZE, FREEZE)")
            elif self.engine == "sqlite":
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")

    @contextmanager
    def copy(self, name: str, tables: sa.MetaData) -> Iterator[URL]:
        """A copy of a filled database, gone at the end."""
        mine = f"{name}_run"
        self.drop(mine)
        if self.engine == "postgres":
            self._run(f"CREATE DATABASE {PREFIX}{mine} TEMPLATE {PREFIX}{name} STRATEGY file_copy")
            self._run("CHECKPOINT")
            _warm(self.of(mine))
        elif self.url is None:
            shutil.copyfile(self.of(name).database or "", self.of(mine).database or "")
        else:
            self._run(f"CREATE DATABASE {PREFIX}{mine}")
            engine = sa.create_engine(self.of(mine), poolclass=sa.NullPool)
            tables.create_all(engine)
            with engine.begin() as connection:
                for table in tables.sorted_tables:
                    connection.exec_driver_sql(
                        f"INSERT INTO {table.name} SELECT * FROM {PREFIX}{name}.{table.name}"
                    )
                names = ", ".join(table.name for table in tables.sorted_tables)
                connection.exec_driver_sql(f"ANALYZE TABLE {names}").all()
        try:
            yield self.of(mine)
        finally:
            self.drop(mine)

    def drop(self, name: str) -> None:
        """Remove a database and all that is connected to it."""
        if self.url is None:
            for end in ("", "-wal", "-shm"):
                (self.folder / f"{name}.sqlite{end}").unlink(missing_ok=True)
            return
        force = " WITH (FORCE)" if self.engine == "postgres" else ""
        self._run(f"DROP DATABASE IF EXISTS {PREFIX}{name}{force}")

    def _run(self, statement: str) -> None:
        assert self.url is not None
        engine = sa.create_engine(self.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)


def _warm(url: URL) -> None:
    """Read every table and index once, so that no run is the first to do so."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        connection.exec_driver_sql(
            "SELECT pg_prewarm(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname = 'public' AND relkind IN ('r', 'i')"
        )


def _load(connection: sa.Connection, table: sa.Table, rows: Rows) -> None:
    names = [column.name for column in table.columns]
    if connection.dialect.name == "postgresql":
        raw = cast(Any, connection.connection.dbapi_connection)
        with raw.cursor().copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    while some := list(islice(rows, 5_000)):
        _insert(connection, table.name, names, some)


def _insert(
    connection: sa.Connection, table: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    sqlite = connection.dialect.name == "sqlite"
    marks = ", ".join(["?" if sqlite else "%s"] * len(names))
    texts = [tuple(_as_text(part) for part in row) for row in rows] if sqlite else rows
    connection.exec_driver_sql(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", list(texts)
    )


def _as_text(value: Any) -> Any:
    """Dates as SQLAlchemy writes them into SQLite."""
    if hasattr(value, "hour"):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if hasattr(value, "year") else value


def _constrain(engine: sa.Engine, tables: sa.MetaData) -> None:
    with engine.begin() as connection:
        for table in tables.sorted_tables:
            for index in table.indexes:
                index.create(connection)
            for key in table.foreign_key_constraints:
                connection.execute(sa.schema.AddConstraint(key))
            for constraint in table.constraints:
                if isinstance(constraint, sa.UniqueConstraint):
                    connection.execute(sa.schema.AddConstraint(constraint))
