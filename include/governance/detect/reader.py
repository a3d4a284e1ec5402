"""Read a live table, or a range of its key, into the evidence of its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, TableClause, func, select

from include.governance.detect.covering import covering
from include.governance.detect.entities import CATEGORIES
from include.governance.detect.table import ColumnInfo, TableScanner
from include.governance.detect.values import Detector
from include.governance.errors import SourceMismatch
from include.governance.model.contract import Dataset
from include.governance.model.control import Control, ScanRule
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.reference import keyed
from include.governance.source.database import Key, Source, named
from include.governance.source.live import LiveTable
from include.governance.source.rows import Hashing
from include.governance.source.sample import Sample
from include.governance.source.types import Stored, stored_as

Condition = Callable[[TableClause], ColumnElement[bool]]
"""Which rows of a table are meant."""

_LOGICAL: Mapping[Stored, str] = {
    "text": "string",
    "date": "date",
    "timestamp": "timestamp",
    "timestamp_tz": "timestamp",
    "number": "integer",
    "boolean": "boolean",
    "other": "string",
}


@dataclass(frozen=True)
class ScanTerms:
    """What a scan is judged by: the scan controls of the catalogue and the policy's categories."""

    controls: Mapping[str, Control]
    policy: PrivacyPolicy
    hashing: Hashing


@dataclass(frozen=True)
class Reader:
    """A table to be read; ``label`` names it in what is reported."""

    source: Source
    live: LiveTable
    label: str
    dataset: Dataset | None
    detector: Detector
    terms: ScanTerms

    def scanner(self, *, defer: bool) -> TableScanner:
        """A scanner that has seen nothing yet; it keeps rows by their references."""
        wanted = {
            entity
            for _, control in covering(self.dataset, self.terms.controls)
            if control.scan
            for entity in entities_of(control.scan)
        }
        return TableScanner(
            [ColumnInfo(c.name, _LOGICAL[stored_as(c)]) for c in self.live.columns],
            self.detector,
            watch={column.name: frozenset(wanted) for column in self.live.columns},
            max_hits=self.terms.hashing.limit,
            named=self._ref,
            key=bytes.fromhex(keyed(self.terms.hashing.secret.get_secret_value(), "value", "")),
            defer=defer,
        )

    def read(self, where: Condition | None = None, *, defer: bool) -> TableScanner:
        """The evidence of every row, or of those that meet a condition."""
        scanner = self.scanner(defer=defer)
        self.fill(scanner, where)
        return scanner

    def fill(self, scanner: TableScanner, where: Condition | None = None) -> None:
        """Add the evidence of every row, or of those that meet a condition, to a scanner."""
        names = [column.name for column in self.live.columns]
        query = select(*(self.table.c[name] for name in names))
        self._fill(scanner, query if where is None else query.where(where(self.table)))

    def sampled(self, sample: Sample, rows: int) -> TableScanner:
        """The evidence of a random choice of the table's rows, which are so many."""
        scanner = self.scanner(defer=False)
        self._fill(scanner, sample.query(self.source, self.live, self.table, rows))
        return scanner

    def _fill(self, scanner: TableScanner, query: Select[tuple[Any, ...]]) -> None:
        names = tuple(column.name for column in self.live.columns)
        at = [names.index(name) for name in self.key]
        for columns in self.source.columns(query, self.label):
            keys: Sequence[Key] = list(zip(*(columns[i] for i in at), strict=True))
            scanner.feed(keys or [()] * len(columns[0]), dict(zip(names, columns, strict=True)))

    def count(self, where: Condition) -> int:
        """How many rows meet a condition."""
        counted = select(func.count()).select_from(self.table).where(where(self.table))
        with self.source.reading(self.label) as connection:
            return int(connection.scalar(counted) or 0)

    @property
    def table(self) -> TableClause:
        """The table with all its columns."""
        names = tuple(column.name for column in self.live.columns)
        return named(self.live.name, names, self.live.schema)

    @property
    def place(self) -> str:
        """The name of the table in its source, with its schema where it has one."""
        return f"{self.live.schema}.{self.live.name}" if self.live.schema else self.live.name

    @property
    def key(self) -> tuple[str, ...]:
        """What names the rows; raises SourceMismatch when the declared key is not there."""
        declared = self.dataset.primary_key if self.dataset else ()
        if set(declared) - {column.name for column in self.live.columns}:
            raise SourceMismatch("table_missing", source=self.source.name, table=self.live.name)
        return declared or self.live.primary_key

    def _ref(self, key: Key) -> str:
        """The reference of a row, empty where nothing names one."""
        return self.terms.hashing.ref(self.source.name, self.label, key) if key else ""


def entities_of(rule: ScanRule) -> frozenset[str]:
    """What a rule looks for: its kinds, and those of the categories that may hold nothing."""
    forbidden = {str(e) for e, category in CATEGORIES.items() if category in rule.categories}
    return frozenset(rule.entities) | forbidden
