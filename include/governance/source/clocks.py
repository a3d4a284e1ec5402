"""Compare the columns that record events with days, whatever type they are stored as."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    false,
    func,
    literal,
    not_,
    or_,
)

from include.governance.errors import SourceMismatch
from include.governance.source.types import Stored

#: ISO 8601 text: a day, and perhaps a time.
_DAY_SHAPE = "____-__-__%"


@dataclass(frozen=True)
class Clock:
    """One column that records an event.

    ``last_day`` says that it names the last valid day, so the event is the day after.
    """

    column: ColumnElement[Any]
    stored: Stored
    last_day: bool = False


@dataclass(frozen=True)
class Zone:
    """The policy's time zone, in which days begin and naive times are read."""

    name: str

    def start(self, day: date) -> datetime:
        """Midnight at the beginning of a day, aware."""
        return datetime.combine(day, time(), ZoneInfo(self.name))


def checked(name: str, stored: Stored, source: str, table: str) -> Stored:
    """The stored type, or SourceMismatch when a column of that type cannot be a clock."""
    if stored not in ("text", "date", "timestamp", "timestamp_tz"):
        raise SourceMismatch("clock_type", source=source, table=table, column=name, found=stored)
    return stored


def before(clock: Clock, day: date, zone: Zone) -> ColumnElement[bool]:
    """The event happened before a day; false for an unreadable or missing one."""
    if clock.last_day:
        day = day - timedelta(days=1)
    match clock.stored:
        case "date":
            return and_(clock.column.is_not(None), clock.column < day)
        case "timestamp":
            return and_(clock.column.is_not(None), clock.column < datetime.combine(day, time()))
        case "timestamp_tz":
            return and_(clock.column.is_not(None), clock.column < zone.start(day))
        case _:
            return and_(readable(clock), _text_before(clock.column, day, zone))


def _text_before(column: ColumnElement[Any], day: date, zone: Zone) -> ColumnElement[bool]:
    """ISO text compared as text: naive and ``+09:00`` text by local day, UTC text by instant."""
    start = zone.start(day)
    utc = start.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%S")
    instant = func.replace(column, " ", "T")
    return case(
        (_utc(column), instant < literal(utc)),
        else_=column < literal(day.isoformat()),
    )


def _utc(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(column.like("%Z"), column.like("%+00:00"))


def readable(clock: Clock) -> ColumnElement[bool]:
    """The event has a date that can be compared; text in another zone than ours cannot."""
    if clock.stored != "text":
        return clock.column.is_not(None)
    column = clock.column
    other_zone = and_(column.like("%+__:__"), not_(column.like("%+09:00")), not_(_utc(column)))
    starts_with_digit = and_(column >= "0", column < ":")
    return and_(column.is_not(None), column.like(_DAY_SHAPE), starts_with_digit, not_(other_zone))


def unreadable(clock: Clock) -> ColumnElement[bool]:
    """Something stands in the column, and it is no date."""
    if clock.stored != "text":
        return false()
    return and_(clock.column.is_not(None), not_(readable(clock)))


def any_of(conditions: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    """At least one holds; false for none."""
    return or_(false(), *conditions)
