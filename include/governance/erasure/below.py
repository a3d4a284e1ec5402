"""What hangs on each of some roots: summed up by the database where it can, otherwise walked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from include.governance.erasure.change import Doomed, Hanging, only_of
from include.governance.erasure.keys import Key, SetHash
from include.governance.erasure.roots import Roots
from include.governance.erasure.steps import Belongings, Step, Tally, belongings, expected
from include.governance.erasure.sums import can_sum, summed, sums
from include.governance.erasure.walk import Scene, Walk

Each = Mapping[Key, Tally]


class Below(Protocol):
    """What hangs on ``each`` root, and what is to be said of some of them together."""

    @property
    def each(self) -> Each:
        """Root by root."""

    def totals(self, steps: Sequence[Step], some: Each) -> dict[str, SetHash]:
        """What every step changes when exactly these go, a shared row counted once."""

    def doomed(self, some: Each) -> Doomed:
        """What goes with exactly these."""


@dataclass(frozen=True)
class _Summed:
    scene: Scene
    roots: Roots
    each: Each

    def totals(self, steps: Sequence[Step], some: Each) -> dict[str, SetHash]:
        return summed(self.scene, steps, some)

    def doomed(self, some: Each) -> Doomed:
        return Hanging({key: self.roots[key] for key in some})


@dataclass(frozen=True)
class _Walked:
    walk: Walk
    each: Mapping[Key, Belongings]

    def totals(self, steps: Sequence[Step], some: Each) -> dict[str, SetHash]:
        rows = [self.each[key] for key in some]
        return expected(self.walk, self.walk.scene.closure.graph, steps, rows)

    def doomed(self, some: Each) -> Doomed:
        rows = [self.each[key] for key in some]
        return only_of(self.walk, self.walk.scene.closure.graph, rows)


def below(scene: Scene, roots: Roots) -> Below:
    """Look at some roots as things are now."""
    if can_sum(scene):
        return _Summed(scene, roots, sums(scene, list(roots)))
    walk = Walk(scene)
    walk.start(roots.items())
    graph = scene.closure.graph
    return _Walked(walk, {key: belongings(walk, graph, key) for key in roots})
