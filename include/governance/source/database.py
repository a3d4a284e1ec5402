"""One governed database: what it holds and how its rows are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Select,
    TableClause,
    column,
    exc,
    func,
    quoted_name,
    select,
    table,
)
from sqlalchemy.pool import NullPool, Pool, QueuePool

from include.governance.errors import ConfigurationError, SourceUnavailable
from include.governance.source.dialect import LOCK_SECONDS, reading_engine
from include.governance.source.faults import translated
from include.governance.source.live import LiveTable, live_table
from include.governance.source.places import Place, places
from include.governance.source.reuse import reused

BATCH_ROWS = 5_000
_FETCHED = 1_000
_CELL = 64
_BATCH_SIZE = 32_000_000
Key = tuple[object, ...]


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
        self._opened = (url, lock_seconds)
        known = reused()
        self._engine = (
            known.engine(self._opened, lambda: _engine(name, url, lock_seconds, QueuePool))
            if known
            else _engine(name, url, lock_seconds, NullPool)
        )

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
        with translated(self.name, table_name), self._connected(table_name) as connection:
            yield connection

    def _connected(self, table_name: str | None) -> Connection:
        known = reused()
        if known and (error := known.unreachable.get(self._opened)):
            raise SourceUnavailable(error.code, source=self.name, table=table_name or "-")
        try:
            with translated(self.name, table_name):
                return self._engine.connect()
        except SourceUnavailable as error:
            if known:
                known.unreachable[self._opened] = error
            raise

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
        known = reused()
        if known and (described := known.described.get((self.url, schema, name))):
            return described
        with self.reading(name) as connection:
            described = live_table(connection, name, schema)
        if known:
            known.described[self.url, schema, name] = described
        return described

    def count(self, name: str, schema: str | None = None) -> int:
        """Rows in a table."""
        with self.reading(name) as connection:
            return int(
                connection.scalar(select(func.count()).select_from(named(name, (), schema))) or 0
            )

    def columns(
        self, query: Select[tuple[object, ...]], table_name: str
    ) -> Iterator[list[list[object]]]:
        """The rows of a query column by column, in batches of bounded size, streamed."""
        with self.reading(table_name) as connection:
            streaming = connection.execution_options(stream_results=True, max_row_buffer=_FETCHED)
            with streaming.execute(query) as result:
                batch: list[list[object]] = []
                size = 0
                for rows in result.partitions(_FETCHED):
                    columns = list(zip(*rows, strict=True))
                    size += sum(map(_size, columns))
                    batch = batch or [[] for _ in columns]
                    for cells, more in zip(batch, columns, strict=True):
                        cells.extend(more)
                    if size >= _BATCH_SIZE:
                        yield batch
                        batch, size = [], 0
                if batch:
                    yield batch

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
                    yield list(map(tuple, batch))


def _size(cells: tuple[object, ...]) -> int:
    """About how much memory the cells of a column take."""
    sized = set(map(type, cells)) <= {str, bytes, type(None)}
    return _CELL * len(cells) + (sum(map(len, filter(None, cells))) if sized else 0)  # type: ignore[arg-type]


def _engine(name: str, url: URL, lock_seconds: int, pool: type[Pool]) -> Engine:
    """An engine that has not connected yet; raises ConfigurationError without its driver."""
    try:
        return reading_engine(url, lock_seconds, pool)
    except (exc.NoSuchModuleError, ImportError):
        raise ConfigurationError("driver_missing", source=name, driver=url.drivername) from None
    except (exc.ArgumentError, TypeError, ValueError):  # what they say may quote the password
        raise ConfigurationError("connection_unreadable", connection=name) from None
