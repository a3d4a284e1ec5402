"""What was looked at after an erasure, condition by condition, as ledger and certificate say it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from include.governance.model.certificate import CheckLine
from include.governance.model.disposal import Proof, TableBalance
from include.governance.model.erasure import LeftReason
from include.governance.store.encoding import canonical, sha256


def checks_of(proof: Proof) -> Iterator[CheckLine]:
    """Every condition.

    ``skip`` where other writers explain what was found, ``by_keys`` where what is due could not be
    asked any more, ``partly`` where records of the plan stay because it was ended or undone.
    """
    shown = proof.verification
    yield failing("conservation", shown.unaccounted + shown.mismatched + shown.open_chunks)
    yield _of_due(failing("none_left", shown.left + shown.due_again), proof)
    yield failing("no_orphans", sum(shown.orphans.values()))
    yield _of_due(_skipping("second_plan_empty", proof.due_anew or 0), proof)
    yield _skipping("survivors_untouched", sum(not each.exact for each in proof.balance))


def balance_sha256(balance: Sequence[TableBalance], skipped: dict[LeftReason, int]) -> str:
    """The counts behind the checks as one hash."""
    tables = [each.model_dump() for each in balance]
    return sha256(canonical({"balance": tables, "skipped": skipped}))


def failing(name: str, found: int) -> CheckLine:
    """A condition that does not hold when anything is found."""
    return CheckLine(name=name, outcome="fail" if found else "pass", found=found)


def _of_due(line: CheckLine, proof: Proof) -> CheckLine:
    """A condition on what is due; by keys and receipts alone it is never said to hold.

    Nor is it of a plan of which a part was not carried out, or put back.
    """
    if line.outcome == "pass" and proof.by_keys:
        return line.model_copy(update={"outcome": "by_keys"})
    if line.outcome != "fail" and (stays := proof.stays):
        return CheckLine(name=line.name, outcome="partly", found=max(stays, line.found))
    return line


def _skipping(name: str, found: int) -> CheckLine:
    """A condition that says nothing when rows came or went meanwhile."""
    return CheckLine(name=name, outcome="skip" if found else "pass", found=found)
