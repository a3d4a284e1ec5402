"""A plan as the people who decide about it see it, with everything that speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from include.governance.disposal.decide import decisions_of
from include.governance.disposal.desk import Desk
from include.governance.disposal.quarantine import keeping_of
from include.governance.disposal.receipts import finished
from include.governance.disposal.rules import basis_of, holds_of
from include.governance.disposal.select import cause_of, select_rows
from include.governance.disposal.shown import require_as_planned
from include.governance.disposal.stages import open_stage, roles_of
from include.governance.erasure.delays import delays
from include.governance.erasure.gate import unchanged
from include.governance.erasure.hazards import hazards
from include.governance.erasure.keys import Seed
from include.governance.erasure.moment import moment
from include.governance.erasure.reading import whole_tables
from include.governance.erasure.record import read_spec
from include.governance.errors import ContractError, GovernanceError, PlanError
from include.governance.model.base import Model
from include.governance.model.disposal import (
    BEGUN,
    OPEN,
    PUT_BACK,
    Decision,
    PlanRecord,
    PlanStatus,
    Proof,
)
from include.governance.model.erasure import Obstacle
from include.governance.model.period import Period
from include.governance.model.policy import Limits
from include.governance.model.quarantine import Keeping
from include.governance.model.text import Text


class PlanView(Model):
    """A plan with its state, who decided what, what waits, and what the database forbids."""

    status: PlanStatus
    decisions: tuple[Decision, ...]
    open_stage: int | None
    roles: dict[str, Text]
    limits: Limits
    hazards: tuple[Text, ...]
    deferred: dict[int, Obstacle]
    proof: Proof | None
    undo_window: Period | None
    kept: Keeping | None
    at: datetime


def view_plan(desk: Desk, plan_id: str) -> PlanView:
    """Everything there is to see.

    Raises PlanError when a decision is forged, StoreError when a plan that may go on was altered.
    """
    status, at = desk.records.plan(plan_id), desk.clock()
    plan, policy = status.plan, desk.workspace.rulebook.policy
    decisions = decisions_of(desk, plan)
    put_back = status.state in PUT_BACK
    stage = open_stage(policy, decisions, at) if status.state in OPEN else None
    return PlanView(
        status=status.model_copy(update={"chunks_done": _chunks_done(desk, status)}),
        decisions=decisions,
        open_stage=stage,
        roles=roles_of(policy, stage) if stage else {},
        limits=policy.limits,
        hazards=_hazards(desk, status) if status.state in OPEN else (),
        deferred=_deferred(desk, status),
        proof=None if put_back else desk.records.proof(plan_id),
        undo_window=policy.undo_window if status.state in OPEN else None,
        kept=None if status.state == "undone" else keeping_of(desk, plan_id),
        at=at,
    )


def _chunks_done(desk: Desk, status: PlanStatus) -> int:
    if status.state == "planned":
        return 0
    with desk.target(status.plan.source).snapshot() as connection:
        return len(finished(connection, status.plan.plan_id))


def _deferred(desk: Desk, status: PlanStatus) -> dict[int, Obstacle]:
    if status.state not in BEGUN:
        return {}
    with desk.target(status.plan.source).snapshot() as connection:
        return delays(connection, status.plan.plan_id)


def _hazards(desk: Desk, status: PlanStatus) -> tuple[Text, ...]:
    """What would make the gate refuse today: another policy, a dropped index, a lost request."""
    try:
        found = _refusals(desk, status.plan)
    except (PlanError, ContractError) as error:
        found = [error]
    return tuple(Text(en=each.say("en"), ja=each.say("ja")) for each in found)


def _refusals(desk: Desk, plan: PlanRecord) -> Sequence[GovernanceError]:
    target = desk.target(plan.source)
    # before the snapshot: SQLite does not let a stored selection be read beside it
    selection, holds = select_rows(desk, cause_of(plan)), holds_of(desk)()
    with target.snapshot() as connection:
        require_as_planned(connection, plan)
        spec = read_spec(connection, plan.plan_id)
        closure = unchanged(connection, target, spec, selection, basis_of(desk), desk.clock())
        found = hazards(connection, target.kind, closure)
        if not found:
            # nothing is hashed, so any seed will do
            now = moment(connection, target.kind, closure, Seed.of(0), selection, holds)
            found.extend(whole_tables(connection, now))
    return found
