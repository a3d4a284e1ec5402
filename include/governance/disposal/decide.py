"""Decide about a plan: a decision is signed, stored, and never changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from include.governance.disposal.decisions import hash_of, read_decisions, signed
from include.governance.disposal.desk import Desk
from include.governance.disposal.entries import record_closed
from include.governance.disposal.forgetting import forget_choice_of
from include.governance.disposal.rules import basis_of
from include.governance.disposal.select import cause_of, select_rows
from include.governance.disposal.shown import require_as_planned
from include.governance.disposal.stages import (
    approvers,
    may_approve,
    open_stage,
    same_login,
    standing,
)
from include.governance.erasure.gate import unchanged
from include.governance.erasure.record import forget, read_spec
from include.governance.errors import PlanError
from include.governance.model.disposal import (
    APPLIED,
    BEGUN,
    OPEN,
    Decision,
    PlanRecord,
    PlanState,
    Verdict,
)
from include.governance.model.quarantine import CloseReason, EndReason, UndoReason
from include.governance.store.disposal_records import notes_of
from include.governance.store.officer_text import require_login

#: Fewer characters of a digest could be typed without having read it.
TYPED = 12
NOT_BEGUN: tuple[PlanState, ...] = ("planned",)
_ENDED: dict[Verdict, PlanState] = {"reject": "rejected", "withdraw": "withdrawn"}


def decisions_of(desk: Desk, plan: PlanRecord) -> tuple[Decision, ...]:
    """Every decision about a plan; raises PlanError when one of them is forged."""
    return read_decisions(plan, desk.records.notes(plan.plan_id), desk.trusted())


def approve(
    desk: Desk, plan_id: str, digest: str, person: str, run_id: str | None = None
) -> Decision:
    """Approve the next stage; ``digest`` are at least the first 12 characters, as typed.

    A plan that was begun may be approved anew when its approval has expired. Raises PlanError for
    a person who may not and for a plan that has to be made anew, StoreError when the plan is in no
    state for it.
    """
    login = require_login("as", person)
    status = desk.records.plan(plan_id)
    plan = status.plan
    _require_typed(plan, digest)
    for over in plan.over_limits:
        raise over.error
    policy, at = desk.workspace.rulebook.policy, desk.clock()
    if status.state in OPEN:
        _refuse_stale(desk, plan, at)
    with desk.records.alone() as connection:
        known = read_decisions(plan, notes_of(connection, plan_id), desk.trusted())
        if any(each.decision == "end" for each in known):
            raise PlanError("disposal_ended", plan=plan_id)
        stage = open_stage(policy, known, at)
        if stage is None:
            raise PlanError("disposal_approved_already", plan=plan_id)
        may_approve(policy, plan, list(standing(known, at).values()), stage, login)
        desk.records.require(connection, plan_id, OPEN)
        return _add(desk, connection, plan, known, "approve", stage, login, at, run_id)


def _refuse_stale(desk: Desk, plan: PlanRecord, at: datetime) -> None:
    """Raise StoreError for a plan that was altered, PlanError when rules or schema changed."""
    target, selection = desk.target(plan.source), select_rows(desk, cause_of(plan))
    with target.snapshot() as connection:
        require_as_planned(connection, plan)
        spec = read_spec(connection, plan.plan_id)
        unchanged(connection, target, spec, selection, basis_of(desk), at)


def reject(
    desk: Desk,
    plan_id: str,
    person: str,
    run_id: str | None = None,
    reason: CloseReason | None = None,
) -> Decision:
    """End a plan that nobody may apply any more; recorded before anything else happens.

    Raises PlanError for one that has begun: only a hold keeps what is left of it.
    """
    return _end(desk, plan_id, "reject", person, run_id, reason)


def withdraw(desk: Desk, plan_id: str, person: str, reason: CloseReason | None = None) -> Decision:
    """End a plan by whoever asked for it or approved it, until it begins to be applied."""
    plan = desk.records.plan(plan_id).plan
    login = same_login(require_login("as", person))
    people = {same_login(each.person) for each in decisions_of(desk, plan)}
    if login not in people | {same_login(plan.requester)}:
        raise PlanError("disposal_not_yours", plan=plan_id)
    return _end(desk, plan_id, "withdraw", person, None, reason)


def require_undoer(desk: Desk, plan: PlanRecord, digest: str, person: str) -> str:
    """The login of who may undo a plan: whoever may approve a stage of it, now or then.

    Raises PlanError for anybody else, and for a digest that was not read.
    """
    login, policy = require_login("as", person), desk.workspace.rulebook.policy
    _require_typed(plan, digest)
    stages = range(1, len(policy.approvals.stages) + 1)
    if not any(same_login(login) in approvers(policy, stage) for stage in stages):
        raise PlanError("quarantine_not_approver", plan=plan.plan_id)
    return login


def undo(
    desk: Desk,
    plan: PlanRecord,
    person: str,
    reason: UndoReason,
    allowed: Collection[PlanState],
) -> None:
    """Decide that a plan is undone; signed once by each person, before anything is put back."""
    at = desk.clock()
    with desk.records.alone() as connection:
        known = read_decisions(plan, notes_of(connection, plan.plan_id), desk.trusted())
        desk.records.move(connection, plan.plan_id, "undoing", at, allowed)
        if not any((each.decision, each.person) == ("undo", person) for each in known):
            _add(desk, connection, plan, known, "undo", 0, person, at, None, reason)


def decide_end(
    desk: Desk, plan: PlanRecord, person: str, reason: EndReason, run_id: str | None
) -> Decision:
    """Decide that nothing more of a begun plan is carried out; signed once, whoever says it again.

    Raises StoreError for a plan that is in no state for it.
    """
    return _once(desk, plan, "end", BEGUN, (person, reason, run_id))


def decide_close(
    desk: Desk, plan: PlanRecord, person: str, reason: EndReason, run_id: str | None
) -> Decision:
    """Decide that an applied plan is never certified; signed once, whoever says it again.

    Raises StoreError for a plan that is in no state for it.
    """
    return _once(desk, plan, "close", APPLIED, (person, reason, run_id))


def _once(
    desk: Desk,
    plan: PlanRecord,
    verdict: Verdict,
    allowed: Collection[PlanState],
    said: tuple[str, EndReason, str | None],
) -> Decision:
    person, reason, run_id = said
    at = desk.clock()
    with desk.records.alone() as connection:
        known = read_decisions(plan, notes_of(connection, plan.plan_id), desk.trusted())
        for each in known:
            if each.decision == verdict:
                return each
        desk.records.require(connection, plan.plan_id, allowed)
        return _add(desk, connection, plan, known, verdict, 0, person, at, run_id, reason)


def _require_typed(plan: PlanRecord, digest: str) -> None:
    typed = digest.strip().casefold()
    if len(typed) < TYPED or not plan.digest.startswith(typed):
        raise PlanError("disposal_digest_typed", plan=plan.plan_id, allowed=TYPED)


def _end(
    desk: Desk,
    plan_id: str,
    verdict: Verdict,
    person: str,
    run_id: str | None,
    reason: CloseReason | None,
) -> Decision:
    """Decide, then forget the keys and tell the ledger; called again, it does what was left."""
    status, at = desk.records.plan(plan_id), desk.clock()
    plan, to = status.plan, _ENDED[verdict]
    if status.state == to:
        made = decisions_of(desk, plan)[-1]
    else:
        with desk.records.alone() as connection:
            known = read_decisions(plan, notes_of(connection, plan_id), desk.trusted())
            if status.state in BEGUN:
                raise PlanError("disposal_begun", plan=plan_id, found=status.state)
            desk.records.move(connection, plan_id, to, at, NOT_BEGUN)
            made = _add(desk, connection, plan, known, verdict, 0, person, at, run_id, reason)
    with desk.target(plan.source).writing() as beside:
        forget(beside, plan_id)
    forget_choice_of(desk, plan)
    record_closed(desk, plan, made)
    return made


def _add(
    desk: Desk,
    connection: Connection,
    plan: PlanRecord,
    known: tuple[Decision, ...],
    verdict: Verdict,
    stage: int,
    person: str,
    at: datetime,
    run_id: str | None,
    reason: CloseReason | None = None,
) -> Decision:
    expires = desk.workspace.rulebook.policy.approvals.expires_after
    made = Decision(
        plan_id=plan.plan_id,
        digest=plan.digest,
        no=len(known),
        previous=hash_of(notes_of(connection, plan.plan_id)),
        decision=verdict,
        stage=stage,
        person=require_login("as", person),
        at=at,
        expires=datetime.combine(expires.after(at.date()), at.timetz()),
        run_id=run_id,
        reason=reason,
    )
    desk.records.add_note(connection, plan.plan_id, signed(made, desk.signing()))
    return made
