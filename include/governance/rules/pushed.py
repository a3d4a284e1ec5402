"""Which conditions of a rule concern one relation alone, so that its source can answer them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from include.governance.rules.query import Query


@dataclass(frozen=True)
class OwnConditions:
    """The conditions on a relation alone, under the name that the rule gives it."""

    alias: str
    condition: exp.Expr


def of_judged(query: Query) -> OwnConditions | None:
    """What a judged row must meet whatever the other relations hold."""
    return _own(query.rows, query.condition)


def of_inner(query: Query) -> Mapping[str, OwnConditions]:
    """The same for the relations that stand in one subquery only, on their own."""
    found: dict[str, list[OwnConditions | None]] = {}
    for select in query.condition.find_all(exp.Select):
        tables = list(_tables(select))
        for table in tables:
            where = select.args.get("where")
            own = _own(table.alias_or_name, where.this) if where and len(tables) == 1 else None
            found.setdefault(table.name, []).append(own)
    return {name: one[0] for name, one in found.items() if len(one) == 1 and one[0]}


def _tables(select: exp.Select) -> Iterator[exp.Table]:
    for part in (select.args["from_"], *(select.args.get("joins") or ())):
        yield part.this


def _own(alias: str, condition: exp.Expr) -> OwnConditions | None:
    parts = condition.flatten() if isinstance(condition, exp.And) else [condition]
    own = [part for part in parts if _is_own(part, alias)]
    return OwnConditions(alias, exp.and_(*own)) if own else None


def _is_own(part: exp.Expr, alias: str) -> bool:
    columns = list(part.find_all(exp.Column))
    if part.find(exp.Select, exp.Count, exp.Sum, exp.Min, exp.Max):
        return False
    return bool(columns) and all(column.table == alias for column in columns)
