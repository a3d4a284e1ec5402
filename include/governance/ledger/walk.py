"""Read all entries once: their order, their links, the roots at the sizes asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from include.governance.ledger.entry import NOTHING_BEFORE, KeyRotated, Record, read_record
from include.governance.ledger.merkle import Tree, leaf_hash
from include.governance.ledger.problem import Problem


@dataclass(frozen=True)
class Rotation:
    """A change of key at entry ``seq``, and the root of what was there before it."""

    seq: int
    root: bytes
    entry: KeyRotated


@dataclass
class Walk:
    """What the entries themselves show. ``roots`` are by size."""

    tree: Tree = field(default_factory=Tree)
    roots: dict[int, bytes] = field(default_factory=dict)
    rotations: list[Rotation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def size(self) -> int:
        """The number of whole lines."""
        return self.tree.size


def walk(lines: Iterable[bytes], sizes: Collection[int]) -> Walk:
    """Read every line; an unreadable one counts as an entry, a torn last one does not."""
    found = Walk(roots={0: Tree().root()})
    expected, previous, last_readable = 0, NOTHING_BEFORE, True
    for line in lines:
        at = found.size
        if not line.endswith(b"\n"):
            found.problems.append(Problem(code="line_torn", entry=at))
            break
        content = line[:-1]
        record = _read(content, found)
        if record:
            problem = _misplaced(record, at, expected)
            if not problem and record.previous != previous and last_readable:
                problem = Problem(code="entry_link", entry=at, facts={"before": at - 1})
            found.problems += [problem] if problem else []
            if isinstance(record.entry, KeyRotated):
                found.rotations.append(Rotation(at, found.tree.root(), record.entry))
        expected = (record.seq if record else expected) + 1
        last_readable = record is not None
        leaf = leaf_hash(content)
        previous = leaf.hex()
        found.tree.append(leaf)
        if found.size in sizes:
            found.roots[found.size] = found.tree.root()
    return found


def _read(content: bytes, found: Walk) -> Record | None:
    try:
        return read_record(content)
    except ValueError:
        found.problems.append(Problem(code="entry_unreadable", entry=found.size))
        return None


def _misplaced(record: Record, at: int, expected: int) -> Problem | None:
    if record.seq > expected:
        facts = {"first": expected, "last": record.seq - 1}
        return Problem(code="entries_missing", entry=at, facts=facts)
    if record.seq < expected:
        facts = {"seq": record.seq, "expected": expected}
        return Problem(code="entry_out_of_place", entry=at, facts=facts)
    return None
