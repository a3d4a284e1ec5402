"""A plan says exactly what would change: its digest, its order, its limits."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.governance.model.contract import Column
from include.governance.model.facts import Dependants, DueRows, RowSet
from include.governance.model.plan import Plan
from include.governance.model.policy import Limits, PrivacyPolicy
from include.governance.plan.build import build, column_actions, digest
from include.governance.policy.load import load_rulebook
from include.governance.settings import ROOT
from tests.source import tables
from tests.source.tables import AS_OF

RULEBOOK, _ = load_rulebook(ROOT / "include" / "policies", ROOT)
assert RULEBOOK
POLICY = RULEBOOK.policy
SCHEDULE = tables.schedule(
    c=tables.record_class({"latest_of": ["e"]}, {"period": "P1Y"}),
    d=tables.record_class(
        {"latest_of": ["e"]},
        {"period": "P1Y"},
        action="generalise",
        actions={"identifier": "null", "contact": "null", "secret": "null"},
    ),
)
COLUMNS = [
    Column(name="id", category="member_id"),
    Column(name="name", category="name", required=True),
    Column(name="email", category="email"),
    Column(name="birth", category="date_of_birth"),
    Column(name="gender", category="gender"),
    Column(name="plain", category="none"),
    Column(name="state", category="governance"),
    Column(name="unknown"),
]
DATASETS = {f"shop.{name}": tables.dataset(name, COLUMNS) for name in "rab"}


def limits(**more: Any) -> PrivacyPolicy:
    """The policy with other limits."""
    wide = {"max_rows": 10**9, "max_percent": 100.0, "oldest_trigger": "P99Y", "never_touch": ()}
    return POLICY.model_copy(update={"limits": Limits.model_validate(wide | more)})


def rows(number: int, key: str = "k", day: date | None = date(2020, 1, 1)) -> RowSet:
    """A set of rows."""
    return RowSet(rows=number, oldest=day, youngest=day, key_digest=key)


def due(table: str = "r", number: int = 2, **more: Any) -> DueRows:
    """Due rows of one table."""
    given: dict[str, Any] = {
        "source": "shop",
        "record_class": "c",
        "total_rows": 100,
        "held_rows": 0,
        "due": rows(number),
    }
    return DueRows.model_validate({"table": table, **given, **more})


def plan(*facts: DueRows, policy: PrivacyPolicy | None = None, **more: Any) -> Plan:
    """A plan over facts."""
    given: dict[str, Any] = {"as_of": AS_OF, "rulebook_sha256": "p", "contracts_sha256": "c"}
    return build(facts, DATASETS, SCHEDULE, policy or limits(), **{**given, **more})


BELOW = Dependants(source="shop", table="a", depth=1, total_rows=9, found=rows(3, "x", None))
FACTS = due(dependants=(BELOW,))


@pytest.mark.parametrize(
    "other",
    [
        lambda: plan(due(due=rows(2, "other"), dependants=(BELOW,))),
        lambda: plan(due(number=3, dependants=(BELOW,))),
        lambda: plan(due(dependants=(BELOW.model_copy(update={"found": rows(3, "y")}),))),
        lambda: plan(due(due=rows(2, day=date(2020, 1, 2)), dependants=(BELOW,))),
        lambda: plan(due(held_rows=1, dependants=(BELOW,))),
        lambda: plan(due(total_rows=101, dependants=(BELOW,))),
        lambda: plan(FACTS, as_of=date(2026, 12, 1)),
        lambda: plan(FACTS, rulebook_sha256="q"),
        lambda: plan(FACTS, contracts_sha256="q"),
        lambda: plan(FACTS, policy=limits(max_rows=1)),
        lambda: plan(),
    ],
)
def test_a_digest_changes_with_everything_that_it_stands_for(other: Any) -> None:
    assert other().digest != plan(FACTS).digest


def test_a_digest_covers_all_of_a_plan_but_itself() -> None:
    made = plan(FACTS)
    assert made.digest == digest(made) == digest(made.model_copy(update={"digest": "x"}))
    assert Plan.model_validate_json(made.model_dump_json()).digest == digest(made)
    assert len(made.digest) == 64


def test_a_digest_is_the_same_in_every_process(tmp_path: Path) -> None:
    program = "from tests.plan.test_build import FACTS, plan; print(plan(FACTS).digest)"
    for seed in ("0", "4711"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        found = subprocess.run(
            [sys.executable, "-c", program],
            env=env,
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=True,
        )
        assert found.stdout.strip() == plan(FACTS).digest


@given(st.permutations([due("r"), due("a", 3), due("b", 4), due("r", 5, record_class="d")]))
def test_the_order_of_facts_does_not_matter(facts: list[DueRows]) -> None:
    ordered = sorted(facts, key=lambda f: (f.source, f.record_class, f.table))
    assert plan(*facts).steps == plan(*ordered).steps
    assert plan(*facts).digest == plan(*ordered).digest


def test_dependants_stand_before_what_they_hang_on() -> None:
    below = [
        Dependants(source="shop", table=t, depth=d, total_rows=9, found=rows(1, t, None))
        for t, d in (("a", 2), ("b", 1), ("r", 3))
    ]
    random.Random(7).shuffle(below)
    made = plan(due("r", dependants=tuple(below)))
    assert [(s.table, s.root) for s in made.steps] == [
        ("r", False),
        ("a", False),
        ("b", False),
        ("r", True),
    ]
    assert [s.order for s in made.steps] == [0, 1, 2, 3]
    assert made.rows == 5
    assert all(s.action == "delete" and not s.actions for s in made.steps)


def test_nothing_due_is_no_step_and_held_rows_are_shown() -> None:
    made = plan(due(number=0, held_rows=7, dependants=(BELOW,)))
    assert made.steps == ()
    assert [(k.table, k.reason, k.rows) for k in made.kept] == [("r", "hold", 7)]


@pytest.mark.parametrize(
    ("fact", "policy", "codes"),
    [
        (due(number=10), limits(), []),
        (due(number=10), limits(max_rows=10), []),
        (due(number=11), limits(max_rows=10), ["max_rows"]),
        (due(number=5), limits(max_percent=5), []),
        (due(number=6), limits(max_percent=5), ["max_percent"]),
        (due(number=1, total_rows=0), limits(max_percent=50), ["max_percent"]),
        (due(), limits(never_touch=("shop.r",)), ["never_touch"]),
        (due(), limits(never_touch=("shop.a", "r")), []),
        (due(dependants=(BELOW,)), limits(never_touch=("shop.a",)), ["never_touch"]),
        (due(dependants=(BELOW,)), limits(max_percent=30), ["max_percent"]),
        (due(due=rows(1, day=date(1990, 1, 1))), limits(oldest_trigger="P20Y"), ["oldest_trigger"]),
        (due(due=rows(1, day=None)), limits(oldest_trigger="P1Y"), []),
        (due(due=rows(1, day=AS_OF)), limits(), []),
        (due(due=rows(1, day=AS_OF)), limits(youngest_trigger="P1D"), ["youngest_trigger"]),
        (
            due(number=50, total_rows=50),
            limits(max_rows=1, max_percent=1, never_touch=("shop.r",), oldest_trigger="P1Y"),
            ["max_percent", "max_rows", "never_touch", "oldest_trigger"],
        ),
    ],
)
def test_a_plan_above_a_limit_is_refused(
    fact: DueRows, policy: PrivacyPolicy, codes: list[str]
) -> None:
    made = plan(fact, policy=policy)
    assert sorted(r.code for r in made.refusals) == codes
    assert all(r.found and r.allowed for r in made.refusals)


def test_a_limit_is_for_the_table_however_many_steps_share_it() -> None:
    """Ten rows of one class and ten of another are twenty rows."""
    two = (due(number=10), due(number=10, record_class="d"))
    assert not plan(*two, policy=limits(max_rows=20, max_percent=20)).refusals
    refused = plan(*two, policy=limits(max_rows=19, max_percent=19)).refusals
    assert sorted({r.code for r in refused}) == ["max_percent", "max_rows"]
    assert {r.found for r in refused} == {"20", "20.0%"}


def test_every_personal_column_has_an_action() -> None:
    dataset = DATASETS["shop.r"]
    record = SCHEDULE.record_classes["d"]
    assert column_actions(dataset, record, POLICY) == {
        "name": "fixed",  # it may not be empty
        "email": "null",
        "birth": "generalise",
        "unknown": "null",  # not declared, so it counts as personal
    }
    assert column_actions(dataset, SCHEDULE.record_classes["c"], POLICY) == {}
