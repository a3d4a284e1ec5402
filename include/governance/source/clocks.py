"""Compare the columns that record events with days, whatever type they are stored as."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, not_, or_

from include.governance.errors import SourceMismatch
from include.governance.source import iso_text
from include.governance.source.types import Stored

#: Before it stands only what programs write that have no date: 0000-00-00, 0001-01-01, -infinity.
EARLIEST = date(2, 1, 1)


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

    @property
    def info(self) -> ZoneInfo:
        """The zone as Python knows it."""
        return ZoneInfo(self.name)

    def start(self, day: date) -> datetime:
        """Midnight at the beginning of a day, aware."""
        return datetime.combine(day, time(), self.info)


def checked(name: str, stored: Stored | None, source: str, table: str) -> Stored:
    """The stored type; SourceMismatch when the column is not there or can be no clock."""
    if stored is None:
        raise SourceMismatch("table_missing", source=source, table=table)
    if stored not in ("text", "date", "timestamp", "timestamp_tz"):
        raise SourceMismatch("clock_type", source=source, table=table, column=name, found=stored)
    return stored


def before(clock: Clock, day: date, zone: Zone) -> ColumnElement[bool]:
    """The event happened before a day; false for an unreadable or missing one, never NULL."""
    if day <= EARLIEST:
        return false()
    if clock.last_day:
        day -= timedelta(days=1)
    if clock.stored == "text":
        return iso_text.before(clock.column, day, zone.info)
    return and_(readable(clock), clock.column < _moment(day, clock.stored, zone))


def _moment(day: date, stored: Stored, zone: Zone) -> date:
    match stored:
        case "date":
            return day
        case "timestamp":
            return datetime.combine(day, time())
        case _:
            return zone.start(day)


def readable(clock: Clock) -> ColumnElement[bool]:
    """The event has a date that can be compared; text in another zone than ours cannot."""
    if clock.stored == "text":
        return iso_text.readable(clock.column)
    # naive, so that no zone moves it: a sentinel is far from the day it is compared with
    first = datetime.combine(EARLIEST, time()) if clock.stored != "date" else EARLIEST
    return and_(clock.column.is_not(None), clock.column >= first)


def unreadable(clock: Clock) -> ColumnElement[bool]:
    """Something stands in the column, and it is no date."""
    return and_(clock.column.is_not(None), not_(readable(clock)))


def any_of(conditions: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    """At least one holds; plainly ``false()`` where none can, so that nobody needs to ask it."""
    able = [each for each in conditions if not each.compare(false())]
    return or_(*able) if able else false()


def as_day(value: object, zone: Zone) -> date | None:
    """A stored date, timestamp or ISO text as a day in the policy's time zone."""
    match value:
        case datetime():
            aware = value.tzinfo is not None
            day = value.astimezone(zone.info).date() if aware else value.date()
        case date():
            day = value
        case str():
            return iso_text.day_of(value, zone.info)
        case bytes():
            return iso_text.day_of(value.decode("utf-8", "replace"), zone.info)
        case _:
            return None
    return day if day >= EARLIEST else None
