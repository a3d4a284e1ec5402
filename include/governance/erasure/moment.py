"""The rules of a selection as they stand at one moment, with the holds of that moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, false, not_

from include.governance.erasure.graph import Place
from include.governance.erasure.keys import Seed
from include.governance.erasure.reflect import Closure
from include.governance.erasure.selection import Rows, Selection, is_false
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

    @property
    def held(self) -> ColumnElement[bool]:
        """Kept by a hold."""
        return self.scene.held.get(self.scene.closure.graph.root, false())


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
    protected = _of_places(closure, selection.kept(holds))
    held = _of_places(closure, selection.on_hold(holds))
    root = closure.graph.root
    kept = protected.pop(root, false())
    found = Moment(
        selection.wanted,
        kept,
        Scene(connection, kind, closure, seed, protected, held),
        tuple(holds),
    )
    # a row of the root table that hangs on a root goes along only when it is due itself
    if any(edge.child == root for edge in closure.graph.edges):
        protected[root] = not_(found.eligible)
    return found


def _of_places(closure: Closure, rows: Rows) -> dict[Place, ColumnElement[bool]]:
    """The conditions on tables of a closure that any row can meet."""
    named = {place: shape.dataset.id for place, shape in closure.shapes.items()}
    found = {place: rows[name] for place, name in named.items() if name in rows}
    return {place: each for place, each in found.items() if not is_false(each)}
