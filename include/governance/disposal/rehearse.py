"""Rehearse a plan: carried out for real, every chunk rolled back."""

from __future__ import annotations

from include.governance.disposal.apply import GENTLE
from include.governance.disposal.desk import Desk
from include.governance.disposal.rules import basis_of, holds_of
from include.governance.disposal.select import cause_of, select_rows
from include.governance.erasure.rehearse import rehearse
from include.governance.model.disposal import OPEN, Rehearsal


def rehearse_plan(desk: Desk, plan_id: str) -> Rehearsal:
    """What applying would change now, and how long that takes; nothing stays changed."""
    plan = desk.records.plan(plan_id).plan
    with desk.records.alone() as connection:
        desk.records.require(connection, plan_id, OPEN)
    found = rehearse(
        desk.target(plan.source),
        plan_id,
        select_rows(desk, cause_of(plan)),
        basis_of(desk),
        holds_of(desk),
        at=desk.clock,
        seconds=desk.seconds,
        pace=GENTLE,
    )
    steps = (
        step.model_copy(update={"rows": found.steps.get(step.id, 0)}) for step in plan.erasure.steps
    )
    return Rehearsal(
        plan_id=plan_id,
        chunks=found.chunks,
        roots=found.roots,
        rows=found.rows,
        skipped=found.skipped,
        seconds=round(found.seconds, 2),
        steps=tuple(steps),
    )
