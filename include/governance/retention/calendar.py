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
    end = fiscal_year_end(day, year)
    due = Period(months=year.filing_due_months).after(end)
    if end.day == _last(end.year, end.month):
        return due.replace(day=_last(due.year, due.month))
    return due


def fiscal_year_end(day: date, year: FiscalYear) -> date:
    """The last day of the fiscal year that ``day`` lies in."""
    month, wanted = (int(part) for part in year.end.split("-"))
    for candidate in (day.year, day.year + 1):
        end = date(candidate, month, min(wanted, _last(candidate, month)))
        if (month, wanted) == (2, 28):
            end = date(candidate, 2, _last(candidate, 2))
        if day <= end:
            return end
    raise AssertionError("a day lies in this fiscal year or in the next")


def last_day(day: date, trigger: Trigger, period: Period, year: FiscalYear) -> date:
    """The last day of ``period`` for a record whose event happened on ``day``."""
    start = filing_due(day, year) if trigger.calendar == "fiscal_year_filing_due" else day
    return period.after(start)


def cutoff(as_of: date, trigger: Trigger, period: Period, year: FiscalYear) -> date:
    """Records whose event happened before this day are past their period on ``as_of``.

    The first day whose period has not ended; found by bisection, since ``last_day`` never falls
    when the event's day rises.
    """
    low, high = date.min + timedelta(days=366), as_of + ONE_DAY
    while low < high:
        middle = low + (high - low) // 2
        if last_day(middle, trigger, period, year) < as_of:
            low = middle + ONE_DAY
        else:
            high = middle
    return low


def _last(year: int, month: int) -> int:
    return months.monthrange(year, month)[1]
