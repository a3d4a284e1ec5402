"""Close an applied plan that nobody can prove: what its receipts say stays, and no certificate."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from include.governance.disposal.decide import decide_close, decisions_of, require_undoer
from include.governance.disposal.desk import Desk
from include.governance.disposal.entries import (
    record_chunks,
    record_closed,
    require_receipts_as_told,
)
from include.governance.disposal.forgetting import purge_keys
from include.governance.disposal.quarantine import require_over
from include.governance.disposal.tombstone import bury_plan
from include.governance.disposal.verify import verify_plan
from include.governance.erasure.tables import DONE
from include.governance.errors import GovernanceError, PlanError
from include.governance.model.disposal import APPLIED, PlanRecord, PlanState
from include.governance.model.quarantine import EndReason
from include.governance.store.officer_text import require_login

_CLOSED: PlanState = "closed"


@dataclass(frozen=True)
class Closed:
    """What the receipts of a plan say that was carried out; nobody has looked whether it holds."""

    chunks: int
    roots: int


def close_plan(
    desk: Desk,
    plan_id: str,
    digest: str,
    person: str,
    reason: EndReason,
    run_id: str | None = None,
) -> Closed:
    """Give up the certificate of a plan that was applied and cannot be verified any more.

    It is verified once more: a plan that holds is certified instead. The ledger keeps its receipts,
    who closed it and why; the rows stay known by their tombstones, and its keys are forgotten.
    Called again, it does what was left. Raises PlanError for a person who may approve no stage, a
    plan that holds, an undo window that is open and receipts that are not those of the ledger,
    StoreError for a plan that was not applied to its end, and what may pass as it came.
    """
    plan = desk.records.plan(plan_id).plan
    login = require_undoer(desk, plan, digest, person)
    if not any(each.decision == "close" for each in decisions_of(desk, plan)):
        with desk.records.alone() as connection:
            desk.records.require(connection, plan_id, APPLIED)
        require_over(desk, plan)
        record_chunks(desk, plan, require_login("as", person), run_id)
        require_receipts_as_told(desk, plan)
        _refuse_provable(desk, plan, person, run_id)
        bury_plan(desk, plan)
    record_closed(desk, plan, decide_close(desk, plan, login, reason, run_id))
    purge_keys(desk, plan)
    with desk.records.alone() as connection:
        desk.records.move(connection, plan_id, _CLOSED, desk.clock(), (*APPLIED, _CLOSED))
    with desk.target(plan.source).snapshot() as connection:
        done = select(func.count(), func.coalesce(func.sum(DONE.c.roots), 0))
        chunks, roots = connection.execute(done.where(DONE.c.plan_id == plan_id)).one()
    return Closed(int(chunks), int(roots))


def _refuse_provable(desk: Desk, plan: PlanRecord, person: str, run_id: str | None) -> None:
    """Raise PlanError where the plan holds; that it cannot even be looked at is no proof."""
    try:
        proof = verify_plan(desk, plan.plan_id, person, run_id)
    except GovernanceError as error:
        if error.retryable:
            raise
        return
    if proof.holds:
        raise PlanError("disposal_provable", plan=plan.plan_id)
