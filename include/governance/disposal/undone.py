"""What an undo left behind: rows that are back, and rows that nobody can put back any more."""

from __future__ import annotations

from datetime import date

from include.governance.disposal.decide import decisions_of
from include.governance.disposal.desk import Desk
from include.governance.disposal.entries import person_ref, record_closed
from include.governance.disposal.receipts import receipts_of
from include.governance.erasure.quarantine import undone_chunks
from include.governance.ledger.entry import Quarantine
from include.governance.model.disposal import Decision, PlanRecord, PlanState
from include.governance.model.quarantine import CloseReason
from include.governance.store.tombstones import Tombstones

UNDOING: tuple[PlanState, ...] = ("undoing",)


def remember_back(
    desk: Desk, plan: PlanRecord, person: str, reason: CloseReason | None, until: date | None
) -> int:
    """Tell the ledger, then forget the tombstones of what is back; how many chunks are back."""
    with desk.target(plan.source).snapshot() as connection:
        back = undone_chunks(connection, plan.plan_id)
    if back:
        entry = Quarantine(
            at=desk.clock(), plan=plan.digest, event="restored", rows=sum(back.values()),
            chunks=tuple(sorted(back)), expires_on=until, by=person_ref(desk, person),
            reason=reason,
        )  # fmt: skip
        desk.tell(entry)  # first: a chunk without tombstones is none that the ledger calls erased
        Tombstones(desk.records).exhume(plan.plan_id, back)
    return len(back)


def settle(desk: Desk, plan: PlanRecord, until: date) -> PlanState:
    """The state of a plan of which some rows are back, once nothing more of it can be put back.

    What is still gone can be proved then; the ledger hears that the plan goes no further. Killed in
    between, the next call goes on there.
    """
    made = _last_undo(desk, plan)
    remember_back(desk, plan, made.person, made.reason, until)
    with desk.target(plan.source).snapshot() as connection:
        gone = {each.no for each in receipts_of(connection, plan.plan_id) if each.roots}
        left = gone - undone_chunks(connection, plan.plan_id).keys()
    to: PlanState = "applied" if left else "undone"
    if left:
        record_closed(desk, plan, made)
        desk.records.forget_proof(plan.plan_id)
    with desk.records.alone() as connection:
        desk.records.move(connection, plan.plan_id, to, desk.clock(), UNDOING)
    return to


def _last_undo(desk: Desk, plan: PlanRecord) -> Decision:
    return [each for each in decisions_of(desk, plan) if each.decision == "undo"][-1]
