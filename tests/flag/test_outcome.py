"""Every control once, the worst rule wins, and nothing unevaluated is ever green."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.governance.flag.outcome import conclude, control_status, fingerprint
from include.governance.model.control import Control
from include.governance.model.result import RuleResult, Status
from include.governance.model.run import RunOutcome
from include.governance.policy.load import load_rulebook
from include.governance.settings import ROOT
from tests.source import tables
from tests.source.tables import AS_OF

RULEBOOK, _ = load_rulebook(ROOT / "include" / "policies", ROOT)
assert RULEBOOK
POLICY, CONTROLS = RULEBOOK.policy, RULEBOOK.controls.controls
NAMES = tuple(CONTROLS)
DATASETS = (
    tables.dataset("a", ["id"], owner="EC"),
    tables.dataset("b", ["id"], owner=None),
)


def result(control: str = "S6-01", status: Status = "pass", **more: Any) -> RuleResult:
    """A rule's result; errors and skips have a reason."""
    given: dict[str, Any] = {"rule": "r", "source": "shop", "table": "a"}
    if status in ("error", "skip"):
        given["reason"] = "not_evaluated"
    return RuleResult.model_validate({"control": control, "status": status, **given, **more})


def _concluded(*results: RuleResult) -> RunOutcome:
    return conclude(results, CONTROLS, POLICY, DATASETS, AS_OF)


statuses = st.sampled_from(["pass", "fail", "error", "skip"])
some = st.lists(
    st.builds(
        lambda control, status, table, refs: result(
            control,
            status,
            table=table,
            rows=len(refs) if status == "fail" else 0,
            row_refs=tuple(sorted(refs)) if status == "fail" else (),
        ),
        st.sampled_from(NAMES[:4]),
        statuses,
        st.sampled_from(["a", "b"]),
        st.sets(st.sampled_from("uvwxyz"), min_size=1),
    ),
    max_size=10,
)


@given(some, st.randoms())
def test_every_control_ends_in_exactly_one_status(results: list[RuleResult], random: Any) -> None:
    outcome = _concluded(*results)
    assert [s.control for s in outcome.rules] == list(NAMES)
    order = ("error", "fail", "pass", "skip")
    for status in outcome.rules:
        own = [r.status for r in results if r.control == status.control]
        assert status.status == (min(own, key=order.index) if own else "skip")
        assert (status.reason is not None) == (status.status in ("error", "skip"))
    shuffled = list(results)
    random.shuffle(shuffled)
    again = _concluded(*shuffled)
    assert again.findings == outcome.findings
    assert again.result == outcome.result


@given(some)
def test_a_run_with_an_error_is_never_green_and_never_merely_red(results: list[RuleResult]) -> None:
    outcome = _concluded(*results)
    found = {r.status for r in results}
    worst = [status for status in ("error", "fail", "pass") if status in found]
    expected = worst[0] if worst else "error"  # nothing was evaluated
    assert outcome.result == expected
    failed = {(r.control, r.table) for r in results if r.status == "fail"}
    assert {(f.control, f.table) for f in outcome.findings} == failed
    assert len(outcome.findings) == len(failed)


@given(some)
def test_a_row_that_breaks_two_rules_counts_once(results: list[RuleResult]) -> None:
    for finding in _concluded(*results).findings:
        own = [r for r in results if (r.control, r.table) == (finding.control, finding.table)]
        rows = {ref for r in own if r.status == "fail" for ref in r.row_refs}
        assert set(finding.row_refs) == rows
        assert finding.rows == len(rows)


def test_rows_that_are_not_all_named_are_never_counted_less() -> None:
    cut = [
        result(status="fail", rows=500, row_refs=("u",)),
        result(status="fail", rows=30, row_refs=("u", "v")),
    ]
    assert _concluded(*cut).findings[0].rows == 500
    assert _concluded(*cut[:1]).findings[0].rows == 500


def test_a_finding_names_who_must_act_and_until_when() -> None:
    found = {
        (f.control, f.table): f
        for f in _concluded(
            result("S6-01", "fail", rows=1),
            result("S6-01", "fail", rows=1, table="b"),
            result("S2-00", "fail", rows=1),
        ).findings
    }
    assert found[("S6-01", "a")].owner == "EC"
    assert found[("S6-01", "b")].owner == CONTROLS["S6-01"].role
    assert found[("S2-00", "a")].owner == CONTROLS["S2-00"].role
    for finding in found.values():
        assert finding.due == POLICY.act_within[CONTROLS[finding.control].severity].after(AS_OF)


def test_a_control_nobody_declared_makes_the_run_an_error() -> None:
    for status in ("pass", "fail", "error", "skip"):
        outcome = _concluded(result("S9-99", status))
        assert outcome.result == "error"
        assert [s.control for s in outcome.rules] == list(NAMES)
        assert not outcome.findings


def test_a_control_without_a_rule_is_skipped_and_says_so() -> None:
    status = control_status("S6-01", CONTROLS["S6-01"], [])
    assert (status.status, status.reason, status.rows) == ("skip", "no_dataset", 0)


def test_a_fingerprint_is_the_same_for_ever_and_apart_from_others() -> None:
    assert fingerprint("S6-01", "shop", "a") == (hashlib.sha256(b"S6-01\nshop\na").hexdigest()[:32])
    places = [("S6-01", "shop", "a"), ("S6-01", "shop", "b"), ("S6-02", "shop", "a")]
    assert len({fingerprint(*place) for place in places}) == 3


def test_a_reason_is_said_once_however_many_rules_share_it() -> None:
    same: Sequence[RuleResult] = [result(status="error"), result(status="error", rule="s")]
    status = control_status("S6-01", CONTROLS["S6-01"], same)
    assert status.reason == "not_evaluated (shop.a)"


@pytest.mark.parametrize("name", NAMES)
def test_every_control_has_words_for_what_to_do(name: str) -> None:
    control: Control = CONTROLS[name]
    assert control.title.ja != control.title.en
    assert control.todo.ja != control.todo.en
