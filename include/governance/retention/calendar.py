"""When a record's period ends, and which events are already past it.

Days are days in the policy's time zone. The first day is not counted and the last one is kept to
its end (Civil Code arts. 140, 141), so a record is over-retained from the day after
``last_day``.
"""

from __future__ import annotations

import calendar as months
from datetime import date, timedelta

from include.governance.model.period import Period
from include.governance.model.policy import FiscalYear
from include.governance.model.schedule import Trigger

ONE_DAY = timedelta(days=1)


def filing_due(day: date, year: FiscalYear) -> date:
    """The day on which the return for the fiscal year of ``day`` is due.

    A fiscal year that ends on a month's last day is due on a month's last day.
    """
    return _months_after(fiscal_year_end(day, year), year.filing_due_months)


def fiscal_year_end(day: date, year: FiscalYear) -> date:
    """The last day of the fiscal year that ``day`` lies in; date.max when the calendar ends first.

    One that ends on 28 February ends on the 29th in a leap year.
    """
    month, wanted = (int(part) for part in year.end.split("-"))
    for candidate in (day.year, day.year + 1):
        if candidate > date.max.year:
            break
        last = _last(candidate, month)
        end = date(candidate, month, last if (month, wanted) == (2, 28) else min(wanted, last))
        if day <= end:
            return end
    return date.max


def ends(day: date, period: Period) -> date:
    """The last day of a period that starts to run after ``day``.

    It is counted from the next day, so after the last day of a month it runs from the first of
    the next and ends with a month (Civil Code art. 143): 28 February 2023 + P1Y is
    29 February 2024.
    """
    end = _months_after(day, period.months) if period.months else day
    return Period(days=period.days).after(end)


def last_day(day: date, trigger: Trigger, period: Period, year: FiscalYear) -> date:
    """The last day of ``period`` for a record whose event happened on ``day``."""
    start = filing_due(day, year) if trigger.calendar == "fiscal_year_filing_due" else day
    return ends(start, period)


def cutoff(
    as_of: date,
    trigger: Trigger,
    period: Period,
    year: FiscalYear,
    grace: Period = Period(),  # noqa: B008 - never changed
) -> date:
    """Records whose event happened before this day are past their period and grace on ``as_of``.

    The first day whose grace has not ended; found by bisection, since no end falls when the
    event's day rises.
    """
    low, high = date.min, as_of
    while low < high:
        middle = low + (high - low) // 2
        if ends(last_day(middle, trigger, period, year), grace) < as_of:
            low = middle + ONE_DAY
        else:
            high = middle
    return low


def _months_after(day: date, number: int) -> date:
    """So many months later; from a month's last day to a month's last day."""
    later = Period(months=number).after(day)
    if later < date.max and day.day == _last(day.year, day.month):
        return later.replace(day=_last(later.year, later.month))
    return later


def _last(year: int, month: int) -> int:
    return months.monthrange(year, month)[1]
