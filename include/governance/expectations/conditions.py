"""The conditions of our own expectations, as SQL that every engine runs.

Each function returns the condition of a good row. Great Expectations counts the rows that break
it, and the row references are selected by the same condition, so the two must agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)

from include.governance.model.postal import prefixes_by_prefecture
from include.governance.model.yes_or_no import NO, YES
from include.governance.source.iso_text import readable

StoredAs = Literal["text", "date"]


def within_dates(
    column: ColumnElement[Any], low: date, high: date, stored_as: StoredAs
) -> ColumnElement[bool]:
    """The day lies between two days, both included; text that is no ISO 8601 is no day."""
    if stored_as == "date":
        return and_(column >= low, column <= high)
    day = func.substr(column, 1, 10)
    return and_(readable(column), day >= low.isoformat(), day <= high.isoformat())


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


def registered_once(
    email: ColumnElement[Any],
    status: ColumnElement[Any],
    table: FromClause,
    active: str,
    ended: Sequence[str],
) -> ColumnElement[bool]:
    """No other registered record has the same e-mail address, upper and lower case alike."""
    return or_(
        not_(_registered(status, active, ended)),
        func.lower(email).not_in(repeated(email, status, table, active, ended)),
    )


def repeated(
    email: ColumnElement[Any],
    status: ColumnElement[Any],
    table: FromClause,
    active: str,
    ended: Sequence[str],
) -> Select[Any]:
    """The addresses that more than one registered record has."""
    address = func.lower(email)
    return (
        select(address)
        .select_from(table)
        .where(status.is_not(None), _registered(status, active, ended), email.is_not(None))
        .group_by(address)
        .having(func.count() > 1)
    )


def _registered(
    status: ColumnElement[Any], active: str, ended: Sequence[str]
) -> ColumnElement[bool]:
    """Whoever is not said to have left: a word that nobody declared ends no registration."""
    return or_(status == active, status.not_in(ended)) if ended else true()


FLAG_WORDS = (*YES, *NO)


def not_used_after_bounce(flag: ColumnElement[Any]) -> ColumnElement[bool]:
    """The record does not ask for mail; asked only of records whose address bounced."""
    return _word(flag).in_(NO)


def flag_understood(flag: ColumnElement[Any]) -> ColumnElement[bool]:
    """The flag says yes or no."""
    return _word(flag).in_(FLAG_WORDS)


def _word(flag: ColumnElement[Any]) -> ColumnElement[str]:
    return func.lower(cast(flag, Text))
