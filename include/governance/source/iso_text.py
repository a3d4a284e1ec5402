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

from sqlalchemy import Boolean, ColumnElement, Text, and_, case, cast, func, or_
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
#: The year 0001 is what programs write that have no date.
PATTERN = f"^(?!000[01]){_DAY}([Tt ]{_TIME}{_ZONE}?)? *$"
_READ = re.compile(PATTERN.removesuffix("$"))


class iso_shape(FunctionElement[bool]):
    """Whether text follows PATTERN; never true of text with bytes that are not ASCII."""

    inherit_cache = True
    type = Boolean()
    name = "iso_shape"


@compiles(iso_shape)
def _by_regex(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    (text,) = element.clauses
    shaped = and_(cast(text, Text).regexp_match(PATTERN), cast(text, Text).not_like("%\n"))
    return f"({compiler.process(shaped, **options)})"


@compiles(iso_shape, "sqlite")
def _on_sqlite(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    """SQLite's REGEXP is Python's and cannot be handed broken UTF-8, so GLOB looks first."""
    (text,) = element.clauses
    ascii_only = and_(
        text.op("GLOB")("[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*"),
        text.op("NOT GLOB")("*[^ -~]*"),
    )
    shaped = cast(text, Text).regexp_match(PATTERN.replace("$", r"\Z"))
    return compiler.process(case((ascii_only, shaped), else_=False), **options)


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
    if not _READ.fullmatch(text):
        return None
    day = date.fromisoformat(text[:10])
    if "+00" not in text and "z" not in text.lower():
        return day
    moment = datetime.combine(day, time.fromisoformat(text[11:16]), UTC)
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return day + timedelta(days=1) if day < date.max else day
