"""A rule is read before anything runs: every mistake at once, and nothing but questions pass."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from include.governance.model.period import Period
from include.governance.rules.parameters import Parameter, before, values
from include.governance.rules.rule import RuleMistaken, read_rule
from include.governance.wording import say
from tests.rules.small import POLICY

WRONG = {
    "no SQL": ("transfers", "kind =", ["rule_not_sql"]),
    "two statements": ("transfers", "1 = 1; DROP TABLE x", ["rule_not_sql"]),
    "no such rows": ("transfer", "1 = 1", ["rule_relation"]),
    "rows of a list": ("transfers__categories", "word = 'x'", ["rule_relation"]),
    "no such relation": (
        "transfers", "EXISTS (SELECT 1 FROM partners)", ["rule_relation"],
    ),
    "no such field, twice": ("transfers", "knd = 'x' OR transfers.kid = 'x'", ["rule_field"] * 2),
    "no such alias": ("transfers", "t.kind = 'x'", ["rule_relation"]),
    "a table of a schema": (
        "transfers", "EXISTS (SELECT 1 FROM public.transfers)", ["rule_from"],
    ),
    "a derived table": ("transfers", "EXISTS (SELECT 1 FROM (SELECT 1) x)", ["rule_from"] * 2),
    "two of one name": (
        "transfers", "EXISTS (SELECT 1 FROM jobs j JOIN grants j ON 1 = 1)", ["rule_alias"],
    ),
    "a field of two": (
        "transfers",
        "EXISTS (SELECT 1 FROM jobs j JOIN grants g ON g.table_name = j.table_name"
        " WHERE table_name = 'x')",
        ["rule_ambiguous"],
    ),
    "a function": ("transfers", "pg_sleep(9) IS NULL", ["rule_word"]),
    "an operator": ("transfers", "kind LIKE 'x'", ["rule_word"]),
    "an outer join": (
        "transfers", "EXISTS (SELECT 1 FROM jobs LEFT JOIN grants g ON 1 = 1)", ["rule_word"],
    ),
    "a union": (
        "transfers", "kind IN (SELECT kind FROM recipients UNION SELECT 'x')", ["rule_word"],
    ),
    "a limit": ("transfers", "EXISTS (SELECT 1 FROM jobs LIMIT 1)", ["rule_word"]),
    "a day beside a moment": ("transfers", "transferred_at < :as_of", ["rule_kinds"]),
    "a subject beside a contact": ("persons", "subject_id = email", ["rule_kinds"]),
    "a hidden value told": ("persons", "email = 'a@mail.example'", ["rule_hidden"]),
    "hidden values in order": ("persons", "email < phone", ["rule_hidden"]),
    "part of a hidden value": ("persons", "SUBSTRING(email, 1, 1) = 'a'", ["rule_hidden"]),
    "a day of no moment": ("transfers", "DAY_OF(kind) = '2026-01-01'", ["rule_day_of"]),
    "no such parameter": ("transfers", "DAY_OF(transferred_at) < :since", ["rule_parameter"]),
}  # fmt: skip


def _problems(**words: Any) -> list[Any]:
    with pytest.raises(RuleMistaken) as mistaken:
        read_rule("S7-02", "rule", words, POLICY)
    return list(mistaken.value.problems)


@pytest.mark.parametrize("case", sorted(WRONG))
def test_what_may_not_stand_in_a_rule(case: str) -> None:
    rows, breach, codes = WRONG[case]
    problems = _problems(rows=rows, breach=breach)
    assert [problem.code for problem in problems] == codes
    for problem in problems:
        assert say(f"lint.{problem.code}", "en", **problem.facts)


def test_a_slip_is_told_with_what_was_meant() -> None:
    [problem] = _problems(rows="transfers", breach="knd = 'x'")
    assert problem.facts == {"name": "knd", "allowed": "kind", "where": "transfers"}


@pytest.mark.parametrize(
    ("parameter", "code"),
    [
        ({"ago": "90 days"}, "rule_setting"),
        ({"ago": "requests.clocks.decid"}, "rule_setting"),
        ({"ago": "P90"}, "rule_period"),
        ({"ago": "requests.formats"}, "rule_period"),
        ({"value": "requests.clocks"}, "rule_period"),
    ],
)
def test_a_parameter_that_no_policy_answers(parameter: dict[str, str], code: str) -> None:
    problems = _problems(rows="grants", breach="last_used_on < :since", params={"since": parameter})
    assert [(p.code, p.path) for p in problems] == [(code, ("params", "since"))]


def test_a_parameter_that_nothing_uses() -> None:
    params = {"since": {"ago": "P90D"}}
    problems = _problems(rows="grants", breach="employment = 'left'", params=params)
    assert [p.code for p in problems] == ["rule_unused"]


@pytest.mark.parametrize(
    "words", [{"rows": "grants"}, {"rows": "grants", "breach": "1 = 1", "mostly": 0.9}]
)
def test_a_word_that_is_missing_or_not_known(words: dict[str, Any]) -> None:
    assert _problems(**words)


@pytest.mark.parametrize(
    ("period", "day"),
    [("P90D", "2026-09-01"), ("P1M", "2026-10-31"), ("P9M", "2026-02-28"), ("P0D", "2026-11-30")],
)
def test_a_day_before_the_run(period: str, day: str) -> None:
    as_of = date(2026, 11, 30)
    found = before(Period.parse(period), as_of)
    assert found.isoformat() == day
    params = {"since": Parameter(ago=period)}
    assert values(params, POLICY, as_of) == {"as_of": "2026-11-30", "since": day}


def test_a_setting_of_the_policy() -> None:
    params = {
        "late": Parameter(ago="requests.clocks.decide"),
        "least": Parameter(value="anonymity.smallest_group"),
    }
    found = values(params, POLICY, date(2026, 11, 30))
    assert (found["late"], found["least"]) == ("2026-11-16", 5)
