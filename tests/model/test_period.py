"""Calendar periods: what is one, and which day one leads to."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from include.governance.model.period import Period

DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
PERIODS = st.builds(lambda m, d: Period(months=m, days=d), st.integers(0, 400), st.integers(0, 900))


@pytest.mark.parametrize(
    ("text", "months", "days"),
    [
        ("P3Y", 36, 0),
        ("P13M", 13, 0),
        ("P90D", 0, 90),
        ("P2W", 0, 14),
        ("P1Y6M", 18, 0),
        ("P1Y2M3W4D", 14, 25),
        ("P0D", 0, 0),
        ("P0Y", 0, 0),
        ("P007D", 0, 7),
    ],
)
def test_a_period_of_whole_units_is_read(text: str, months: int, days: int) -> None:
    assert Period.parse(text) == Period(months=months, days=days)


@pytest.mark.parametrize(
    "text",
    [
        *("", "P", "3Y", "p3y", "P3", "PY", "P-1Y", "+P1Y", "P1.5Y", "P1Y ", " P1Y", "P1Y\n"),
        *("PT1H", "P1DT0S", "P6M1Y", "P1D1D", "P3年", "P３Y", "P٣Y", "P1Y6", "P1e3D", "P1_0D"),
        *("P201Y", "P2401M", "P200Y1D", "P9999999Y", "P73001D", "P9999999W"),
        "P" + "9" * 5_000 + "Y",
    ],
)
def test_anything_else_is_no_period(text: str) -> None:
    with pytest.raises(ValueError):
        Period.parse(text)
    with pytest.raises(ValidationError):
        TypeAdapter(Period).validate_python(text)


@pytest.mark.parametrize(
    ("day", "text", "expected"),
    [
        (date(2026, 8, 31), "P6M", date(2027, 2, 28)),
        (date(2023, 8, 31), "P6M", date(2024, 2, 29)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2024, 2, 29), "P4Y", date(2028, 2, 29)),
        (date(2026, 1, 30), "P1M", date(2026, 2, 28)),
        (date(2026, 11, 30), "P0D", date(2026, 11, 30)),
        (date(2026, 12, 31), "P1D", date(2027, 1, 1)),
        (date(2026, 1, 31), "P1M1D", date(2026, 3, 1)),
        (date(9999, 12, 31), "P1D", date.max),
        (date(9999, 12, 31), "P1Y", date.max),
        (date.min, "P0D", date.min),
    ],
)
def test_the_day_after_a_period(day: date, text: str, expected: date) -> None:
    assert Period.parse(text).after(day) == expected


@pytest.mark.parametrize("period", [Period(days=10**12), Period(months=10**12)], ids=str)
def test_the_calendar_ends_before_a_period_of_any_length_does(period: Period) -> None:
    assert period.after(date(2026, 1, 1)) == date.max


@given(DAYS, DAYS, PERIODS)
def test_a_later_day_never_leads_to_an_earlier_one(one: date, other: date, period: Period) -> None:
    first, second = sorted((one, other))
    assert period.after(first) <= period.after(second)
    assert period.after(first) >= first


@given(DAYS.filter(lambda d: d.year < 9900), st.integers(0, 900))
def test_months_keep_the_day_unless_the_month_is_too_short(day: date, months: int) -> None:
    after = Period(months=months).after(day)
    assert (after.year - day.year) * 12 + after.month - day.month == months
    assert after.day == min(day.day, calendar.monthrange(after.year, after.month)[1])


@given(DAYS.filter(lambda d: d.year < 9990), st.integers(0, 900))
def test_days_are_days(day: date, days: int) -> None:
    assert Period(days=days).after(day) == day + timedelta(days=days)


@given(PERIODS)
@settings(max_examples=50)
def test_a_period_survives_being_written(period: Period) -> None:
    adapter = TypeAdapter(Period)
    assert Period.parse(str(period)) == period
    assert hash(Period.parse(str(period))) == hash(period)
    assert adapter.validate_json(adapter.dump_json(period)) == period
    assert period.is_zero == (str(period) == "P0D")


def test_a_period_equals_periods_only() -> None:
    assert Period(days=1) != "P1D"
    assert repr(Period(days=1)) == "Period('P1D')"
