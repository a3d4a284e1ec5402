"""Run the bound suites on one dataset and say which rows break which control."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import func, select

from include.governance.errors import SourceError
from include.governance.expectations import conditions
from include.governance.expectations.breaches import BREACHES
from include.governance.expectations.session import Outcome, Sessions
from include.governance.expectations.suites import Bound, Suite, Unbound, bind
from include.governance.model.contract import Dataset
from include.governance.model.result import RuleResult
from include.governance.source.database import Source
from include.governance.source.faults import translated
from include.governance.source.rows import Hashing, RowRefs, matching, table_of
from include.governance.source.types import stored_columns


def check(
    source: Source,
    datasets: Iterable[Dataset],
    suites: Sequence[Suite],
    as_of: date,
    hashing: Hashing,
) -> Iterator[tuple[Dataset, list[RuleResult]]]:
    """The results of every suite on every dataset of one source, dataset by dataset.

    A dataset that cannot be read gives an error for each of its expectations; a lost connection
    raises SourceUnavailable, since trying again may help.
    """
    with Sessions(source.name, source.url) as sessions:
        for dataset in datasets:
            planned = list(bind(suites, dataset, as_of, {}))
            if not planned:
                continue
            try:
                live = source.live_table(dataset.table, dataset.schema_name)
                stored = stored_columns(live, source.dialect)
                kinds = {name: _text_or_date(kind) for name, kind in stored.items()}
                planned = list(bind(suites, dataset, as_of, kinds))
                yield dataset, _dataset(source, sessions, dataset, tuple(stored), planned, hashing)
            except SourceError as error:
                if error.retryable:
                    raise
                yield dataset, [_failed(dataset, item, error) for item in planned]


def _text_or_date(kind: str) -> str:
    return "text" if kind == "text" else "date"


def _dataset(
    source: Source,
    sessions: Sessions,
    dataset: Dataset,
    live: Sequence[str],
    planned: Sequence[Bound | Unbound],
    hashing: Hashing,
) -> list[RuleResult]:
    results = [_skipped(dataset, item) for item in planned if isinstance(item, Unbound)]
    bound = [item for item in planned if isinstance(item, Bound)]
    with translated(source.name, dataset.table):
        outcomes = sessions.run(dataset, live, bound)
    return results + [_judge(source, dataset, outcome, hashing) for outcome in outcomes]


def _judge(source: Source, dataset: Dataset, outcome: Outcome, hashing: Hashing) -> RuleResult:
    bound = outcome.bound
    undeclared = [name for name in _named(bound) if dataset.column(name) is None]
    if outcome.breaches is None or undeclared:
        return _result(dataset, bound, status="error", reason="expectation_not_evaluated")
    if not outcome.breaches:
        return _result(dataset, bound, status="pass")
    table = table_of(dataset)
    found = matching(source, dataset, BREACHES[bound.type](table, bound.kwargs), hashing)
    if found.rows != outcome.breaches:
        facts: dict[str, str | int | float] = {"counted": outcome.breaches, "found": found.rows}
        return _result(dataset, bound, status="error", reason="counts_disagree", facts=facts)
    rows = found.rows - _groups(source, dataset, bound)
    return _result(dataset, bound, status="fail", found=RowRefs(rows, found.refs))


def _named(bound: Bound) -> list[str]:
    """The columns of an expectation, those that the suite itself names included."""
    return [str(bound.kwargs[k]) for k in ("column", "column_A", "column_B") if k in bound.kwargs]


def _groups(source: Source, dataset: Dataset, bound: Bound) -> int:
    """Of records that repeat each other, one of each group is not too many."""
    if bound.type != "expect_person_to_be_registered_once":
        return 0
    table = table_of(dataset)
    email, status = (table.c[bound.kwargs[side]] for side in ("column_A", "column_B"))
    repeated = conditions.repeated(email, status, table, bound.kwargs["active"]).subquery()
    with source.reading(dataset.table) as connection:
        return int(connection.scalar(select(func.count()).select_from(repeated)) or 0)


def _result(
    dataset: Dataset,
    bound: Bound,
    *,
    status: str,
    found: RowRefs = RowRefs(),  # noqa: B008 - frozen
    reason: str | None = None,
    facts: dict[str, str | int | float] | None = None,
) -> RuleResult:
    return RuleResult.model_validate(
        {
            "control": bound.control,
            "rule": bound.reported,
            "source": dataset.source,
            "table": dataset.table,
            "columns": bound.columns,
            "status": status,
            "rows": found.rows,
            "row_refs": found.refs,
            "reason": reason,
            "facts": facts or {},
        }
    )


def _skipped(dataset: Dataset, item: Unbound) -> RuleResult:
    return RuleResult(
        control=item.control,
        rule=item.reported,
        source=dataset.source,
        table=dataset.table,
        status="skip",
        reason="no_such_column",
        facts={"missing": item.missing},
    )


def _failed(dataset: Dataset, item: Bound | Unbound, error: SourceError) -> RuleResult:
    return RuleResult(
        control=item.control,
        rule=item.reported,
        source=dataset.source,
        table=dataset.table,
        status="error",
        reason=error.code,
        facts=dict(error.facts),
    )
