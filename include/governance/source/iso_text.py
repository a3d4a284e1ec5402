"""Dates that are kept as ISO 8601 text: the same reading in SQL and in Python.

``2026-11-30``, or a day and a time between which stands ``T`` or a space, in local time, in
``+09:00`` or in UTC. Anything else is not read: text in a third zone could be moved to another
day by whoever compares it as text.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, ColumnElement, Text, and_, case, cast, func, literal_column, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_LEAP = "([0-9][0-9](0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_DAY = (
    "([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
    "|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP}-02-29)"
)
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?"
_ZONE = "([Zz]|[+]0[09](:?00)?)"
#: Nothing follows; ``$`` would let a line's end follow, and backslashes differ between engines.
END = "(?![^x]|x)"
#: The year 0001 is what programs write that have no date.
PATTERN = f"^(?!000[01]){_DAY}([Tt ]{_TIME}{_ZONE}?)? *{END}"
_READ = re.compile(PATTERN)


class iso_shape(FunctionElement[bool]):
    """Whether text follows PATTERN; never true of text with bytes that are not ASCII.

    The pattern stands in the statement itself: a parameter that is made while a statement is
    compiled is not known to the cache of compiled statements.
    """

    inherit_cache = True
    type = Boolean()
    name = "iso_shape"


@compiles(iso_shape)
def _by_regex(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    (text,) = element.clauses
    shaped = cast(text, Text).regexp_match(literal_column(f"'{PATTERN}'"))
    return f"({compiler.process(shaped, **options)})"


@compiles(iso_shape, "sqlite")
def _on_sqlite(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    """SQLite's REGEXP is Python's and cannot be handed broken UTF-8, so GLOB looks first."""
    text = compiler.process(element.clauses.clauses[0], **options)
    return (
        f"(CASE WHEN {text} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'"
        f" AND {text} NOT GLOB '*[^ -~]*' THEN CAST({text} AS TEXT) REGEXP '{PATTERN}'"
        " ELSE 0 END)"
    )


def readable(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """The column holds ISO text; never NULL."""
    return and_(column.is_not(None), iso_shape(column))


def before(column: ColumnElement[Any], day: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """The column holds ISO text of an instant before a day of the zone; never NULL."""
    start = datetime.combine(day, time(), zone).astimezone(UTC)
    its_day, its_time = func.substr(column, 1, 10), func.substr(column, 12, 5)
    first = start.date().isoformat()
    earlier = or_(
        its_day < first, and_(its_day == first, its_time < start.time().isoformat("minutes"))
    )
    local = its_day < day.isoformat()
    in_utc = or_(column.like("%Z%"), column.like("%z%"), column.like("%+00%"))
    return and_(readable(column), case((in_utc, earlier), else_=local))


def day_of(text: str, zone: ZoneInfo) -> date | None:
    """The day of the zone on which the text's instant lies; None when it is not ISO text."""
    if not _READ.search(text):
        return None
    day = date.fromisoformat(text[:10])
    if "+00" not in text and "z" not in text.lower():
        return day
    moment = datetime.combine(day, time.fromisoformat(text[11:16]), UTC)
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return day + timedelta(days=1) if day < date.max else day
