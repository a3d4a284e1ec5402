"""The statements of a chunk in their order, and what each is expected to change."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from include.governance.erasure.graph import Graph, Place
from include.governance.erasure.keys import Key, SetHash, key_of
from include.governance.erasure.walk import Walk
from include.governance.model.erasure import StepKind


@dataclass(frozen=True)
class Step:
    """One table's change: rows go, rows forget their parent (``edge``), or columns change."""

    id: str
    kind: StepKind
    place: Place
    edge: int | None = None


def steps_of(graph: Graph, deletes: bool) -> tuple[Step, ...]:
    """Children first; who only forgets a parent does so just before the parent goes."""
    if not deletes:
        return (Step("000", "update", graph.root),)
    found: list[tuple[StepKind, Place, int | None]] = []
    for place in graph.order:
        for at, edge in enumerate(graph.edges):
            if edge.parent == place and edge.detaches:
                found.append(("detach", edge.child, at))
        found.append(("delete", place, None))
    return tuple(Step(f"{at:03d}", *each) for at, each in enumerate(found))


@dataclass(slots=True)
class Tally:
    """What hangs on one root, counted along each edge, and whether something of it must stay."""

    per_edge: dict[int, SetHash] = field(default_factory=dict)
    stays: bool = False

    @property
    def weight(self) -> int:
        """Rows that change when the root goes."""
        return 1 + sum([found.rows for found in self.per_edge.values()])

    @property
    def fingerprint(self) -> str:
        """Changes when a row comes, goes, or hangs on another parent."""
        numbers: list[int] = []
        for at, found in sorted(self.per_edge.items()):
            if found.rows:
                numbers += (at, found.rows, *found.halves)
        octets = struct.pack(f">{len(numbers)}Q", *numbers)
        return hashlib.blake2b(octets, digest_size=16).hexdigest()


@dataclass(slots=True)
class Belongings(Tally):
    """The same with the rows themselves."""

    rows: dict[Place, set[Key]] = field(default_factory=dict)
    leaves: dict[int, set[Key]] = field(default_factory=dict)
    detached: set[tuple[int, Key]] = field(default_factory=set)


def belongings(walk: Walk, graph: Graph, root: Key) -> Belongings:
    """What hangs on one root of a full walk, each row once, whatever ways lead to it."""
    found = Belongings()
    waiting: list[tuple[Place, Key]] = [(graph.root, root)]
    found.rows[graph.root] = {root}
    while waiting:
        place, key = waiting.pop()
        row = walk.rows[place][key]
        for at, child, child_key in row.below:
            tally = found.per_edge.setdefault(at, SetHash())
            if graph.edges[at].detaches:
                tally.add(walk.detached[at, child_key])
                found.detached.add((at, child_key))
                found.stays = found.stays or (at, child_key) in walk.stuck
                continue
            below = walk.rows[child][child_key]
            tally.add(below.hash)
            found.stays = found.stays or below.stays
            if child_key not in found.rows.setdefault(child, set()):
                found.rows[child].add(child_key)
                waiting.append((child, child_key))
        _leaves_of(walk, graph, place, row.values, found)
    return found


def _leaves_of(
    walk: Walk, graph: Graph, place: Place, values: Mapping[str, object], found: Belongings
) -> None:
    for at, edge in enumerate(graph.edges):
        if edge.parent != place or at not in walk.leaves:
            continue
        named = [values[name] for name in edge.there]
        if None in named:
            continue
        value = key_of(named, edge.name)
        counted, kept = walk.leaves[at].get(value, (None, 0))
        if counted is None:
            continue
        found.per_edge.setdefault(at, SetHash()).add(counted)
        found.leaves.setdefault(at, set()).add(value)
        found.stays = found.stays or bool(kept)


def expected(
    walk: Walk, graph: Graph, steps: Sequence[Step], each: Iterable[Belongings]
) -> dict[str, SetHash]:
    """What every step changes when exactly these roots go, a shared row counted once."""
    all_of = list(each)
    rows: dict[Place, set[Key]] = {}
    leaves: dict[int, set[Key]] = {}
    detached: set[tuple[int, Key]] = set()
    for one in all_of:
        for place, keys in one.rows.items():
            rows.setdefault(place, set()).update(keys)
        for at, values in one.leaves.items():
            leaves.setdefault(at, set()).update(values)
        detached |= one.detached
    totals: dict[str, SetHash] = {}
    before: set[Place] = set()
    for step in steps:
        total = totals.setdefault(step.id, SetHash())
        if step.kind == "detach":
            # in a cycle rows may forget their parent first and go themselves later
            gone = rows.get(step.place, set()) if step.place in before else set()
            for at, key in detached:
                if at == step.edge and key not in gone:
                    total.add(walk.detached[at, key])
            _add_leaves(total, walk, leaves, [step.edge] if step.edge is not None else [])
        else:
            before.add(step.place)
            for key in rows.get(step.place, set()):
                total.add(walk.rows[step.place][key].hash)
            _add_leaves(total, walk, leaves, _single(graph, step.place))
    return totals


def _single(graph: Graph, place: Place) -> list[int]:
    return [at for at, e in enumerate(graph.edges) if e.child == place and not e.detaches]


def _add_leaves(
    total: SetHash, walk: Walk, leaves: Mapping[int, Collection[Key]], edges: Collection[int]
) -> None:
    for at in edges:
        for value in leaves.get(at, ()):
            total.add(walk.leaves[at][value][0])
