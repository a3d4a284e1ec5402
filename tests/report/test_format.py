"""Numbers, days, periods, clauses and articles in both languages."""

from datetime import date

import pytest

from include.governance.model.period import Period
from include.governance.report import format as write


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "0%"), (0.0004, "<0.1%"), (0.987, "98.7%"), (0.9996, ">99.9%"), (1, "100%"), (0.5, "50%")],
)
def test_a_share_is_never_rounded_to_nothing_or_everything(share: float, shown: str) -> None:
    assert write.percent(share) == shown


@pytest.mark.parametrize(("share", "shown"), [(0.0295, "3%"), (0.04871, "4.9%"), (0.03, "3%")])
def test_a_bound_is_rounded_up(share: float, shown: str) -> None:
    assert write.bound(share) == shown


def test_days_are_written_as_each_language_writes_them() -> None:
    assert write.day(date(2026, 1, 5), "en") == "2026-01-05"
    assert write.day(date(2026, 1, 5), "ja") == "2026年1月5日"


@pytest.mark.parametrize(
    ("period", "en", "ja"),
    [
        ("P1Y", "1 year", "1年"),
        ("P13M", "13 months", "13か月"),
        ("P90D", "90 days", "90日"),
        ("P2Y6M", "2 years 6 months", "2年6か月"),
        ("P0D", "0 days", "0日"),
    ],
)
def test_periods_are_words(period: str, en: str, ja: str) -> None:
    assert write.period(Period.parse(period), "en") == en
    assert write.period(Period.parse(period), "ja") == ja


@pytest.mark.parametrize(
    ("name", "ja"), [("6", "第6条"), ("2-(5)", "第2条(5)"), ("A.1", "条項 A.1")]
)
def test_clauses_are_numbered_as_law_is(name: str, ja: str) -> None:
    assert write.clause(name, "ja") == ja
    assert write.clause(name, "en") == f"Clause {name}"


@pytest.mark.parametrize(
    ("references", "en", "ja"),
    [
        (("APPI 22",), "APPI 22", "個人情報保護法22条"),
        (("APPI 17", "APPI 20(2)"), "APPI 17, 20(2)", "個人情報保護法17条・20条2項"),
        (("APPI 27(5)(iii)",), "APPI 27(5)(iii)", "個人情報保護法27条5項3号"),
        (("APPI 27(1)(ix)",), "APPI 27(1)(ix)", "個人情報保護法27条1項9号"),
        (("APPI 33-39",), "APPI 33-39", "個人情報保護法33条〜39条"),
        (("Instalment Sales Act 35-16",), "Instalment Sales Act 35-16", "割賦販売法35条の16"),
        (("APPI rule 21",), "APPI rule 21", "個人情報保護法施行規則21条"),
        (("PCI DSS 3.3", "APPI 22"), "PCI DSS 3.3; APPI 22", "PCI DSS 3.3、個人情報保護法22条"),
        (
            ("Corporation Tax Act enforcement rules 59 and 67",),
            "Corporation Tax Act enforcement rules 59, 67",
            "法人税法施行規則59条・67条",
        ),
        (("APPI somewhere",), "APPI somewhere", "APPI somewhere"),
    ],
)
def test_law_is_cited_as_each_language_cites_it(
    references: tuple[str, ...], en: str, ja: str
) -> None:
    assert write.laws(references, "en") == en
    assert write.laws(references, "ja") == ja


@pytest.mark.parametrize(("limit", "ja"), [("P20Y", "20年"), ("100000", "100,000"), ("20%", "20%")])
def test_a_limit_of_a_plan_is_readable(limit: str, ja: str) -> None:
    assert write.limit(limit, "ja") == ja
