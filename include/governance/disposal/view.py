"""A plan as the people who decide about it see it, with everything that speaks against it."""

from __future__ import annotations

from datetime import datetime

from include.governance.disposal.decide import decisions_of
from include.governance.disposal.desk import Desk
from include.governance.disposal.receipts import finished
from include.governance.disposal.rules import dataset_of
from include.governance.disposal.stages import open_stage
from include.governance.erasure.hazards import hazards
from include.governance.erasure.reflect import read_closure
from include.governance.model.base import Model
from include.governance.model.disposal import Decision, PlanState, PlanStatus, Proof
from include.governance.model.text import Text

WITH_KEYS: tuple[PlanState, ...] = ("planned", "applying", "cancelled")


class PlanView(Model):
    """A plan with its state, who decided what, what waits, and what the database forbids."""

    status: PlanStatus
    decisions: tuple[Decision, ...]
    open_stage: int | None
    roles: tuple[str, ...]
    hazards: tuple[Text, ...]
    proof: Proof | None
    at: datetime


def view_plan(desk: Desk, plan_id: str) -> PlanView:
    """Everything there is to see; raises PlanError when a decision is forged."""
    status, at = desk.records.plan(plan_id), desk.clock()
    plan, policy = status.plan, desk.workspace.rulebook.policy
    decisions = decisions_of(desk, plan)
    stage = open_stage(policy, decisions, at) if status.state in WITH_KEYS else None
    return PlanView(
        status=status.model_copy(update={"chunks_done": _chunks_done(desk, status)}),
        decisions=decisions,
        open_stage=stage,
        roles=policy.approvals.stages[stage - 1] if stage else (),
        hazards=_hazards(desk, status) if status.state in WITH_KEYS else (),
        proof=desk.records.proof(plan_id),
        at=at,
    )


def _chunks_done(desk: Desk, status: PlanStatus) -> int:
    if status.state == "planned":
        return 0
    with desk.target(status.plan.source).snapshot() as connection:
        return len(finished(connection, status.plan.plan_id))


def _hazards(desk: Desk, status: PlanStatus) -> tuple[Text, ...]:
    """What would make the gate refuse today, such as an index that was dropped."""
    plan = status.plan
    target, root = desk.target(plan.source), dataset_of(desk, plan.source, plan.table)
    with target.snapshot() as connection:
        closure = read_closure(
            connection, target.kind, root, desk.workspace.datasets, not plan.erasure.actions
        )
        found = hazards(connection, target.kind, closure)
    return tuple(Text(en=each.say("en"), ja=each.say("ja")) for each in found)
