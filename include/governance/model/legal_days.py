"""Terms as the law counts them: the day of knowing is day 1, and the end falls on a working day.

Civil Code 142: a term whose last day is a Sunday, a holiday or another day off ends the day after.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays

_DAY = timedelta(days=1)
_SATURDAY = 5


@cache
def _holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("JP")


def is_working_day(day: date) -> bool:
    """Neither a weekend nor a holiday of Japan."""
    return day.weekday() < _SATURDAY and day not in _holidays()


def due_day(known_on: date, days: int) -> date:
    """The last day of a term of so many days that began on ``known_on`` as its day 1."""
    end = known_on + timedelta(days=days - 1)
    while not is_working_day(end):
        end += _DAY
    return end


def latest_overdue(as_of: date, days: int) -> date:
    """The latest day on which a term began that is over before ``as_of``."""
    start = as_of - timedelta(days=days)
    while due_day(start, days) >= as_of:
        start -= _DAY
    return start
