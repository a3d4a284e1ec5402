"""One governed database: what it holds and how its rows are read."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Select,
    TableClause,
    column,
    exc,
    func,
    inspect,
    quoted_name,
    select,
    table,
)
from sqlalchemy.types import TypeEngine

from include.governance.source.dialect import LOCK_SECONDS, reading_engine
from include.governance.source.faults import translated

BATCH_ROWS = 5_000
Key = tuple[object, ...]


@dataclass(frozen=True)
class LiveColumn:
    """A column as the database describes it."""

    name: str
    type: TypeEngine[object]
    nullable: bool


@dataclass(frozen=True)
class LiveTable:
    """A table as the database describes it."""

    name: str
    schema: str | None
    columns: tuple[LiveColumn, ...]
    primary_key: tuple[str, ...]


@lru_cache(maxsize=4096)
def named(name: str, columns: tuple[str, ...], schema: str | None = None) -> TableClause:
    """A table clause whose names are always quoted, so that any name is only a name.

    The same names give the same object, so that conditions built apart speak of one table.
    """
    return table(
        quoted_name(name, quote=True),
        *(column(quoted_name(each, quote=True)) for each in columns),
        schema=quoted_name(schema, quote=True) if schema else None,
    )


class Source:
    """A database that is only read; every transaction is one snapshot."""

    def __init__(self, name: str, url: URL, lock_seconds: int = LOCK_SECONDS) -> None:
        self.name = name
        self.url = url
        self._engine = reading_engine(url, lock_seconds)

    @property
    def dialect(self) -> str:
        """The SQLAlchemy name of the engine: sqlite, postgresql, mysql, …"""
        return str(self._engine.dialect.name)

    @contextmanager
    def reading(self, table_name: str | None = None) -> Iterator[Connection]:
        """A read-only transaction; driver errors come out as SourceError."""
        with translated(self.name, table_name), self._engine.connect() as connection:
            yield connection

    def table_names(self, schema: str | None = None) -> tuple[str, ...]:
        """Every table, sorted; views are not tables."""
        with self.reading() as connection:
            return tuple(sorted(inspect(connection).get_table_names(schema=schema)))

    def live_table(self, name: str, schema: str | None = None) -> LiveTable:
        """Columns and primary key; raises SourceMismatch when the table is not there."""
        with self.reading(name) as connection, _nothing_overlooked():
            inspector = inspect(connection)
            columns = tuple(
                LiveColumn(self._named(found["name"]), found["type"], found["nullable"])
                for found in inspector.get_columns(name, schema=schema)
            )
            key = inspector.get_pk_constraint(name, schema=schema)["constrained_columns"]
        return LiveTable(name, schema, columns, tuple(map(self._named, key)))

    def _named(self, reflected: str) -> str:
        """SQLAlchemy leaves MySQL's doubled backticks in the names it reads."""
        return reflected.replace("``", "`") if self.dialect == "mysql" else reflected

    def count(self, name: str, schema: str | None = None) -> int:
        """Rows in a table."""
        with self.reading(name) as connection:
            return int(
                connection.scalar(select(func.count()).select_from(named(name, (), schema))) or 0
            )

    def rows(self, query: Select[tuple[object, ...]], table_name: str) -> Iterator[Sequence[Key]]:
        """The rows of a query in batches, streamed: memory stays flat whatever their number."""
        with self.reading(table_name) as connection:
            streaming = connection.execution_options(stream_results=True, max_row_buffer=BATCH_ROWS)
            with streaming.execute(query) as result:
                for batch in result.partitions(BATCH_ROWS):
                    yield [tuple(row) for row in batch]


@contextmanager
def _nothing_overlooked() -> Iterator[None]:
    """A column that SQLAlchemy cannot describe is an error: it would never be looked at."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "Unknown (column|schema)", exc.SAWarning)
        try:
            yield
        except exc.SAWarning:
            raise exc.SQLAlchemyError from None


def select_keys(
    target: TableClause, key: Sequence[str], where: ColumnElement[bool] | None
) -> Select[tuple[object, ...]]:
    """The primary keys of the rows that meet a condition."""
    chosen = select(*(target.c[name] for name in key))
    return chosen if where is None else chosen.where(where)
