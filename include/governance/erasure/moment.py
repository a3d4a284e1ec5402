"""The rules of a selection as they stand at one moment, with the holds of that moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, false, not_

from include.governance.erasure.graph import Place
from include.governance.erasure.keys import Seed
from include.governance.erasure.reflect import Closure
from include.governance.erasure.selection import Selection, is_false
from include.governance.erasure.target import Kind
from include.governance.erasure.walk import Scene
from include.governance.retention.holds import OpenHold

Holds = Callable[[], Sequence[OpenHold]]


@dataclass(frozen=True)
class Moment:
    """Which roots may go now, which a hold or floor keeps, and the scene for what hangs on them."""

    wanted: ColumnElement[bool]
    kept: ColumnElement[bool]
    scene: Scene
    holds: tuple[OpenHold, ...]

    @property
    def eligible(self) -> ColumnElement[bool]:
        """Wanted and kept by nothing of its own."""
        return self.wanted if is_false(self.kept) else and_(self.wanted, not_(self.kept))


def moment(
    connection: Connection,
    kind: Kind,
    closure: Closure,
    seed: Seed,
    selection: Selection,
    holds: Sequence[OpenHold],
    last: Moment | None = None,
) -> Moment:
    """Evaluate the rules under these holds.

    The ``last`` moment of the same connection is handed back as long as no hold came or went.
    """
    if last is not None and last.holds == tuple(holds):
        return last
    declared = selection.kept(holds)
    protected: dict[Place, ColumnElement[bool]] = {}
    for place, shape in closure.shapes.items():
        stays = declared.get(shape.dataset.id)
        if stays is not None and not is_false(stays):
            protected[place] = stays
    root = closure.graph.root
    kept = protected.pop(root, false())
    found = Moment(
        selection.wanted,
        kept,
        Scene(connection, kind, closure, seed, protected, kept),
        tuple(holds),
    )
    # a row of the root table that hangs on a root goes along only when it is due itself
    if any(edge.child == root for edge in closure.graph.edges):
        protected[root] = not_(found.eligible)
    return found
