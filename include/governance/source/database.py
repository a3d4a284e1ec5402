"""One governed database: what it holds and how its rows are read."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Row,
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

from include.governance.errors import ConfigurationError
from include.governance.source.dialect import LOCK_SECONDS, reading_engine
from include.governance.source.faults import translated
from include.governance.source.places import Place, places

BATCH_ROWS = 5_000
_FETCHED = 1_000
_CELL = 64
_BATCH_SIZE = 48_000_000
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
        self._engine = _engine(name, url, lock_seconds)

    @property
    def dialect(self) -> str:
        """The SQLAlchemy name of the engine: sqlite, postgresql, mysql, …"""
        return str(self._engine.dialect.name)

    @property
    def home(self) -> tuple[object, ...]:
        """The database, whatever the source is called."""
        return self.url.get_backend_name(), self.url.host, self.url.port, self.url.database

    @contextmanager
    def reading(self, table_name: str | None = None) -> Iterator[Connection]:
        """A read-only transaction; driver errors come out as SourceError."""
        with translated(self.name, table_name), self._engine.connect() as connection:
            yield connection

    def places(self) -> tuple[Place, ...]:
        """Every table and view of every schema, readable or not, sorted."""
        with self.reading() as connection:
            return places(connection)

    def table_names(self) -> tuple[str, ...]:
        """Every table of the schema that names without one mean, sorted; views are not tables."""
        found = self.places()
        return tuple(p.name for p in found if p.schema is None and p.kind in ("table", "partition"))

    def live_table(self, name: str, schema: str | None = None) -> LiveTable:
        """Columns and primary key; raises SourceMismatch when the table is not there."""
        with self.reading(name) as connection, _nothing_overlooked():
            inspector = inspect(connection)
            columns = tuple(
                LiveColumn(found["name"], found["type"], found["nullable"])
                for found in inspector.get_columns(name, schema=schema)
            )
            key = inspector.get_pk_constraint(name, schema=schema)["constrained_columns"]
        return LiveTable(name, schema, columns, tuple(key))

    def count(self, name: str, schema: str | None = None) -> int:
        """Rows in a table."""
        with self.reading(name) as connection:
            return int(
                connection.scalar(select(func.count()).select_from(named(name, (), schema))) or 0
            )

    def columns(
        self, query: Select[tuple[object, ...]], table_name: str
    ) -> Iterator[tuple[tuple[object, ...], ...]]:
        """The rows of a query column by column, in batches of bounded size, streamed."""
        with self.reading(table_name) as connection:
            streaming = connection.execution_options(stream_results=True, max_row_buffer=_FETCHED)
            with streaming.execute(query) as result:
                batch: list[Row[tuple[object, ...]]] = []
                size = 0
                for rows in result.partitions(_FETCHED):
                    batch.extend(rows)
                    size += sum(map(_size, zip(*rows, strict=True)))
                    if size >= _BATCH_SIZE:
                        yield tuple(zip(*batch, strict=True))
                        batch, size = [], 0
                if batch:
                    yield tuple(zip(*batch, strict=True))

    def text_of(self, query: Select[tuple[object, ...]]) -> str:
        """A query as the driver takes it, its values included."""
        with self.reading() as connection:  # the server says how text is quoted
            compiled = query.compile(
                dialect=connection.dialect, compile_kwargs={"literal_binds": True}
            )
        return str(compiled)

    def rows(self, query: Select[tuple[object, ...]], table_name: str) -> Iterator[Sequence[Key]]:
        """The rows of a query in batches, streamed: memory stays flat whatever their number."""
        with self.reading(table_name) as connection:
            streaming = connection.execution_options(stream_results=True, max_row_buffer=BATCH_ROWS)
            with streaming.execute(query) as result:
                for batch in result.partitions(BATCH_ROWS):
                    yield [tuple(row) for row in batch]


def _size(cells: tuple[object, ...]) -> int:
    """About how much memory the cells of a column take."""
    sized = set(map(type, cells)) <= {str, bytes, type(None)}
    return _CELL * len(cells) + (sum(map(len, filter(None, cells))) if sized else 0)  # type: ignore[arg-type]


def _engine(name: str, url: URL, lock_seconds: int) -> Engine:
    """An engine that has not connected yet; raises ConfigurationError without its driver."""
    try:
        return reading_engine(url, lock_seconds)
    except (exc.NoSuchModuleError, ImportError):
        raise ConfigurationError("driver_missing", source=name, driver=url.drivername) from None
    except (exc.ArgumentError, TypeError, ValueError):  # what they say may quote the password
        raise ConfigurationError("connection_unreadable", connection=name) from None


@contextmanager
def _nothing_overlooked() -> Iterator[None]:
    """A column that SQLAlchemy cannot describe is an error: it would never be looked at."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "Unknown (column|schema)", exc.SAWarning)
        try:
            yield
        except exc.SAWarning:
            raise exc.SQLAlchemyError from None
