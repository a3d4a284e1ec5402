"""When a period ends, and the day that divides what is past it from what is not."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.governance.model.period import Period
from include.governance.model.policy import FiscalYear
from include.governance.model.schedule import Trigger
from include.governance.retention.calendar import (
    cutoff,
    ends,
    filing_due,
    fiscal_year_end,
    last_day,
)

MARCH = FiscalYear(end="03-31", filing_due_months=2)
PLAIN = Trigger(latest_of=("e",))
FILING = Trigger(latest_of=("e",), calendar="fiscal_year_filing_due")
ENDLESS = Period(months=12 * 99_999)
YEARS = ("03-31", "12-31", "02-28", "02-29", "06-30", "04-20", "01-01", "11-30")

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
periods = st.one_of(
    st.sampled_from(["P0D", "P1D", "P1M", "P6M", "P13M", "P1Y", "P4Y", "P10Y"]).map(Period.parse),
    st.builds(lambda m, d: Period(months=m, days=d), st.integers(0, 130), st.integers(0, 400)),
)
years = st.builds(
    lambda end, months: FiscalYear(end=end, filing_due_months=months),
    st.sampled_from(YEARS),
    st.integers(0, 4),
)
triggers = st.sampled_from([PLAIN, FILING])


@pytest.mark.parametrize(
    ("ordered", "seven", "ten"),
    [
        (date(2014, 6, 1), date(2022, 5, 31), date(2025, 5, 31)),
        (date(2019, 3, 31), date(2026, 5, 31), date(2029, 5, 31)),
        (date(2019, 4, 1), date(2027, 5, 31), date(2030, 5, 31)),
    ],
)
def test_tax_records_are_kept_from_the_day_the_return_is_due(
    ordered: date, seven: date, ten: date
) -> None:
    """Corporation Tax Act enforcement rules 59 and 67: one day may mean one year."""
    assert last_day(ordered, FILING, Period.parse("P7Y"), MARCH) == seven
    assert last_day(ordered, FILING, Period.parse("P10Y"), MARCH) == ten


@pytest.mark.parametrize(
    ("end", "day", "year_end", "due"),
    [
        ("03-31", date(2026, 3, 31), date(2026, 3, 31), date(2026, 5, 31)),
        ("03-31", date(2026, 4, 1), date(2027, 3, 31), date(2027, 5, 31)),
        ("12-31", date(2026, 1, 1), date(2026, 12, 31), date(2027, 2, 28)),
        ("12-31", date(2023, 12, 31), date(2023, 12, 31), date(2024, 2, 29)),
        ("02-28", date(2024, 2, 29), date(2024, 2, 29), date(2024, 4, 30)),
        ("02-28", date(2023, 3, 1), date(2024, 2, 29), date(2024, 4, 30)),
        ("02-29", date(2023, 2, 28), date(2023, 2, 28), date(2023, 4, 30)),
        ("02-29", date(2024, 2, 28), date(2024, 2, 29), date(2024, 4, 30)),
        ("06-30", date(2026, 7, 1), date(2027, 6, 30), date(2027, 8, 31)),
        ("04-20", date(2026, 4, 20), date(2026, 4, 20), date(2026, 6, 20)),
        ("04-20", date(2026, 4, 21), date(2027, 4, 20), date(2027, 6, 20)),
        ("03-31", date.max, date.max, date.max),
        ("12-31", date.max, date.max, date.max),
        ("03-31", date.min, date(1, 3, 31), date(1, 5, 31)),
    ],
)
def test_fiscal_years_end_and_their_returns_are_due(
    end: str, day: date, year_end: date, due: date
) -> None:
    year = FiscalYear(end=end, filing_due_months=2)
    assert fiscal_year_end(day, year) == year_end
    assert filing_due(day, year) == due


@pytest.mark.parametrize(
    ("event", "period", "expected"),
    [
        (date(2023, 2, 28), "P1Y", date(2024, 2, 29)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2024, 2, 29), "P4Y", date(2028, 2, 29)),
        (date(2026, 2, 28), "P1M", date(2026, 3, 31)),
        (date(2026, 2, 27), "P1M", date(2026, 3, 27)),
        (date(2026, 4, 30), "P1M", date(2026, 5, 31)),
        (date(2026, 1, 30), "P1M", date(2026, 2, 28)),
        (date(2026, 1, 31), "P1M", date(2026, 2, 28)),
        (date(2026, 8, 31), "P6M", date(2027, 2, 28)),
        (date(2026, 8, 31), "P90D", date(2026, 11, 29)),
        (date(2026, 8, 31), "P0D", date(2026, 8, 31)),
        (date(2026, 2, 28), "P1M1D", date(2026, 4, 1)),
        (date(9999, 11, 30), "P1M", date.max),
        (date(9999, 12, 31), "P1M", date.max),
        (date.min, "P1M", date(1, 2, 1)),
    ],
)
def test_a_period_after_a_months_last_day_ends_with_a_month(
    event: date, period: str, expected: date
) -> None:
    """Civil Code arts. 140, 141, 143: counted from the next day, which begins a month."""
    assert ends(event, Period.parse(period)) == expected


@given(days, periods)
def test_a_period_ends_on_the_day_before_the_one_that_corresponds_to_its_first(
    event: date, period: Period
) -> None:
    """Civil Code art. 143(2), word by word."""
    first = event + timedelta(days=1)
    month = first.year * 12 + first.month - 1 + period.months
    year, month = divmod(month, 12)
    length = calendar.monthrange(year, month + 1)[1]
    if first.day <= length:
        end = date(year, month + 1, first.day) - timedelta(days=1)
    else:
        end = date(year, month + 1, length)
    assert ends(event, period) == end + timedelta(days=period.days)


@given(days, days, periods, years, triggers)
def test_a_later_event_never_ends_earlier(
    one: date, other: date, period: Period, year: FiscalYear, trigger: Trigger
) -> None:
    first, second = sorted((one, other))
    assert last_day(first, trigger, period, year) <= last_day(second, trigger, period, year)
    assert last_day(first, trigger, period, year) >= first


@given(days, st.integers(-800, 800), periods, periods, years, triggers)
@settings(max_examples=200)
def test_the_cutoff_says_of_every_event_what_its_last_day_says(
    as_of: date, near: int, period: Period, grace: Period, year: FiscalYear, trigger: Trigger
) -> None:
    border = cutoff(as_of, trigger, period, year, grace)
    assert border <= as_of
    for event in (border - timedelta(days=1), border, border + timedelta(days=near)):
        over = ends(last_day(event, trigger, period, year), grace) < as_of
        assert over == (event < border), (event, border)


@given(days, periods, years, triggers)
@settings(max_examples=15)
def test_the_cutoff_equals_a_search_day_by_day(
    as_of: date, period: Period, year: FiscalYear, trigger: Trigger
) -> None:
    searched = as_of
    while last_day(searched - timedelta(days=1), trigger, period, year) >= as_of:
        searched -= timedelta(days=1)
    assert cutoff(as_of, trigger, period, year) == searched


@given(days, days, periods, years, triggers)
def test_what_is_over_today_is_over_tomorrow(
    one: date, other: date, period: Period, year: FiscalYear, trigger: Trigger
) -> None:
    first, second = sorted((one, other))
    assert cutoff(first, trigger, period, year) <= cutoff(second, trigger, period, year)


@pytest.mark.parametrize("trigger", [PLAIN, FILING])
@pytest.mark.parametrize("end", YEARS)
@pytest.mark.parametrize(
    "period", [Period(), Period(months=12), Period(months=36_000), ENDLESS], ids=str
)
@pytest.mark.parametrize(
    "as_of", [date.min, date.min + timedelta(days=1), date(2026, 11, 30), date.max]
)
def test_the_edges_of_the_calendar_are_no_accident(
    as_of: date, period: Period, end: str, trigger: Trigger
) -> None:
    year = FiscalYear(end=end, filing_due_months=2)
    border = cutoff(as_of, trigger, period, year)
    assert date.min <= border <= as_of
    if period == ENDLESS:
        assert border == date.min, "a period that never ends makes nothing due"
