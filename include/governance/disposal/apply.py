"""Apply an approved plan: any worker, at any time, as often as it takes."""

from __future__ import annotations

from include.governance.disposal.desk import Desk
from include.governance.erasure.apply import Pace
from include.governance.model.erasure import Applied


def apply_plan(
    desk: Desk, plan_id: str, runner: str, run_id: str | None = None, pace: Pace = Pace()
) -> Applied:
    """Erase what is approved and still due, chunk by chunk, with an entry in the ledger for each.

    Raises GovernanceError with the first thing that is not as approved; nothing is half done and
    the same call later goes on.
    """
    raise NotImplementedError


def cancel(desk: Desk, plan_id: str) -> None:
    """Let whoever applies the plan stop before the next chunk; it can be resumed later."""
    raise NotImplementedError
