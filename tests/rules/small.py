"""A company of a few small SQLite tables on which rules are judged, in one database or in two."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import SecretBytes
from sqlalchemy import URL

from include.governance.model.contract import Column, Dataset, DatasetKind
from include.governance.model.result import RuleResult
from include.governance.policy.load import load_rulebook
from include.governance.rules.judge import Company, judge
from include.governance.rules.rule import read_rule
from include.governance.settings import ROOT
from include.governance.source.clocks import Zone
from include.governance.source.database import Source
from include.governance.source.rows import Hashing
from include.governance.store.register_rows import STORE
from include.governance.store.register_schema import REGISTER_TABLES

AS_OF = date(2026, 11, 30)
HASHING = Hashing(SecretBytes(b"a key for tests only, 0123456789 abcdef"), 1_000)
RULEBOOK, _ = load_rulebook(ROOT / "include/policies", ROOT)
assert RULEBOOK is not None
POLICY = RULEBOOK.policy
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Table:
    """A table with a contract; the first column is its key."""

    name: str
    columns: tuple[str, ...]
    register: str | None = None
    kind: DatasetKind = "register"
    entity: str | None = None
    subject_key: str | None = None
    fields: Mapping[str, str] | None = field(default=None, hash=False)

    def dataset(self, source: str) -> Dataset:
        """Its contract; ``fields`` says which column fills another field than its name."""
        named = self.fields or {}
        return Dataset(
            source=source,
            table=self.name,
            name=self.name,
            kind=self.kind,
            entity=self.entity,
            owner="EC",
            subject_key=self.subject_key,
            fills_register=self.register,
            columns=tuple(Column(name=c, register_field=named.get(c)) for c in self.columns),
            primary_key=self.columns[:1],
        )


@dataclass(frozen=True)
class Small:
    """The databases, and which table lies in which."""

    folder: Path
    tables: Mapping[str, Table]
    places: Mapping[str, str]

    def judge(self, **words: Any) -> list[RuleResult]:
        """The results of one rule."""
        rule = read_rule("S7-02", "rule", words, POLICY)
        datasets = tuple(table.dataset(self.places[n]) for n, table in self.tables.items())
        company = Company(POLICY, datasets, Zone("Asia/Tokyo"), HASHING, self._open, listing)
        return [found for found in judge([rule], company, AS_OF) if found.source != STORE]

    def _open(self, name: str) -> Source:
        return Source(name, URL.create("sqlite", database=str(self.folder / f"{name}.db")))


def build(folder: Path, tables: Mapping[Table, Rows], apart: Sequence[str] = ()) -> Small:
    """Write the rows down; tables that are ``apart`` lie in a database of their own."""
    places = {table.name: "other" if table.name in apart else "main" for table in tables}
    empty_store(folder)
    for table, rows in tables.items():
        with _opened(folder / f"{places[table.name]}.db") as database:
            database.execute(f"CREATE TABLE {table.name} ({', '.join(table.columns)})")
            marks = ", ".join("?" * len(table.columns))
            cells = [[row.get(column) for column in table.columns] for row in rows]
            database.executemany(f"INSERT INTO {table.name} VALUES ({marks})", cells)
    return Small(folder, {table.name: table for table in tables}, places)


def empty_store(folder: Path) -> None:
    """An empty store: of its registers only the number of rows is asked here."""
    with _opened(folder / f"{STORE}.db") as database:
        for table in REGISTER_TABLES.values():
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            database.execute(f"CREATE TABLE {table.name} ({columns})")


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    """A file that need not outlive the machine."""
    database = sqlite3.connect(file)
    database.execute("PRAGMA synchronous = OFF")
    yield database
    database.commit()
    database.close()


def listing(source: Source, _dataset: Dataset, statement: str) -> list[tuple[object, ...]]:
    with source.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def refs(table: str, *keys: object, source: str = "main") -> tuple[str, ...]:
    """The references of these keys."""
    return tuple(sorted(HASHING.ref(source, table, (key,)) for key in keys))
