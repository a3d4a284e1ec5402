"""Which rows break an expectation, as a condition that selects their primary keys.

Only the types listed here may stand in a suite: for any other the rows could not be named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, TableClause, and_, false, func, not_, or_, select

from include.governance.expectations import conditions

Kwargs = Mapping[str, Any]
Breaches = Callable[[TableClause, Kwargs], ColumnElement[bool]]


def _not_null(table: TableClause, kwargs: Kwargs) -> ColumnElement[bool]:
    return table.c[kwargs["column"]].is_(None)


def _regex(table: TableClause, kwargs: Kwargs) -> ColumnElement[bool]:
    column = table.c[kwargs["column"]]
    return and_(column.is_not(None), not_(column.regexp_match(kwargs["regex"])))


def _not_regex(table: TableClause, kwargs: Kwargs) -> ColumnElement[bool]:
    column = table.c[kwargs["column"]]
    return and_(column.is_not(None), column.regexp_match(kwargs["regex"]))


def _in_set(table: TableClause, kwargs: Kwargs) -> ColumnElement[bool]:
    column = table.c[kwargs["column"]]
    return and_(column.is_not(None), column.not_in(kwargs["value_set"]))


def _between(table: TableClause, kwargs: Kwargs) -> ColumnElement[bool]:
    column = table.c[kwargs["column"]]
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    below = false() if low is None else column < low
    above = false() if high is None else column > high
    return and_(column.is_not(None), or_(below, above))


def _unique(table: TableClause, kwargs: Kwargs) -> ColumnElement[bool]:
    column = table.c[kwargs["column"]]
    twice = select(column).where(column.is_not(None)).group_by(column).having(func.count() > 1)
    return column.in_(twice)


def _dates_within(table: TableClause, kwargs: Kwargs) -> ColumnElement[bool]:
    column = table.c[kwargs["column"]]
    days = date.fromisoformat(kwargs["low"]), date.fromisoformat(kwargs["high"])
    return and_(
        column.is_not(None), not_(conditions.within_dates(column, *days, kwargs["stored_as"]))
    )


def _pair(
    good: Callable[[TableClause, Kwargs], ColumnElement[bool]],
) -> Breaches:
    def breach(table: TableClause, kwargs: Kwargs) -> ColumnElement[bool]:
        both = (table.c[kwargs[side]].is_not(None) for side in ("column_A", "column_B"))
        return and_(*both, not_(good(table, kwargs)))

    return breach


BREACHES: Mapping[str, Breaches] = {
    "expect_column_values_to_not_be_null": _not_null,
    "expect_column_values_to_match_regex": _regex,
    "expect_column_values_to_not_match_regex": _not_regex,
    "expect_column_values_to_be_in_set": _in_set,
    "expect_column_values_to_be_between": _between,
    "expect_column_values_to_be_unique": _unique,
    "expect_column_dates_to_be_within": _dates_within,
    "expect_postal_code_to_match_prefecture": _pair(
        lambda t, k: conditions.postal_matches_prefecture(t.c[k["column_A"]], t.c[k["column_B"]])
    ),
    "expect_person_to_be_registered_once": _pair(
        lambda t, k: conditions.registered_once(
            t.c[k["column_A"]], t.c[k["column_B"]], t, k["active"], k["ended"]
        )
    ),
    "expect_bounced_address_not_to_be_used": _pair(
        lambda t, k: conditions.not_used_after_bounce(t.c[k["column_B"]])
    ),
}

#: Rows of which nobody can say whether they break the expectation.
UNDECIDED: Mapping[str, Breaches] = {
    "expect_bounced_address_not_to_be_used": _pair(
        lambda t, k: conditions.flag_understood(t.c[k["column_B"]])
    ),
}

_COLUMN, _PAIR = frozenset({"column"}), frozenset({"column_A", "column_B"})
#: What each type must and may be told. ``mostly`` and row conditions are not among it: a row that
#: breaks a promise is a finding, however many keep it.
KWARGS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "expect_column_values_to_not_be_null": (_COLUMN, frozenset()),
    "expect_column_values_to_match_regex": (_COLUMN | {"regex"}, frozenset()),
    "expect_column_values_to_not_match_regex": (_COLUMN | {"regex"}, frozenset()),
    "expect_column_values_to_be_in_set": (_COLUMN | {"value_set"}, frozenset()),
    "expect_column_values_to_be_between": (_COLUMN, frozenset({"min_value", "max_value"})),
    "expect_column_values_to_be_unique": (_COLUMN, frozenset()),
    "expect_column_dates_to_be_within": (_COLUMN | {"low", "high"}, frozenset({"stored_as"})),
    "expect_postal_code_to_match_prefecture": (_PAIR, frozenset()),
    "expect_person_to_be_registered_once": (_PAIR | {"active"}, frozenset({"ended"})),
    "expect_bounced_address_not_to_be_used": (_PAIR, frozenset()),
}
