"""The verb scan on one table: classify its columns and judge the controls of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from include.governance.detect.covering import covering, undeclared_control
from include.governance.detect.entities import CATEGORIES
from include.governance.detect.standing import with_standing
from include.governance.detect.table import ColumnInfo, TableScan, TableScanner
from include.governance.detect.undeclared import is_undeclared, personal_kinds
from include.governance.detect.values import Detector
from include.governance.errors import SourceMismatch
from include.governance.model.classification import Classification
from include.governance.model.contract import Dataset
from include.governance.model.control import Control, ScanRule
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.result import RuleResult
from include.governance.source.clocks import any_of
from include.governance.source.database import Key, LiveTable, Source, named
from include.governance.source.keys import proven
from include.governance.source.rows import Hashing, RowRefs, hashed_in, matching, table_of
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
class Scanned:
    """What a scan of one table found; ``read`` is false for a view that was only counted."""

    table: str
    rows: int
    classifications: tuple[Classification, ...]
    results: tuple[RuleResult, ...]
    read: bool = True


@dataclass(frozen=True)
class ScanTerms:
    """What a scan is judged by: the scan controls of the catalogue and the policy's categories."""

    controls: Mapping[str, Control]
    policy: PrivacyPolicy
    hashing: Hashing


def scan(
    source: Source,
    live: LiveTable,
    label: str,
    dataset: Dataset | None,
    detector: Detector,
    terms: ScanTerms,
) -> Scanned:
    """Scan every row of a live table; ``dataset`` is None for a table that no contract declares.

    ``label`` names the table in what is reported.
    """
    wanted = {
        entity
        for _, control in covering(dataset, terms.controls)
        if control.scan
        for entity in _entities(control.scan)
    }
    scanner = TableScanner(
        [ColumnInfo(c.name, _LOGICAL[stored_as(c)]) for c in live.columns],
        detector,
        watch={column.name: frozenset(wanted) for column in live.columns},
        max_hits=terms.hashing.limit,
    )
    names = tuple(column.name for column in live.columns)
    at = [names.index(name) for name in _key(source, live, dataset)]
    table = named(live.name, names, live.schema)
    query = select(*(table.c[name] for name in names))
    for batch in source.rows(query, label):
        keys: list[Key] = [tuple(row[i] for i in at) for row in batch]
        scanner.feed(keys, {name: [row[i] for row in batch] for i, name in enumerate(names)})
    found = scanner.finish()
    base = _Table(source, label, dataset, found, terms)
    classified = found.classified(source.name, label)
    classifications = tuple(with_standing(each, dataset) for each in classified)
    results = (
        base.undeclared(classifications),
        *base.judged(),
        *base.undecoded(),
        *base.unnamed(live),
    )
    return Scanned(label, found.rows, classifications, results)


def _key(source: Source, live: LiveTable, dataset: Dataset | None) -> tuple[str, ...]:
    """What names the rows; raises SourceMismatch when the declared key is not there."""
    declared = dataset.primary_key if dataset else ()
    if set(declared) - {column.name for column in live.columns}:
        raise SourceMismatch("table_missing", source=source.name, table=live.name)
    return declared or live.primary_key


def _entities(rule: ScanRule) -> frozenset[str]:
    """What a rule looks for: its kinds, and those of the categories that may hold nothing."""
    forbidden = {str(e) for e, category in CATEGORIES.items() if category in rule.categories}
    return frozenset(rule.entities) | forbidden


@dataclass(frozen=True)
class _Table:
    """One scanned table, being judged."""

    source: Source
    label: str
    dataset: Dataset | None
    found: TableScan
    terms: ScanTerms

    def judged(self) -> Iterator[RuleResult]:
        """The controls that look at rows."""
        for name, control in covering(self.dataset, self.terms.controls):
            rule = control.scan
            if rule is None:
                continue
            entities = _entities(rule)
            if entities:
                columns = self.found.columns_with(entities)
                yield self._result(name, "found", columns, self._rows_with(entities))
            declared = self.dataset.with_category(*rule.categories) if self.dataset else ()
            if self.dataset and declared:
                table = table_of(self.dataset)
                filled = any_of(table.c[column.name].is_not(None) for column in declared)
                rows = matching(self.source, self.dataset, filled, self.terms.hashing)
                yield self._result(name, "held", [c.name for c in declared], rows)

    def undeclared(self, classifications: Sequence[Classification]) -> RuleResult:
        """Personal data that no contract says is there: the table needs one decision."""
        policy = self.terms.policy
        judged = [c for c in classifications if is_undeclared(c, self.dataset, policy)]
        columns = [c.column for c in judged]
        kinds = [f"{c.column}: {kind}" for c in judged for kind in personal_kinds(c, policy)]
        ref = self.terms.hashing.ref(self.source.name, self.label, (self.label,))
        found = RowRefs(1, (ref,)) if columns else RowRefs()
        control = undeclared_control(self.terms.controls)
        result = self._result(control, "undeclared", columns, found)
        return result.model_copy(update={"kinds": tuple(kinds)})

    def undecoded(self) -> Iterator[RuleResult]:
        """What is in no writing that is known was read as far as it is plain; that is said."""
        rows = {v.column: v.undecoded for v in self.found.classifications if v.undecoded}
        if rows:
            yield RuleResult(
                control=undeclared_control(self.terms.controls),
                rule="undecoded",
                source=self.source.name,
                table=self.label,
                columns=tuple(rows),
                status="skip",
                reason="values_undecoded",
                facts={
                    "source": self.source.name,
                    "table": self.label,
                    "columns": ", ".join(rows),
                    "values": sum(rows.values()),
                },
            )

    def unnamed(self, live: LiveTable) -> Iterator[RuleResult]:
        """A declared key that names no single row: what was found stands, who it is does not.

        Against the database's own key it is an error; where that has none, it is said.
        """
        if self.dataset is None:
            return
        try:
            proven(self.source, self.dataset, live)
        except SourceMismatch as error:
            yield RuleResult(
                control=undeclared_control(self.terms.controls),
                rule="key",
                source=self.source.name,
                table=self.label,
                status="error" if live.primary_key else "skip",
                reason=error.code,
                facts=dict(error.facts),
            )

    def _rows_with(self, entities: frozenset[str]) -> RowRefs:
        keys = dict.fromkeys(hit.key for hit in self.found.hits if hit.entity in entities)
        named = hashed_in(self.source.name, self.label, filter(None, keys), self.terms.hashing)
        return RowRefs(self.found.rows_with(entities), named.refs)

    def _result(
        self, control: str, rule: str, columns: Sequence[str], found: RowRefs
    ) -> RuleResult:
        return RuleResult(
            control=control,
            rule=rule,
            source=self.source.name,
            table=self.label,
            columns=tuple(columns),
            status="fail" if found.rows else "pass",
            rows=found.rows,
            row_refs=found.refs,
        )
