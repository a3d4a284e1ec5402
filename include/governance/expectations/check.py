"""Run the bound suites on one dataset and say which rows break which control."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import func, select

from include.governance.errors import SourceError
from include.governance.expectations import conditions
from include.governance.expectations.breaches import BREACHES, UNDECIDED
from include.governance.expectations.contract_rules import (
    contract_rules,
    emptied,
    evaluated,
    unjudged,
)
from include.governance.expectations.session import Outcome, Sessions
from include.governance.expectations.suites import Bound, Suite, Unbound, bind, declared_words
from include.governance.model.contract import Dataset
from include.governance.model.result import Facts, RuleResult
from include.governance.source.database import Source
from include.governance.source.faults import translated
from include.governance.source.keys import agreed
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

    The contracts' own quality rules are among them. A dataset that cannot be read gives an error
    for each of its expectations and rules; a lost connection raises SourceUnavailable, since
    trying again may help.
    """
    control = next((s.meta.contract_rules for s in suites if s.meta.contract_rules), None)
    with Sessions(source.name, source.url) as sessions:
        for dataset in datasets:
            planned = list(bind(suites, dataset, as_of, {}))
            rules = list(contract_rules(dataset, control)) if control else []
            if not planned and not rules:
                continue
            try:
                live = source.live_table(dataset.table, dataset.schema_name)
                agreed(dataset, live)
                stored = stored_columns(live, source.dialect)
                kinds = {name: _text_or_date(kind) for name, kind in stored.items()}
                planned = list(bind(suites, dataset, as_of, kinds))
                kept = [evaluated(source, dataset, rule, tuple(stored), hashing) for rule in rules]
                if promise := emptied(kept):
                    facts: Facts = {"promise": promise}
                    yield (
                        dataset,
                        kept + [unjudged(dataset, i, "table_empty", facts) for i in planned],
                    )
                    continue
                judged = _dataset(source, sessions, dataset, tuple(stored), planned, hashing)
                yield dataset, kept + judged
            except SourceError as error:
                if error.retryable:
                    raise
                yield (
                    dataset,
                    [
                        unjudged(dataset, i, error.code, dict(error.facts))
                        for i in (*planned, *rules)
                    ],
                )


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
    if doubt := _doubt(source, dataset, bound):
        reason, known = doubt
        return _result(dataset, bound, status="error", reason=reason, facts=known)
    if not outcome.breaches:
        return _result(dataset, bound, status="pass")
    table = table_of(dataset)
    found = matching(source, dataset, BREACHES[bound.type](table, bound.kwargs), hashing)
    if found.rows != outcome.breaches:
        facts: Facts = {"counted": outcome.breaches, "found": found.rows}
        return _result(dataset, bound, status="error", reason="counts_disagree", facts=facts)
    rows = found.rows - _groups(source, dataset, bound)
    return _result(dataset, bound, status="fail", found=RowRefs(rows, found.refs))


def _doubt(source: Source, dataset: Dataset, bound: Bound) -> tuple[str, Facts] | None:
    """Words that nobody declared or understands, on which neither pass nor fail can rest."""
    if "active" in bound.kwargs:
        column, active = bound.kwargs["column_B"], bound.kwargs["active"]
        words = declared_words(dataset, column)
        if words and active not in words:
            allowed = ", ".join(words)
            return "active_word_undeclared", {
                "column": column,
                "active": active,
                "allowed": allowed,
            }
    if bound.type in UNDECIDED:
        table = table_of(dataset)
        undecided = select(func.count()).select_from(table)
        with source.reading(dataset.table) as connection:
            rows = connection.scalar(undecided.where(UNDECIDED[bound.type](table, bound.kwargs)))
        if rows:
            allowed = ", ".join(conditions.FLAG_WORDS)
            column = bound.kwargs["column_B"]
            return "flag_not_understood", {"column": column, "rows": rows, "allowed": allowed}
    return None


def _named(bound: Bound) -> list[str]:
    """The columns of an expectation, those that the suite itself names included."""
    return [str(bound.kwargs[k]) for k in ("column", "column_A", "column_B") if k in bound.kwargs]


def _groups(source: Source, dataset: Dataset, bound: Bound) -> int:
    """Of records that repeat each other, one of each group is not too many."""
    if bound.type != "expect_person_to_be_registered_once":
        return 0
    table = table_of(dataset)
    email, status = (table.c[bound.kwargs[side]] for side in ("column_A", "column_B"))
    words = {name: bound.kwargs[name] for name in ("active", "ended")}
    repeated = conditions.repeated(email, status, table, **words).subquery()
    with source.reading(dataset.table) as connection:
        return int(connection.scalar(select(func.count()).select_from(repeated)) or 0)


def _result(
    dataset: Dataset,
    bound: Bound,
    *,
    status: str,
    found: RowRefs = RowRefs(),  # noqa: B008 - frozen
    reason: str | None = None,
    facts: Facts | None = None,
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
