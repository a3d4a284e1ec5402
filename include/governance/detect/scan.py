"""The verb scan on one table: classify its columns and judge the controls of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from include.governance.detect.covering import covering
from include.governance.detect.table import ColumnInfo, TableScan, TableScanner
from include.governance.detect.values import Detector
from include.governance.errors import SourceMismatch
from include.governance.model.classification import Classification
from include.governance.model.contract import Dataset
from include.governance.model.control import Control
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.result import RuleResult
from include.governance.source.clocks import any_of
from include.governance.source.database import Key, LiveTable, Source, named
from include.governance.source.rows import Hashing, RowRefs, hashed, matching, table_of
from include.governance.source.types import Stored, stored_as

#: Kinds whose patterns are strong enough to contradict a column declared as not personal.
STRONG = frozenset({"EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "JP_MY_NUMBER"})
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
    """What a scan of one table found."""

    table: str
    rows: int
    classifications: tuple[Classification, ...]
    results: tuple[RuleResult, ...]


@dataclass(frozen=True)
class ScanTerms:
    """What a scan is judged by: the scan controls of the catalogue and the policy's categories."""

    controls: Mapping[str, Control]
    policy: PrivacyPolicy
    hashing: Hashing


def scan(
    source: Source, live: LiveTable, dataset: Dataset | None, detector: Detector, terms: ScanTerms
) -> Scanned:
    """Scan every row of a live table; ``dataset`` is None for a table that no contract declares."""
    watch = _watched(live, dataset, terms)
    scanner = TableScanner(
        [ColumnInfo(c.name, _LOGICAL[stored_as(c)]) for c in live.columns],
        detector,
        watch=watch,
        max_hits=terms.hashing.limit,
    )
    names = tuple(column.name for column in live.columns)
    at = [names.index(name) for name in _key(source, live, dataset)]
    table = named(live.name, names, live.schema)
    query = select(*(table.c[name] for name in names))
    rows = 0
    for batch in source.rows(query, live.name):
        keys: list[Key] = [tuple(row[i] for i in at) for row in batch]
        if not at:  # a number that no other row has, to count by
            keys = [(n,) for n in range(rows, rows + len(batch))]
        rows += len(batch)
        scanner.feed(keys, {name: [row[i] for row in batch] for i, name in enumerate(names)})
    found = scanner.finish()
    classifications = found.classified(source.name, live.name)
    results = [_undeclared(source.name, live, dataset, classifications, terms)]
    if dataset is not None:
        results += _judged(source, dataset, found, terms, named_by_key=bool(at))
    return Scanned(live.name, found.rows, classifications, tuple(results))


def _key(source: Source, live: LiveTable, dataset: Dataset | None) -> tuple[str, ...]:
    """What names the rows; raises SourceMismatch when the declared key is not there."""
    declared = dataset.primary_key if dataset else ()
    if set(declared) - {column.name for column in live.columns}:
        raise SourceMismatch("table_missing", source=source.name, table=live.name)
    return declared or live.primary_key


def _watched(
    live: LiveTable, dataset: Dataset | None, terms: ScanTerms
) -> dict[str, frozenset[str]]:
    if dataset is None:
        return {}
    wanted = {
        entity
        for _, control in covering(dataset, terms.controls)
        if control.scan
        for entity in control.scan.entities
    }
    return {column.name: frozenset(wanted) for column in live.columns}


def _judged(
    source: Source, dataset: Dataset, found: TableScan, terms: ScanTerms, *, named_by_key: bool
) -> Iterable[RuleResult]:
    for name, control in covering(dataset, terms.controls):
        rule = control.scan
        if rule is None:
            continue
        if rule.entities:
            yield _hits(dataset, name, rule.entities, found, terms.hashing, named_by_key)
        columns = dataset.with_category(*rule.categories)
        if columns:
            table = table_of(dataset)
            filled = any_of(table.c[column.name].is_not(None) for column in columns)
            rows = matching(source, dataset, filled, terms.hashing)
            yield _result(dataset, name, "held", [c.name for c in columns], rows)


def _hits(
    dataset: Dataset,
    control: str,
    entities: Sequence[str],
    found: TableScan,
    hashing: Hashing,
    named_by_key: bool,
) -> RuleResult:
    hits = [hit for hit in found.hits if hit.entity in entities]
    keys: list[Key] = list(dict.fromkeys(hit.key for hit in hits))
    columns = sorted({hit.column for hit in hits})
    named = hashed(dataset, keys, hashing) if named_by_key else RowRefs(len(keys))
    beyond = sum(number for (_, kind), number in found.beyond.items() if kind in entities)
    return _result(dataset, control, "found", columns, RowRefs(named.rows + beyond, named.refs))


def _undeclared(
    source: str,
    live: LiveTable,
    dataset: Dataset | None,
    classifications: Sequence[Classification],
    terms: ScanTerms,
) -> RuleResult:
    control = next(name for name, c in terms.controls.items() if c.scan and c.scan.undeclared)
    columns = [c.column for c in classifications if _is_undeclared(c, dataset, terms.policy)]
    base: dict[str, Any] = {
        "control": control,
        "rule": "undeclared",
        "source": source,
        "table": live.name,
        "columns": tuple(columns),
    }
    if not columns:
        return RuleResult(**base, status="pass")
    ref = terms.hashing.ref(source, live.name, (live.name,))
    return RuleResult(**base, status="fail", rows=1, row_refs=(ref,))


def _is_undeclared(found: Classification, dataset: Dataset | None, policy: PrivacyPolicy) -> bool:
    """Personal data in a column that no contract declares, or declares as not personal."""
    kinds = [found.data_category, *(p.data_category for p in found.prevalence)]
    if found.outcome == "none" or not any(_is_personal(kind, policy) for kind in kinds):
        return False
    column = dataset.column(found.column) if dataset else None
    if column is None or column.category is None:
        return True
    declared = policy.categories.get(column.category)
    says_none = declared is not None and declared.kind == "none"
    return says_none and found.outcome == "column" and found.entity in STRONG


def _result(
    dataset: Dataset, control: str, rule: str, columns: Sequence[str], found: RowRefs
) -> RuleResult:
    return RuleResult(
        control=control,
        rule=rule,
        source=dataset.source,
        table=dataset.table,
        columns=tuple(columns),
        status="fail" if found.rows else "pass",
        rows=found.rows,
        row_refs=found.refs,
    )


def _is_personal(kind: str | None, policy: PrivacyPolicy) -> bool:
    """A kind that the policy does not know counts as personal."""
    category = policy.categories.get(kind or "")
    return kind is not None and (category is None or category.personal)
