"""Dates of eras keep to the calendar and to the first and last day of their era."""

from __future__ import annotations

from datetime import date

import pytest

from include.governance.detect.japanese_date import DAY, day_of


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1980-03-01", date(1980, 3, 1)),
        ("1980年3月1日", date(1980, 3, 1)),
        ("19800301", date(1980, 3, 1)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("昭和64年1月8日", None),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("平成元年1月7日", None),
        ("H31.4.30", date(2019, 4, 30)),
        ("H31.5.1", None),
        ("㋿元年5月1日", date(2019, 5, 1)),
        ("R1/4/30", None),
        ("大15.12.24", date(1926, 12, 24)),
        ("T15.12.25", None),
        ("昭和五十五年三月一日", date(1980, 3, 1)),
        ("平成元年十二月三十一日", date(1989, 12, 31)),
        ("一九八〇年三月一日", date(1980, 3, 1)),
        ("March 1st, 1980", date(1980, 3, 1)),
        ("1 Mar 1980", date(1980, 3, 1)),
        ("03/01/1980", date(1980, 3, 1)),
        ("31-12-1988", date(1988, 12, 31)),
        ("1980-02-30", None),
        ("昭和0年1月1日", None),
    ],
)
def test_a_date_names_its_day(text: str, day: date | None) -> None:
    match = DAY.fullmatch(text)
    assert match is not None
    assert day_of(match) == day
