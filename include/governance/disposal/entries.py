"""What a disposal writes into the ledger: approval, one entry per chunk, end, verification."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from typing import Literal

from include.governance.disposal.checks import balance_sha256, checks_of
from include.governance.disposal.desk import Desk
from include.governance.disposal.receipts import ChunkReceipt, counted, receipts_of
from include.governance.disposal.stages import same_login
from include.governance.disposal.telling import chunk_of
from include.governance.erasure.keys import sha256
from include.governance.erasure.record import read_spec, refuse_purged
from include.governance.errors import PlanError
from include.governance.ledger.entry import (
    Check,
    ChunkApplied,
    PlanApproved,
    PlanClosed,
    PlanVerified,
    TableCount,
)
from include.governance.ledger.fields import table_name
from include.governance.model.disposal import Decision, PlanRecord, Proof, Verdict
from include.governance.model.erasure import ErasurePlan, StepRows
from include.governance.model.schedule import Action

_REFERENCE = 32
_STRONGEST: tuple[Action, ...] = ("pseudonymise", "generalise", "fixed", "null")


def person_ref(desk: Desk, person: str) -> str:
    """A person as the ledger knows them: a keyed hash."""
    return _keyed(desk, f"person:{same_login(person)}")[:_REFERENCE]


def run_ref(desk: Desk, runner: str, run_id: str | None) -> str:
    """A run as the ledger knows it."""
    return _keyed(desk, f"run:{run_id or same_login(runner)}")[:_REFERENCE]


def _keyed(desk: Desk, text: str) -> str:
    secret = desk.workspace.settings.key.get_secret_value()
    return hmac.new(secret, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


def refuse_closed(desk: Desk, plan: PlanRecord) -> None:
    """Raise PlanError when the ledger says that the plan ended, whatever the store says."""
    for record in desk.evidence().ledger.records():
        entry = record.entry
        if isinstance(entry, PlanClosed) and entry.plan == plan.digest:
            raise PlanError("disposal_closed", plan=plan.plan_id, outcome=entry.outcome)


def record_approved(desk: Desk, plan: PlanRecord, decisions: Iterable[Decision]) -> None:
    """Who allowed what, once, before the first chunk."""
    given = sorted(decisions, key=lambda each: each.stage)
    with desk.target(plan.source).snapshot() as connection:
        spec = read_spec(connection, plan.plan_id)
    occasion = spec["occasion"] or {}
    entry = PlanApproved(
        at=desk.clock(),
        plan=plan.digest,
        start=plan.kind,
        reason=occasion.get("reason"),
        ticket=occasion.get("ticket"),
        policy_digest=spec["policy_sha256"],
        contracts_digest=spec["contracts_sha256"],
        schema_digest=spec["schema_sha256"],
        holds_digest=spec["holds_hmac"],
        shown_digest=spec["shown_sha256"],
        target=sha256(spec["target_id"]),
        rows=plan.rows,
        chunks=plan.erasure.chunks,
        requested_by=person_ref(desk, plan.requester),
        approved_by=tuple(person_ref(desk, each.person) for each in given),
        approval_digest=sha256("\n".join(each.model_dump_json() for each in given)),
        expires_at=min(each.expires for each in given),
    )
    desk.tell(entry)


_OUTCOMES: Mapping[Verdict, Literal["rejected", "withdrawn", "ended", "unproven"]] = {
    "reject": "rejected",
    "withdraw": "withdrawn",
    "end": "ended",
    "undo": "ended",
    "close": "unproven",
}


def record_closed(desk: Desk, plan: PlanRecord, decision: Decision) -> None:
    """That a plan was rejected, withdrawn, ended, by an undo too, or closed without a proof."""
    entry = PlanClosed(
        at=decision.at,
        plan=plan.digest,
        outcome=_OUTCOMES[decision.decision],
        by=person_ref(desk, decision.person),
        reason=decision.reason,
    )
    desk.tell(entry)


def record_chunks(desk: Desk, plan: PlanRecord, runner: str, run_id: str | None) -> int:
    """An entry for every receipt of the target that has none yet; how many were added."""
    known = desk.evidence().known()
    with desk.target(plan.source).snapshot() as connection:
        refuse_purged(connection, plan.plan_id)
        new = receipts_of(
            connection, plan.plan_id, lambda no: chunk_of(plan.digest, no) not in known
        )
        found = list(new)
    run = run_ref(desk, runner, run_id)
    return desk.tell(*(_chunk(desk, plan, each, run) for each in found))


def require_receipts_as_told(desk: Desk, plan: PlanRecord) -> None:
    """Raise PlanError when a receipt beside the data is gone or not what the ledger was told."""
    entries = (record.entry for record in desk.evidence().ledger.records())
    told = {
        entry.chunk: (entry.receipt_digest, entry.at)
        for entry in entries
        if isinstance(entry, ChunkApplied) and entry.plan == plan.digest
    }
    with desk.target(plan.source).snapshot() as connection:
        found = {each.no: (each.digest, each.at) for each in receipts_of(connection, plan.plan_id)}
        written = told.keys() | counted(connection, plan.plan_id)
    if missing := written - found.keys():
        raise PlanError("disposal_receipts_missing", plan=plan.plan_id, chunks=len(missing))
    altered = sum(found[no] != told[no] for no in found.keys() & told.keys())
    if altered:
        raise PlanError("disposal_receipts_altered", plan=plan.plan_id, chunks=altered)


def record_verified(desk: Desk, plan: PlanRecord, proof: Proof) -> None:
    """What was found afterwards; every verification has an entry of its own."""
    shown = proof.verification
    entry = PlanVerified(
        at=proof.at,
        plan=plan.digest,
        rows_changed=sum(step.rows for step in shown.steps),
        rows_skipped=sum(shown.skipped.values()),
        balance_digest=balance_sha256(proof.balance, shown.skipped),
        checks=tuple(Check.model_validate(each.model_dump()) for each in checks_of(proof)),
    )
    desk.tell(entry)


def _chunk(desk: Desk, plan: PlanRecord, receipt: ChunkReceipt, run: str) -> ChunkApplied:
    steps = {step.id: step for step in plan.erasure.steps}
    return ChunkApplied(
        at=receipt.at,
        plan=plan.digest,
        chunk=receipt.no,
        mode="fast" if receipt.way == "whole" else "rechecked",
        roots_planned=receipt.roots + receipt.skipped,
        roots_applied=receipt.roots,
        roots_skipped=receipt.skipped,
        tables=tuple(
            TableCount(
                table=table_name(steps[step].table),
                action=_action(plan.erasure, steps[step]),
                rows=rows,
                digest=_keyed(desk, f"receipt:{plan.digest}:{receipt.no}:{step}:{rows}:{found}"),
            )
            for step, (rows, found) in sorted(receipt.steps.items())
            if rows
        ),
        receipt_digest=receipt.digest,
        run=run,
    )


def _action(plan: ErasurePlan, step: StepRows) -> Action:
    if step.kind == "delete":
        return "delete"
    if step.kind == "detach":
        return "null"
    return leaves_most(plan.actions)


def leaves_most(actions: Mapping[str, Action]) -> Action:
    """Of several actions on the columns of a table the one that leaves most behind."""
    return next(each for each in _STRONGEST if each in actions.values())
