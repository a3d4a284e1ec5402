"""The signed decisions about a plan: a chain that is read back only when all of it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

from pydantic import ValidationError

from include.governance.errors import PlanError
from include.governance.ledger.note import SigningKey, VerifierKey, read_note, write_note
from include.governance.model.disposal import Decision, PlanRecord
from include.governance.store.encoding import canonical

NOTHING_BEFORE = "0" * 64


def signed(decision: Decision, key: SigningKey) -> str:
    """A decision as a note with its signature."""
    text = canonical(decision.model_dump(mode="json")) + "\n"
    return write_note(text, [key.sign(text)])


def hash_of(notes: Sequence[str]) -> str:
    """What the next decision names as the one before it."""
    return hashlib.sha256(notes[-1].encode()).hexdigest() if notes else NOTHING_BEFORE


def read_decisions(
    plan: PlanRecord, notes: Sequence[str], trusted: Collection[VerifierKey]
) -> tuple[Decision, ...]:
    """The decisions in their order.

    Raises PlanError when one is not signed with a trusted key, is about another plan or digest,
    or does not follow the one before: somebody wrote into the store past this program.
    """
    found: list[Decision] = []
    for no, note in enumerate(notes):
        decision = _one(plan, no, note, trusted)
        if decision.no != no or decision.previous != hash_of(notes[:no]):
            raise PlanError("disposal_decision_forged", plan=plan.plan_id, number=no + 1)
        found.append(decision)
    return tuple(found)


def _one(plan: PlanRecord, no: int, note: str, trusted: Collection[VerifierKey]) -> Decision:
    forged = PlanError("disposal_decision_forged", plan=plan.plan_id, number=no + 1)
    try:
        text, signatures = read_note(note)
        decision = Decision.model_validate_json(text)
    except (ValueError, ValidationError):
        raise forged from None
    if not any(key.has_signed(text, each) for key in trusted for each in signatures):
        raise forged
    if (decision.plan_id, decision.digest) != (plan.plan_id, plan.digest):
        raise forged
    return decision
