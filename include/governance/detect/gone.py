"""Declared columns that the table does not have: what looks at them was not evaluated."""

from __future__ import annotations

from collections.abc import Iterator

from include.governance.detect.covering import covering, undeclared_control
from include.governance.detect.reader import ScanTerms
from include.governance.errors import SourceMismatch
from include.governance.model.contract import Column, Dataset
from include.governance.model.result import RuleResult
from include.governance.source.live import LiveTable


def gone(dataset: Dataset, live: LiveTable) -> tuple[Column, ...]:
    """The declared columns that are not there, in the order of the contract.

    Raises SourceMismatch when the key is among them: no row could be named.
    """
    there = {column.name for column in live.columns}
    missing = tuple(column for column in dataset.columns if column.name not in there)
    for column in missing:
        if column.name in dataset.primary_key:
            raise SourceMismatch("column_gone", **_facts(dataset, column))
    return missing


def without(dataset: Dataset, missing: tuple[Column, ...]) -> Dataset:
    """The same promise over the columns that are there."""
    there = tuple(column for column in dataset.columns if column not in missing)
    return dataset.model_copy(update={"columns": there})


def not_judged(
    dataset: Dataset, missing: tuple[Column, ...], terms: ScanTerms
) -> Iterator[RuleResult]:
    """An error for each missing column, of every control that looks at it."""
    looking = tuple(covering(dataset, terms.controls))
    for column in missing:
        watching = {n for n, c in looking if c.scan and column.category in c.scan.categories}
        for control in sorted(watching | {undeclared_control(terms.controls)}):
            yield RuleResult(
                control=control,
                rule="declared",
                source=dataset.source,
                table=dataset.table,
                columns=(column.name,),
                status="error",
                reason="column_gone",
                facts=dict(_facts(dataset, column)),
            )


def _facts(dataset: Dataset, column: Column) -> dict[str, str]:
    return {"source": dataset.source, "table": dataset.table, "column": column.name}
