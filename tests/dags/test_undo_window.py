"""A run whose rows can still be put back ends green; the daily task certifies when that is over."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from include.governance.disposal.expiring import expire
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
    assert len(expire(later).certified) == 2
    assert eraser.states() == ["certified", "certified"]
