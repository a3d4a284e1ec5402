"""Look afterwards whether exactly what was approved is gone, and keep what was found."""

from __future__ import annotations

from include.governance.disposal.clock import require_after
from include.governance.disposal.desk import Desk
from include.governance.disposal.ending import is_ended
from include.governance.disposal.entries import (
    record_chunks,
    record_verified,
    require_receipts_as_told,
)
from include.governance.disposal.receipts import last_done
from include.governance.disposal.rules import basis_of, dataset_of, holds_of
from include.governance.disposal.select import cause_of, select_rows
from include.governance.erasure.gate import other_rows
from include.governance.erasure.plan import make_plan
from include.governance.erasure.record import forget, planned_keys, read_spec
from include.governance.erasure.selection import Selection, of_nothing
from include.governance.erasure.skips import changed_keys
from include.governance.erasure.survivors import balances
from include.governance.erasure.target import Target
from include.governance.erasure.verify import verify
from include.governance.errors import ContractError, PlanError
from include.governance.model.disposal import PlanRecord, PlanState, Proof
from include.governance.store.officer_text import require_login

DONE: tuple[PlanState, ...] = ("applied", "verified")


def verify_plan(
    desk: Desk, plan_id: str, runner: str, run_id: str | None = None, *, audit: bool = False
) -> Proof:
    """Ask the database, plan again, compare counts; the proof is kept in store and ledger.

    Where rules or registers would choose other rows by now, keys and receipts alone are compared.
    ``audit`` counts rows without their parent also where the database guarantees that none is.
    Raises StoreError for a plan that is not applied to its end, PlanError when what stands beside
    the data is not the plan that was approved, or by a clock that was set back since.
    """
    person = require_login("as", runner)
    plan = desk.records.plan(plan_id).plan
    with desk.records.alone() as connection:
        desk.records.require(connection, plan_id, DONE)
    target = desk.target(plan.source)
    with target.snapshot() as connection:
        require_after(plan_id, last_done(connection, plan_id), desk.clock())
    record_chunks(desk, plan, person, run_id)
    require_receipts_as_told(desk, plan)
    approved = _as_approved(desk, target, plan)
    selection = approved or _by_keys(desk, plan)
    ended = is_ended(desk, plan_id)
    verification = verify(
        target, plan_id, selection, basis_of(desk), holds_of(desk), audit=audit, ended=ended
    )
    if verification.digest != plan.erasure.digest:
        raise PlanError(
            "erasure_digest",
            plan=plan_id,
            found=verification.digest[:12],
            allowed=plan.erasure.digest[:12],
        )
    proof = Proof(
        verification=verification,
        balance=tuple(balances(target, plan_id, selection, basis_of(desk))),
        due_anew=_due_anew(desk, target, plan, approved) if approved else None,
        at=desk.clock(),
    )
    desk.records.keep_proof(plan_id, proof)
    record_verified(desk, plan, proof)
    found: PlanState = "verified" if proof.holds else "applied"
    with desk.records.alone() as connection:
        desk.records.move(connection, plan_id, found, proof.at, DONE)
    return proof


def _as_approved(desk: Desk, target: Target, plan: PlanRecord) -> Selection | None:
    """The rows that the plan was approved for; None when its cause is gone or means others."""
    try:
        selection = select_rows(desk, cause_of(plan))
    except (PlanError, ContractError):
        return None
    with target.snapshot() as connection:
        spec = read_spec(connection, plan.plan_id)
        return None if any(other_rows(connection, selection, spec)) else selection


def _by_keys(desk: Desk, plan: PlanRecord) -> Selection:
    dataset = dataset_of(desk, plan.source, plan.table)
    return of_nothing(dataset, plan.rule, plan.as_of, plan.erasure.actions)


def _due_anew(desk: Desk, target: Target, plan: PlanRecord, selection: Selection) -> int:
    """Roots that a second plan on the same day would have, besides those that changed since."""
    again = f"{plan.plan_id}-again"
    with target.writing() as connection:
        forget(connection, again)  # a look that was killed left it
    make_plan(
        target,
        selection,
        basis_of(desk),
        holds_of(desk)(),
        plan_id=again,
        requester=plan.requester,
        random_bits=desk.random.getrandbits(126),
        made_at=desk.clock(),
        chunk_roots=desk.chunk_roots,
    )
    with target.writing() as connection:
        left = set(changed_keys(connection, plan.plan_id))
        found = sum(key not in left for key in planned_keys(connection, again))
        forget(connection, again)
    return found
