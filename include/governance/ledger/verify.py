"""Verify a ledger offline: from its files, the public keys and the checkpoints kept elsewhere.

A ledger alone can only show that it fits its own checkpoints. Whoever holds the private key can
write another history, and anybody can cut the end off together with its checkpoints; both are
found by the checkpoints that were anchored out of reach (``anchor``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from include.governance.errors import ConfigurationError
from include.governance.ledger.anchor import Anchor
from include.governance.ledger.checkpoint import SignedCheckpoint, find_notes, parse_checkpoint
from include.governance.ledger.keyline import KeyLine, key_line
from include.governance.ledger.note import VerifierKey
from include.governance.ledger.problem import Problem, Verification
from include.governance.ledger.walk import Walk, walk


class Evidence(Protocol):
    """Where the files of a ledger come from: its folder or an export."""

    def lines(self) -> Iterator[bytes]:
        """The lines of the entries, with their line ends."""

    def checkpoints(self) -> str:
        """The text of the checkpoints."""


@dataclass(frozen=True)
class _Placed:
    """A checkpoint of the ledger and its place in the file, from 1."""

    number: int
    signed: SignedCheckpoint

    @property
    def size(self) -> int:
        return self.signed.size


def verify(
    evidence: Evidence, trusted: Sequence[VerifierKey], anchors: Sequence[Anchor] = ()
) -> Verification:
    """Everything that is wrong with a ledger, all at once.

    ``trusted`` must name one ledger; raises ConfigurationError otherwise.
    """
    origin = _origin(trusted)
    placed, problems = _read(evidence.checkpoints())
    anchored, unreadable = _read_anchors(anchors)
    sizes = {each.size for each in placed} | {each.size for _, each in anchored}
    walked = walk(evidence.lines(), sizes)
    both = [each.signed for each in placed]
    line, key_problems = key_line(origin, walked.rotations, both, trusted)
    signature_problems = list(_signatures(placed, line)) if line else []
    false = {each.checkpoint for each in signature_problems}
    problems = [
        *walked.problems,
        *_ends(walked, placed),
        *problems,
        *_order(placed, origin),
        *_roots(walked, [each for each in placed if each.number not in false]),
        *key_problems,
        *signature_problems,
        *unreadable,
        *_anchors(anchored, walked, line, origin),
    ]
    return Verification(
        origin=origin,
        entries=walked.size,
        root=walked.tree.root().hex(),
        checkpoints=len(placed),
        anchors=len(anchors),
        keys=tuple(key.vkey for key in line.keys) if line else (),
        problems=tuple(problems),
    )


def _origin(trusted: Sequence[VerifierKey]) -> str:
    names = {key.name for key in trusted}
    if len(names) != 1:
        raise ConfigurationError("ledger_trusted_keys", found=len(names))
    return names.pop()


def _read(text: str) -> tuple[list[_Placed], list[Problem]]:
    """The checkpoints of a file, which holds nothing but notes and a blank line after each."""
    placed: list[_Placed] = []
    problems: list[Problem] = []
    number, at = 0, 0
    for begin, end, note in find_notes(text):
        number += 1
        if begin != at or text[end : end + 1] != "\n":
            problems.append(Problem(code="checkpoint_unreadable", checkpoint=number))
        try:
            placed.append(_Placed(number, parse_checkpoint(note)))
        except ValueError:
            problems.append(Problem(code="checkpoint_unreadable", checkpoint=number))
        at = end + 1
    if at < len(text):
        problems.append(Problem(code="checkpoint_unreadable", checkpoint=number + 1))
    if not number:
        problems.append(Problem(code="no_checkpoint"))
    return placed, problems


def _read_anchors(
    anchors: Sequence[Anchor],
) -> tuple[list[tuple[str, SignedCheckpoint]], list[Problem]]:
    found: list[tuple[str, SignedCheckpoint]] = []
    problems: list[Problem] = []
    for anchor in anchors:
        try:
            found.append((anchor.label, parse_checkpoint(anchor.note)))
        except ValueError:
            problems.append(Problem(code="anchor_unreadable", anchor=anchor.label))
    return found, problems


def _ends(walked: Walk, placed: Sequence[_Placed]) -> Iterator[Problem]:
    """What lies beyond the last checkpoint, and what the checkpoints cover that is gone."""
    covered = max((each.size for each in placed), default=0)
    if walked.size > covered:
        facts = {"first": covered, "last": walked.size - 1}
        yield Problem(code="entries_unsigned", entry=covered, facts=facts)
    beyond = [each for each in placed if each.size > walked.size]
    if beyond:
        facts = {"found": walked.size, "size": covered}
        yield Problem(code="entries_cut", checkpoint=beyond[0].number, facts=facts)


def _order(placed: Sequence[_Placed], origin: str) -> Iterator[Problem]:
    before = -1
    for each in placed:
        if each.size <= before:
            facts = {"size": each.size, "before": before}
            yield Problem(code="checkpoint_order", checkpoint=each.number, facts=facts)
        if each.signed.checkpoint.origin != origin:
            yield Problem(code="checkpoint_origin", checkpoint=each.number)
        before = each.size


def _signatures(placed: Sequence[_Placed], line: KeyLine) -> Iterator[Problem]:
    """Checkpoints that bear another signature than those of the keys of their size."""
    for each in placed:
        facts = {"key": line.at(each.size).key_id}
        required = line.required(each.size)
        if not all(each.signed.claims(key) for key in required):
            yield Problem(code="checkpoint_key", checkpoint=each.number, facts=facts)
        elif len(each.signed.signatures) != len(required) or not _has_signed(each, required):
            yield Problem(code="checkpoint_signature", checkpoint=each.number, facts=facts)


def _has_signed(each: _Placed, keys: Iterable[VerifierKey]) -> bool:
    return all(each.signed.is_signed_by(key) for key in keys)


def _roots(walked: Walk, placed: Sequence[_Placed]) -> Iterator[Problem]:
    """Checkpoints that do not fit the entries.

    When a later one fits, the entries are good and the checkpoint is not. When none does, the
    first that does not fit says between which entries somebody changed something.
    """
    there = [each for each in placed if each.size <= walked.size]
    fits = [walked.roots[each.size] == each.signed.checkpoint.root for each in there]
    last_good = max((i for i, good in enumerate(fits) if good), default=-1)
    first = there[last_good].size if last_good >= 0 else 0
    altered = [each for each in there[last_good + 1 :] if each.size > first]
    for each, good in zip(there, fits, strict=True):
        if not good and each not in altered:
            facts = {"size": each.size}
            yield Problem(code="checkpoint_root", checkpoint=each.number, facts=facts)
    if altered:
        facts = {"first": first, "last": altered[0].size - 1, "through": altered[-1].number}
        number = altered[0].number
        yield Problem(code="entries_altered", entry=first, checkpoint=number, facts=facts)


def _anchors(
    anchored: Iterable[tuple[str, SignedCheckpoint]],
    walked: Walk,
    line: KeyLine | None,
    origin: str,
) -> Iterator[Problem]:
    """Checkpoints kept elsewhere that this ledger does not contain."""
    for label, each in anchored:
        facts = {"size": each.size, "found": walked.size}
        if each.checkpoint.origin != origin:
            yield Problem(code="anchor_origin", anchor=label)
        elif line and not all(each.is_signed_by(key) for key in line.required(each.size)):
            yield Problem(code="anchor_signature", anchor=label, facts=facts)
        elif each.size > walked.size:
            yield Problem(code="anchor_ahead", anchor=label, facts=facts)
        elif walked.roots[each.size] != each.checkpoint.root:
            yield Problem(code="fork", anchor=label, facts=facts)
