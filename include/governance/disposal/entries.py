"""What a disposal writes into the ledger: approval, one entry per chunk, end, verification."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator

from include.governance.disposal.desk import Desk, Evidence
from include.governance.disposal.receipts import ChunkReceipt, receipts_of
from include.governance.disposal.stages import same_login
from include.governance.erasure.keys import sha256
from include.governance.erasure.record import read_spec, refuse_purged
from include.governance.errors import PlanError
from include.governance.ledger.entry import (
    Check,
    ChunkApplied,
    Entry,
    PlanApproved,
    PlanClosed,
    PlanVerified,
    TableCount,
)
from include.governance.ledger.fields import table_name
from include.governance.model.disposal import Decision, PlanRecord, Proof
from include.governance.model.erasure import ErasurePlan, StepRows
from include.governance.model.schedule import Action

_REFERENCE = 32
#: Of several actions on one table the ledger names the one that leaves most behind.
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
    for entry in _about(desk.evidence(), plan):
        if isinstance(entry, PlanClosed):
            raise PlanError("disposal_closed", plan=plan.plan_id, outcome=entry.outcome)


def record_approved(desk: Desk, plan: PlanRecord, decisions: Iterable[Decision]) -> None:
    """Who allowed what, once, before the first chunk."""
    given = sorted(decisions, key=lambda each: each.stage)
    with desk.target(plan.source).snapshot() as connection:
        spec = read_spec(connection, plan.plan_id)
    entry = PlanApproved(
        at=desk.clock(),
        plan=plan.digest,
        start=plan.kind,
        policy_digest=spec["policy_sha256"],
        contracts_digest=spec["contracts_sha256"],
        schema_digest=spec["schema_sha256"],
        holds_digest=spec["holds_hmac"],
        target=sha256(spec["target_id"]),
        rows=plan.rows,
        chunks=plan.erasure.chunks,
        requested_by=person_ref(desk, plan.requester),
        approved_by=tuple(person_ref(desk, each.person) for each in given),
        approval_digest=sha256("\n".join(each.model_dump_json() for each in given)),
        expires_at=min(each.expires for each in given),
    )
    _once(desk, plan, [entry])


def record_closed(desk: Desk, plan: PlanRecord, decision: Decision) -> None:
    """That a plan was rejected or withdrawn."""
    entry = PlanClosed(
        at=decision.at,
        plan=plan.digest,
        outcome="rejected" if decision.decision == "reject" else "withdrawn",
        by=person_ref(desk, decision.person),
    )
    _once(desk, plan, [entry])


def record_chunks(desk: Desk, plan: PlanRecord, runner: str, run_id: str | None) -> int:
    """An entry for every receipt of the target that has none yet; how many were added."""
    with desk.target(plan.source).snapshot() as connection:
        refuse_purged(connection, plan.plan_id)
        found = list(receipts_of(connection, plan.plan_id))
    run = run_ref(desk, runner, run_id)
    return _once(desk, plan, [_chunk(desk, plan, each, run) for each in found])


def record_verified(desk: Desk, plan: PlanRecord, proof: Proof) -> None:
    """What was found afterwards; every verification has an entry of its own."""
    shown = proof.verification
    entry = PlanVerified(
        at=proof.at,
        plan=plan.digest,
        rows_changed=sum(step.rows for step in shown.steps),
        rows_skipped=sum(shown.skipped.values()),
        checks=tuple(_checks(proof)),
    )
    evidence = desk.evidence()
    evidence.ledger.append([entry], evidence.key)


def _checks(proof: Proof) -> Iterator[Check]:
    shown = proof.verification
    missing = abs(shown.planned_roots - shown.roots - sum(shown.skipped.values()))
    orphans = sum(shown.orphans.values())
    yield _check("conservation", missing + shown.mismatched + shown.open_chunks)
    yield _check("none_left", shown.left + shown.due_again)
    yield _check("no_orphans", orphans)
    yield _check("second_plan_empty", proof.due_anew)
    moved = sum(abs(each.after - each.before + each.gone) for each in proof.balance)
    # other writers may add and remove rows; then the counts alone say nothing
    yield Check(name="survivors_untouched", outcome="skip" if moved else "pass", found=moved)


def _check(name: str, found: int) -> Check:
    return Check.model_validate(
        {"name": name, "outcome": "fail" if found else "pass", "found": found}
    )


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
    return next(each for each in _STRONGEST if each in plan.actions.values())


def _once(desk: Desk, plan: PlanRecord, entries: list[Entry]) -> int:
    """Append what the ledger does not have yet; no other process does so at the same time."""
    evidence = desk.evidence()
    with desk.records.alone():
        known = {_identity(entry) for entry in _about(evidence, plan)}
        new = [entry for entry in entries if _identity(entry) not in known]
        if new:
            evidence.ledger.append(new, evidence.key)
    return len(new)


def _about(evidence: Evidence, plan: PlanRecord) -> Iterator[Entry]:
    for record in evidence.ledger.records():
        if getattr(record.entry, "plan", None) == plan.digest:
            yield record.entry


def _identity(entry: Entry) -> tuple[str, int | str]:
    """What an entry is about: a plan that had to be approved again has an entry for each time."""
    match entry:
        case ChunkApplied():
            return (entry.kind, entry.chunk)
        case PlanApproved():
            return (entry.kind, entry.approval_digest)
        case _:
            return (entry.kind, "")
