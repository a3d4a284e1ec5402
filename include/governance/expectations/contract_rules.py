"""The quality rules that the contracts themselves state, counted in the source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    TableClause,
    and_,
    func,
    not_,
    or_,
    select,
    true,
    tuple_,
)

from include.governance.errors import SourceError
from include.governance.expectations.endings import to_the_end
from include.governance.expectations.suites import Bound, Unbound
from include.governance.model.contract import Dataset, QualityRule
from include.governance.model.result import Facts, RuleResult
from include.governance.source.database import Source
from include.governance.source.rows import Hashing, matching, table_of

#: What a count must be, by the words of the standard; both ends of a span are inside.
PROMISES: Mapping[str, Callable[[float, Any], bool]] = {
    "mustBe": lambda count, word: bool(count == word),
    "mustNotBe": lambda count, word: bool(count != word),
    "mustBeGreaterThan": lambda count, word: bool(count > word),
    "mustBeGreaterOrEqualTo": lambda count, word: bool(count >= word),
    "mustBeLessThan": lambda count, word: bool(count < word),
    "mustBeLessOrEqualTo": lambda count, word: bool(count <= word),
    "mustBeBetween": lambda count, word: bool(word[0] <= count <= word[1]),
    "mustNotBeBetween": lambda count, word: not word[0] <= count <= word[1],
}


@dataclass(frozen=True)
class ContractRule:
    """One rule of a contract under the control that reports it."""

    control: str
    rule: str
    columns: tuple[str, ...]
    words: Mapping[str, Any]

    @property
    def reported(self) -> str:
        """The name of its result."""
        return f"{self.rule}({', '.join(self.columns)})"

    @property
    def promised(self) -> dict[str, Any]:
        """What it promises of its count."""
        return {word: self.words[word] for word in PROMISES if word in self.words}

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What its metric is told."""
        return self.words.get("arguments") or {}

    @property
    def complete(self) -> bool:
        """Whether its metric has all that it counts by."""
        told = _kind(self.words) != "invalidValues" or {"validValues", "pattern"} & set(
            self.arguments
        )
        return bool(told and (self.columns or _kind(self.words) == "rowCount"))

    def kept(self, count: float) -> bool:
        """Whether a count is as promised."""
        return all(PROMISES[name](count, word) for name, word in self.promised.items())


def contract_rules(dataset: Dataset, control: str) -> Iterator[ContractRule]:
    """Every quality rule of a dataset; rules of one name and column are told apart by number."""
    seen: dict[str, int] = {}
    for stated in dataset.quality:
        rule = ContractRule(control, _name(stated.words), _columns(stated), stated.words)
        times = seen[rule.reported] = seen.get(rule.reported, 0) + 1
        named = rule.rule if times == 1 else f"{rule.rule}.{times}"
        yield ContractRule(control, named, rule.columns, rule.words)


def _name(words: Mapping[str, Any]) -> str:
    return str(words.get("id") or words.get("name") or _kind(words))


def _kind(words: Mapping[str, Any]) -> str:
    """``rule`` is the metric's name in version 3.0 of the standard."""
    kind = str(words.get("type") or "library")
    return str(words.get("metric") or words.get("rule") or kind) if kind == "library" else kind


def _columns(stated: QualityRule) -> tuple[str, ...]:
    if stated.column is not None:
        return (stated.column,)
    return tuple((stated.words.get("arguments") or {}).get("properties") or ())


def emptied(results: Iterable[RuleResult]) -> str | None:
    """What a contract promises of the rows of a table that has none."""
    broken = (r.facts for r in results if r.reason == "contract_rule_broken")
    return next((str(facts["promise"]) for facts in broken if facts["rows"] == 0), None)


def evaluated(
    source: Source, dataset: Dataset, rule: ContractRule, live: Sequence[str], hashing: Hashing
) -> RuleResult:
    """One rule on one table.

    Rows that break it are a finding. Where the number itself is wrong, no row is to blame, and
    what is missing cannot be judged: an error.
    """
    try:
        return _evaluated(source, dataset, rule, live, hashing)
    except SourceError as error:
        if error.retryable:
            raise
        return unjudged(dataset, rule, error.code, dict(error.facts))


def _evaluated(
    source: Source, dataset: Dataset, rule: ContractRule, live: Sequence[str], hashing: Hashing
) -> RuleResult:
    kind, table = _kind(rule.words), table_of(dataset)
    rows_like = ROWS.get(kind)
    percent, unit = rule.words.get("unit") == "percent", rule.words.get("unit", "rows")
    if rows_like is None or not rule.promised or unit not in ("rows", "percent"):
        facts: Facts = {"kind": kind, "allowed": ", ".join(ROWS)}
        return unjudged(dataset, rule, "contract_rule_skipped", facts, status="skip")
    if not rule.complete or not set(rule.columns) <= set(live) & set(table.c.keys()):
        return unjudged(dataset, rule, "expectation_not_evaluated", {})
    where = rows_like(table, rule)
    counted = select(func.count()).select_from(table)
    broken = _repeated_rows(table, rule) if rows_like is _duplicate else counted.where(where)
    with source.reading(dataset.table) as connection:
        everything = int(connection.scalar(counted) or 0)
        rows = int(connection.scalar(broken) or 0)
    count = 100 * rows / everything if percent and everything else rows
    if rule.kept(count):
        return _result(dataset, rule, status="pass")
    if kind != "rowCount" and rule.kept(0):
        found = matching(source, dataset, where, hashing)
        return _result(dataset, rule, status="fail", rows=found.rows, row_refs=found.refs)
    promise = ", ".join(f"{kind} {name} {word}" for name, word in rule.promised.items())
    facts = {"promise": promise, "counted": count, "rows": everything}
    return unjudged(dataset, rule, "contract_rule_broken", facts)


def _null(table: TableClause, rule: ContractRule) -> ColumnElement[bool]:
    return or_(*(table.c[name].is_(None) for name in rule.columns))


def _missing(table: TableClause, rule: ContractRule) -> ColumnElement[bool]:
    listed = rule.arguments.get("missingValues")
    words = [None] if listed is None else listed
    known = [word for word in words if word is not None]
    conditions = [table.c[name].in_(known) for name in rule.columns]
    if None in words:
        conditions += [table.c[name].is_(None) for name in rule.columns]
    return or_(*conditions)


def _invalid(table: TableClause, rule: ContractRule) -> ColumnElement[bool]:
    """An empty field is no invalid value: both comparisons leave NULL out."""
    columns = [table.c[name] for name in rule.columns]
    broken: list[ColumnElement[bool]] = []
    if "validValues" in rule.arguments:
        values = [value for value in rule.arguments["validValues"] if value is not None]
        broken += [column.not_in(values) for column in columns]
    if "pattern" in rule.arguments:
        pattern = to_the_end(rule.arguments["pattern"])
        broken += [not_(column.regexp_match(pattern)) for column in columns]
    return or_(*broken)


def _duplicate(table: TableClause, rule: ContractRule) -> ColumnElement[bool]:
    columns = [table.c[name] for name in rule.columns]
    return tuple_(*columns).in_(_repeated(columns))


def _repeated_rows(table: TableClause, rule: ContractRule) -> Select[tuple[int]]:
    """The number of such rows, without looking for each."""
    columns = [table.c[name] for name in rule.columns]
    groups = _repeated(columns).add_columns(func.count().label("daicho_rows")).subquery()
    return select(func.sum(groups.c.daicho_rows))


def _repeated(columns: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """What several rows say alike, every column filled."""
    known = and_(*(column.is_not(None) for column in columns))
    return select(*columns).where(known).group_by(*columns).having(func.count() > 1)


#: The metrics of the standard's library, each as the rows it counts.
ROWS: Mapping[str, Callable[[TableClause, ContractRule], ColumnElement[bool]]] = {
    "rowCount": lambda _table, _rule: true(),
    "nullValues": _null,
    "missingValues": _missing,
    "invalidValues": _invalid,
    "duplicateValues": _duplicate,
}


def unjudged(
    dataset: Dataset,
    item: Bound | Unbound | ContractRule,
    reason: str,
    facts: Facts,
    *,
    status: str = "error",
) -> RuleResult:
    """The result of what could not be evaluated."""
    return _result(dataset, item, status=status, reason=reason, facts=facts)


def _result(
    dataset: Dataset, item: Bound | Unbound | ContractRule, *, status: str, **more: Any
) -> RuleResult:
    about = {"control": item.control, "rule": item.reported, "status": status}
    where = {"source": dataset.source, "table": dataset.table}
    columns = item.columns if isinstance(item, ContractRule) else ()
    return RuleResult.model_validate({**about, **where, "columns": columns, **more})
