"""Terms as the law counts them, beside a count on the fingers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.governance.model.legal_days import due_day, is_working_day, latest_overdue

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("known_on", "days", "due"),
    [
        ("2026-11-16", 5, "2026-11-20"),  # Monday to Friday: the first day counts
        ("2026-11-17", 5, "2026-11-24"),  # ends on a Saturday; Monday the 23rd is a holiday
        ("2026-11-30", 1, "2026-11-30"),
        ("2026-04-25", 5, "2026-04-30"),  # ends on Showa Day
        ("2026-01-27", 30, "2026-02-25"),
    ],
)
def test_a_term_ends_on_a_working_day(known_on: str, days: int, due: str) -> None:
    assert due_day(date.fromisoformat(known_on), days) == date.fromisoformat(due)


@given(DAYS, st.integers(1, 60))
def test_the_end_is_the_first_working_day_from_the_last_day_on(known_on: date, days: int) -> None:
    due = due_day(known_on, days)
    last = known_on + timedelta(days=days - 1)
    assert due >= last
    assert is_working_day(due)
    assert not any(is_working_day(last + timedelta(days=n)) for n in range((due - last).days))


@given(DAYS, st.integers(1, 60))
def test_all_that_began_by_then_is_overdue_and_nothing_that_began_later(
    as_of: date, days: int
) -> None:
    latest = latest_overdue(as_of, days)
    assert due_day(latest, days) < as_of
    assert all(due_day(latest + timedelta(days=n), days) >= as_of for n in range(1, 12))
