"""Who may approve which stage of a plan, and whether all stages are approved by now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from include.governance.disposal.clock import require_after
from include.governance.errors import PlanError
from include.governance.model.disposal import Decision, PlanRecord
from include.governance.model.erasure import Approval
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.text import Text


def same_login(name: str) -> str:
    """A login so that letters of another case are not another person."""
    return name.strip().casefold()


def approvers(policy: PrivacyPolicy, stage: int) -> frozenset[str]:
    """The logins that may approve a stage, counted from 1."""
    roles = policy.approvals.stages[stage - 1]
    return frozenset(same_login(p) for role in roles for p in policy.roles[role].people)


def roles_of(policy: PrivacyPolicy, stage: int) -> dict[str, Text]:
    """The roles of which one approves a stage, as people call them."""
    return {name: policy.roles[name].label for name in policy.approvals.stages[stage - 1]}


def standing(decisions: Sequence[Decision], at: datetime) -> dict[int, Decision]:
    """The approvals that count at a moment, by stage; the newest of a stage wins."""
    return {
        each.stage: each
        for each in decisions
        if each.decision == "approve" and each.at <= at < each.expires
    }


def open_stage(policy: PrivacyPolicy, decisions: Sequence[Decision], at: datetime) -> int | None:
    """The next stage that waits for somebody; None when all are approved."""
    approved = standing(decisions, at)
    stages = range(1, len(policy.approvals.stages) + 1)
    return next((stage for stage in stages if stage not in approved), None)


def may_approve(
    policy: PrivacyPolicy, plan: PlanRecord, decisions: Sequence[Decision], stage: int, person: str
) -> None:
    """Raise PlanError unless the person is on the stage's list and has no other part in it."""
    login = same_login(person)
    facts: dict[str, str | int] = {"plan": plan.plan_id, "stage": stage}
    if not approvers(policy, stage):
        raise PlanError("disposal_no_approvers", **facts, roles=_roles(policy, stage))
    if login == same_login(plan.requester):
        raise PlanError("disposal_own_plan", **facts)
    others = {
        same_login(each.person)
        for each in decisions
        if each.decision == "approve" and each.stage != stage
    }
    if login in others:
        raise PlanError("disposal_second_stage", **facts)
    if login not in approvers(policy, stage):
        raise PlanError("disposal_not_approver", **facts, roles=_roles(policy, stage))


def approval_of(
    policy: PrivacyPolicy,
    plan: PlanRecord,
    decisions: Sequence[Decision],
    *,
    runner: str,
    run_id: str | None,
    at: datetime,
) -> Approval:
    """What all stages amount to: the last approver, until the first approval expires.

    Raises PlanError for the first thing that forbids to apply the plan.
    """
    facts = {"plan": plan.plan_id}
    for each in decisions:
        if each.decision == "reject":
            raise PlanError("disposal_rejected", **facts)
        if each.decision == "withdraw":
            raise PlanError("disposal_withdrawn", **facts)
        if each.decision == "end":
            raise PlanError("disposal_ended", **facts)
        require_after(plan.plan_id, each.at, at)
    approved = standing(decisions, at)
    if stage := open_stage(policy, decisions, at):
        code = "disposal_expired" if _was_approved(decisions, stage) else "disposal_unapproved"
        raise PlanError(code, **facts, stage=stage, roles=_roles(policy, stage))
    for stage, each in sorted(approved.items()):
        may_approve(policy, plan, list(approved.values()), stage, each.person)
        if same_login(each.person) == same_login(runner):
            raise PlanError("disposal_own_run", **facts)
        if each.run_id not in (None, run_id):
            raise PlanError("disposal_other_run", **facts)
    last = approved[max(approved)]
    return Approval(
        plan_id=plan.plan_id,
        digest=last.digest,
        requester=plan.requester,
        approver=last.person,
        approved_at=max(each.at for each in approved.values()),
        expires_at=min(each.expires for each in approved.values()),
    )


def _was_approved(decisions: Sequence[Decision], stage: int) -> bool:
    return any(each.decision == "approve" and each.stage == stage for each in decisions)


def _roles(policy: PrivacyPolicy, stage: int) -> str:
    return ", ".join(policy.approvals.stages[stage - 1])
