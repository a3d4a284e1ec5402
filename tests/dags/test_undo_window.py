"""A run under an undo window ends green; the daily task certifies after it, or fails."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from airflow.sdk.exceptions import AirflowFailException

from include.orchestration import copies
from tests.dags.approvers import answering, both
from tests.dags.conftest import Run
from tests.dags.eraser import AS_OF, Eraser, eraser

pytestmark = pytest.mark.faults

__all__ = ["eraser"]


def test_a_run_does_not_wait_for_the_end_of_an_undo_window(eraser: Eraser, run: Run) -> None:
    eraser.only("crm")
    eraser.policy(("act_within:", "undo_window: P7D\nact_within:"))
    eraser.patch.setenv("DAICHO_QUARANTINE_KEY", secrets.token_hex(32))
    with answering(both) as office:
        done = run("erase", as_of=AS_OF)
    assert done.state == "success"
    assert done.result("conclude") == {"plans": 2, "kept": 2}
    assert "encrypted for P7D" in office.asked[0].body
    desk = eraser.desk()
    later = replace(desk, clock=lambda: desk.clock() + timedelta(days=8))
    eraser.patch.setattr(copies, "open_desk", lambda: later)
    one = desk.records.plans()[0].plan.plan_id
    eraser.execute("crm", "UPDATE daicho_erasure_plan SET plan_id = 'x' WHERE plan_id = ?", one)
    with pytest.raises(AirflowFailException, match=r"^1 plan\(s\) whose undo window is over"):
        copies.expire()
    assert sorted(eraser.states()) == ["certified", "verified"], "one stops no other"
