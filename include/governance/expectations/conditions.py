"""The conditions of our own expectations, as SQL that every engine runs.

Each function returns the condition of a good row. Great Expectations counts the rows that break
it, and the row references are selected by the same condition, so the two must agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
)

StoredAs = Literal["text", "date"]


def within_dates(
    column: ColumnElement[Any], low: date, high: date, stored_as: StoredAs
) -> ColumnElement[bool]:
    """The day lies between two days, both included; text is compared as ISO 8601."""
    if stored_as == "date":
        return and_(column >= low, column <= high)
    day = func.substr(column, 1, 10)
    return and_(day >= low.isoformat(), day <= high.isoformat())


def postal_matches_prefecture(
    postal_code: ColumnElement[Any], prefecture: ColumnElement[Any]
) -> ColumnElement[bool]:
    """The first three digits belong to the prefecture; unknown prefixes are not judged here."""
    prefix = func.substr(postal_code, 1, 3)
    known = sorted(
        {prefix for prefixes in prefixes_by_prefecture().values() for prefix in prefixes}
    )
    agrees = [
        and_(prefecture == literal(name), prefix.in_(prefixes))
        for name, prefixes in prefixes_by_prefecture().items()
    ]
    return or_(prefix.not_in(known), *agrees)


@cache
def prefixes_by_prefecture() -> dict[str, tuple[str, ...]]:
    """The prefixes of each of the 47 prefectures; some prefixes belong to two."""
    file = resources.files("include.governance.expectations").joinpath("postal_prefixes.yaml")
    return {
        name: tuple(prefix for span in spans for prefix in _span(span))
        for name, spans in yaml.safe_load(file.read_text("utf-8")).items()
    }


def _span(text: str) -> Iterable[str]:
    first, _, last = text.partition("-")
    return (f"{number:03d}" for number in range(int(first), int(last or first) + 1))


def registered_once(
    email: ColumnElement[Any], status: ColumnElement[Any], table: FromClause, active: str
) -> ColumnElement[bool]:
    """No other active record has the same e-mail address, upper and lower case alike."""
    return or_(status != active, func.lower(email).not_in(repeated(email, status, table, active)))


def repeated(
    email: ColumnElement[Any], status: ColumnElement[Any], table: FromClause, active: str
) -> Select[Any]:
    """The addresses that more than one active record has."""
    address = func.lower(email)
    return (
        select(address)
        .select_from(table)
        .where(status == active, email.is_not(None))
        .group_by(address)
        .having(func.count() > 1)
    )


def not_used_after_bounce(flag: ColumnElement[Any]) -> ColumnElement[bool]:
    """The record does not ask for mail; asked only of records whose address bounced."""
    return cast(flag, Integer) == 0
