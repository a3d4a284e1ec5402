"""Build the demo company in six databases: its tables, its rows, and the planted breaches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Literal

from sqlalchemy import Engine, MetaData, Table
from sqlalchemy.schema import AddConstraint, CreateTable

from include.demo import analytics, contacts, evidence, office, sales, schema
from include.demo.company import Company
from include.demo.load import write
from include.demo.moment import AS_OF, Moment
from include.demo.planted import plants
from include.demo.plants.plant import Added
from include.demo.rows import Row

Variant = Literal["clean", "planted"]
Progress = Callable[[str, int], None]

_GENERATORS: tuple[tuple[Table, Callable[[Company], Iterator[Row]]], ...] = (
    (schema.MEMBERS, sales.members),
    (schema.ORDERS, sales.orders),
    (schema.ORDER_ITEMS, sales.order_items),
    (schema.DELIVERIES, sales.deliveries),
    (schema.PAYMENTS, sales.payments),
    (schema.PAYMENT_TOKENS, sales.payment_tokens),
    (schema.CARTS, sales.carts),
    (schema.CONSENTS, contacts.consents),
    (schema.CAMPAIGNS, contacts.campaigns),
    (schema.MAIL_EVENTS, contacts.mail_events),
    (schema.CAMPAIGN_ENTRIES, contacts.campaign_entries),
    (schema.SURVEYS, contacts.surveys),
    (schema.INQUIRIES, contacts.inquiries),
    (schema.MEMBER_FEATURES, analytics.member_features),
    (schema.MEMBERS_PSEUDO, analytics.members_pseudo),
    (schema.PURCHASES_ANON, analytics.purchases_anon),
    (schema.WEB_EVENTS, analytics.web_events),
    (schema.APP_LOGS, analytics.app_logs),
)


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

    Tables of the demo that exist are dropped first, others are left alone. The same seed and
    scale give the same rows on every database. One step of scale is 300 members and about
    5,300 rows; they are streamed. ``progress`` hears the table and its rows so far.
    """
    if missing := schema.SOURCES.keys() - engines.keys():
        raise ValueError(f"no engine for {', '.join(sorted(missing))}")
    if scale < 1:
        raise ValueError(f"scale is {scale}, it must be 1 or more")
    company = Company(scale, seed, Moment(as_of))
    writer = _Writer(engines, progress or (lambda _table, _rows: None))
    for source, metadata in schema.SOURCES.items():
        _create(engines[source], metadata)
    schema.UNDECLARED.drop_all(engines["dwh"])
    for table, rows in _base(company):
        writer.write(table, rows)
    for source, metadata in schema.SOURCES.items():
        _finish(engines[source], metadata)
    if variant == "planted":
        schema.UNDECLARED.create_all(engines["dwh"])
        _plant(writer, company)
    return writer.rows


def _base(company: Company) -> Iterator[tuple[Table, Iterable[Row]]]:
    generated = ((table, generate(company)) for table, generate in _GENERATORS)
    return chain(generated, evidence.evidence(company), office.registers(company))


class _Writer:
    """Finds the database of a table and keeps count."""

    def __init__(self, engines: Mapping[str, Engine], progress: Progress) -> None:
        self.rows: dict[str, int] = {}
        self._engines = engines
        self._progress = progress
        self._sources = {id(metadata): source for source, metadata in schema.SOURCES.items()}
        self._sources[id(schema.UNDECLARED)] = "dwh"

    def engine(self, table: Table) -> Engine:
        return self._engines[self._source(table)]

    def write(self, table: Table, rows: Iterable[Row]) -> None:
        name = f"{self._source(table)}.{table.name}"
        before = self.rows.get(name, 0)

        def report(written: int) -> None:
            self._progress(name, before + written)

        with self.engine(table).begin() as connection:
            self.rows[name] = before + write(connection, table, rows, report)

    def _source(self, table: Table) -> str:
        return self._sources[id(table.metadata)]


def _plant(writer: _Writer, company: Company) -> None:
    for plant in plants(company):
        if isinstance(plant, Added):
            writer.write(plant.table, plant.rows)
            continue
        if not isinstance(plant.table, Table):
            raise TypeError("a plant changes one table")
        with writer.engine(plant.table).begin() as connection:
            connection.execute(plant)


def _create(engine: Engine, metadata: MetaData) -> None:
    metadata.drop_all(engine)
    if engine.dialect.name == "sqlite":  # cannot add a foreign key later
        metadata.create_all(engine)
        return
    with engine.begin() as connection:
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
