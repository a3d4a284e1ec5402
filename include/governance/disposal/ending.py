"""End a plan that has begun and does not go on: what is gone is proved, the rest stays."""

from __future__ import annotations

from include.governance.disposal.decide import decide_end, decisions_of, require_undoer
from include.governance.disposal.desk import Desk
from include.governance.disposal.entries import (
    record_chunks,
    record_closed,
    require_receipts_as_told,
)
from include.governance.disposal.forgetting import forget_choice_of
from include.governance.disposal.quarantine import end_unused_window
from include.governance.disposal.receipts import finished
from include.governance.erasure.claim import close_claims
from include.governance.erasure.record import forget
from include.governance.model.disposal import BEGUN, PlanState
from include.governance.model.quarantine import EndReason
from include.governance.store.officer_text import require_login

#: Where ending it leaves a plan: to be verified, or over because nothing of it was carried out.
_PARTLY: PlanState = "applied"
_NOTHING: PlanState = "rejected"


def end_plan(
    desk: Desk,
    plan_id: str,
    digest: str,
    person: str,
    reason: EndReason,
    run_id: str | None = None,
) -> int:
    """Let nobody erase another chunk of it, for ever; how many chunks were carried out.

    Whoever applies it finishes a chunk first. Then it is verified and certified as any other, and
    the certificate says how many records stay because it was ended; a plan of which nothing was
    carried out is over, and its keys are forgotten, that of its undo window too. Called again, it
    does what was left. Raises PlanError for a person who may approve no stage or receipts that are
    not those of the ledger, as after a restore, StoreError for a plan that has not begun or is
    carried out to its end.
    """
    plan = desk.records.plan(plan_id).plan
    login = require_undoer(desk, plan, digest, person)
    require_receipts_as_told(desk, plan)
    made = decide_end(desk, plan, login, reason, run_id)
    target = desk.target(plan.source)
    with target.writing() as connection:
        close_claims(connection, plan_id)
    with target.snapshot() as connection:
        done = len(finished(connection, plan_id))
    if done:
        record_chunks(desk, plan, require_login("as", person), run_id)
    record_closed(desk, plan, made)
    to = _PARTLY if done else _NOTHING
    with desk.records.alone() as connection:
        desk.records.move(connection, plan_id, to, desk.clock(), (*BEGUN, to))
    if not done:
        with target.writing() as connection:
            forget(connection, plan_id)
        forget_choice_of(desk, plan)
        end_unused_window(desk, plan)
    return done


def is_ended(desk: Desk, plan_id: str) -> bool:
    """Whether somebody decided that nothing more of a plan is carried out, or that it is undone."""
    plan = desk.records.plan(plan_id).plan
    return any(each.decision in ("end", "undo") for each in decisions_of(desk, plan))
