"""Read a live table, or a range of its key, into the evidence of its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from include.governance.detect.covering import covering
from include.governance.detect.entities import CATEGORIES
from include.governance.detect.table import ColumnInfo, TableScanner
from include.governance.detect.values import Detector
from include.governance.errors import SourceMismatch
from include.governance.model.contract import Dataset
from include.governance.model.control import Control, ScanRule
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.reference import keyed
from include.governance.source.database import Key, LiveTable, Source, named
from include.governance.source.key_range import KeyRange
from include.governance.source.rows import Hashing
from include.governance.source.types import Stored, stored_as

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

    def read(self, within: KeyRange | None = None, *, defer: bool) -> TableScanner:
        """The evidence of every row, or of those within a range of the key."""
        scanner = self.scanner(defer=defer)
        names = tuple(column.name for column in self.live.columns)
        at = [names.index(name) for name in self.key]
        table = named(self.live.name, names, self.live.schema)
        query = select(*(table.c[name] for name in names))
        if within is not None:
            query = query.where(within.of(table))
        for columns in self.source.columns(query, self.label):
            keys: Sequence[Key] = list(zip(*(columns[i] for i in at), strict=True))
            scanner.feed(keys or [()] * len(columns[0]), dict(zip(names, columns, strict=True)))
        return scanner

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
