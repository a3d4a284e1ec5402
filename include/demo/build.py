"""Build the demo company in six databases: its tables, its rows, and the planted breaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import Literal

from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.schema import AddConstraint, CreateTable

from include.demo import schema
from include.demo.base import Part, base
from include.demo.company import Company
from include.demo.in_the_way import refuse
from include.demo.load import write
from include.demo.moment import AS_OF, Moment
from include.demo.planted import plants
from include.demo.plants.plant import Added

Variant = Literal["clean", "planted"]
Progress = Callable[[str, int], None]

COMMIT_ROWS = 200_000  # keeps SQLite's write-ahead log and InnoDB's undo log small


def build(
    engines: Mapping[str, Engine],
    *,
    variant: Variant,
    scale: int = 1,
    seed: int = 20261130,
    as_of: date = AS_OF,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Create and fill the tables of all six sources; rows per ``source.table``.

    Tables of the demo that exist are dropped first, others are left alone; one that depends on
    them is named by ConfigurationError before anything is dropped. The same seed and
    scale give the same rows on every database. One step of scale is 300 members and about
    5,200 rows; they are streamed. ``progress`` hears a table and its rows so far.
    """
    if missing := schema.SOURCES.keys() - engines.keys():
        raise ValueError(f"no engine for {', '.join(sorted(missing))}")
    if scale < 1:
        raise ValueError(f"scale is {scale}, it must be 1 or more")
    company = Company(scale, seed, Moment(as_of))
    owned = {source: [metadata] for source, metadata in schema.SOURCES.items()}
    owned["dwh"].append(schema.UNDECLARED)
    refuse(engines, owned)
    _create(engines)
    with _writer(engines, progress) as writer:
        for part in base(company):
            writer.write(part)
    for source, metadata in schema.SOURCES.items():
        _finish(engines[source], metadata)
    rows = writer.rows
    if variant == "planted":
        schema.UNDECLARED.create_all(engines["dwh"])
        with _writer(engines, progress, rows) as writer:
            _plant(writer, company)
    return rows


class _Writer:
    """Sends each part to the database of its table and keeps count."""

    def __init__(
        self, connections: dict[str, Connection], progress: Progress | None, rows: dict[str, int]
    ) -> None:
        self.rows = rows
        self._connections = connections
        self._progress = progress
        self._pending = 0
        self._sources = dict.fromkeys(schema.UNDECLARED.tables, "dwh")
        for source, metadata in schema.SOURCES.items():
            self._sources |= dict.fromkeys(metadata.tables, source)

    def write(self, part: Part) -> None:
        table, rows = part
        name = f"{self._sources[table.name]}.{table.name}"
        written = write(self.connection(table.name), table, rows)
        self.rows[name] = self.rows.get(name, 0) + written
        if self._progress:
            self._progress(name, self.rows[name])
        self._pending += written
        if self._pending >= COMMIT_ROWS:
            self.commit()

    def connection(self, table: str) -> Connection:
        return self._connections[self._sources[table]]

    def commit(self) -> None:
        for connection in self._connections.values():
            connection.commit()
        self._pending = 0


@contextmanager
def _writer(
    engines: Mapping[str, Engine], progress: Progress | None, rows: dict[str, int] | None = None
) -> Iterator[_Writer]:
    """A writer with one connection per database, for sources may share one."""
    with ExitStack() as stack:
        shared = {
            engine: stack.enter_context(engine.connect())
            for engine in dict.fromkeys(engines[source] for source in schema.SOURCES)
        }
        connections = {source: shared[engines[source]] for source in schema.SOURCES}
        writer = _Writer(connections, progress, {} if rows is None else rows)
        yield writer
        writer.commit()


def _plant(writer: _Writer, company: Company) -> None:
    for plant in plants(company):
        if isinstance(plant, Added):
            writer.write((plant.table, plant.rows))
        else:
            writer.connection(str(plant.table)).execute(plant)


def _create(engines: Mapping[str, Engine]) -> None:
    schema.UNDECLARED.drop_all(engines["dwh"])
    for source, metadata in schema.SOURCES.items():
        metadata.drop_all(engines[source])
        with engines[source].begin() as connection:
            _create_tables(connection, metadata)


def _create_tables(connection: Connection, metadata: MetaData) -> None:
    if connection.dialect.name == "sqlite":  # cannot add a foreign key later
        metadata.create_all(connection)
        return
    for table in metadata.sorted_tables:
        connection.execute(CreateTable(table, include_foreign_key_constraints=[]))


def _finish(engine: Engine, metadata: MetaData) -> None:
    """Add indexes and foreign keys after the rows: much faster than keeping them up to date."""
    if engine.dialect.name == "sqlite":
        return
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                index.create(connection)
            for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
                # Isolating would take the key out of every later CREATE TABLE on SQLite.
                connection.execute(AddConstraint(key, isolate_from_table=False))
