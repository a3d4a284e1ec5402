"""Which key had to sign at which size: the first one, then whom each rotation names."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from include.governance.ledger.checkpoint import (
    Checkpoint,
    SignedCheckpoint,
    is_rotation_signed,
    signers,
)
from include.governance.ledger.note import VerifierKey
from include.governance.ledger.problem import Problem
from include.governance.ledger.walk import Rotation


@dataclass(frozen=True)
class KeyLine:
    """The keys in order, and the size from which each had to sign."""

    keys: tuple[VerifierKey, ...]
    since: tuple[int, ...]

    def at(self, size: int) -> VerifierKey:
        """The key that had to sign a ledger of ``size`` entries."""
        return self.keys[bisect_right(self.since, size) - 1]

    def required(self, size: int) -> tuple[VerifierKey, ...]:
        """Who had to sign: the key of that size, and at a rotation the one before it too."""
        at = bisect_right(self.since, size) - 1
        return self.keys[max(0, at - 1) : at + 1] if self.since[at] == size else (self.keys[at],)


def key_line(
    origin: str,
    rotations: Sequence[Rotation],
    checkpoints: Sequence[SignedCheckpoint],
    trusted: Collection[VerifierKey],
) -> tuple[KeyLine | None, list[Problem]]:
    """The line of keys and what is wrong with it; ``None`` when nothing trusted begins one.

    One trusted key is enough: it vouches for its successors by the rotations it signed, and for
    its predecessors by the checkpoints over their rotations. A trusted key that is not in the
    line means that the ledger shown is not, or no longer, the one the key belongs to.
    """
    first = _first(origin, rotations, checkpoints, trusted)
    if not first:
        ids = ", ".join(signers(checkpoints)) or "-"
        return None, [Problem(code="key_untrusted", facts={"found": ids})]
    keys, since, problems = [first], [0], []
    for each in rotations:
        old = VerifierKey(origin, bytes.fromhex(each.entry.old_key))
        new = VerifierKey(origin, bytes.fromhex(each.entry.new_key))
        if old != keys[-1] or new in keys:
            facts = {"found": old.key_id, "expected": keys[-1].key_id}
            problems.append(Problem(code="rotation_break", entry=each.seq, facts=facts))
        state = Checkpoint(origin, each.seq, each.root)
        if not is_rotation_signed(state, old, new, each.entry.signature):
            facts = {"key": old.key_id}
            problems.append(Problem(code="rotation_signature", entry=each.seq, facts=facts))
        keys.append(new)
        since.append(each.seq + 1)
    problems += _trust(keys, trusted)
    return KeyLine(tuple(keys), tuple(since)), problems


def _first(
    origin: str,
    rotations: Sequence[Rotation],
    checkpoints: Sequence[SignedCheckpoint],
    trusted: Collection[VerifierKey],
) -> VerifierKey | None:
    if rotations:
        return VerifierKey(origin, bytes.fromhex(rotations[0].entry.old_key))
    return next((key for key in trusted if any(each.claims(key) for each in checkpoints)), None)


def _trust(keys: Sequence[VerifierKey], trusted: Collection[VerifierKey]) -> list[Problem]:
    missing = [key.key_id for key in trusted if key not in keys]
    if len(missing) == len(trusted):
        found = ", ".join(key.key_id for key in keys)
        return [Problem(code="key_untrusted", facts={"found": found})]
    return [Problem(code="key_missing", facts={"key": key_id}) for key_id in missing]
