"""The rules of a selection as they stand at one moment, with the holds of that moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, false, insert, not_, or_, select, update

from include.governance.erasure.binding import among
from include.governance.erasure.graph import Place, shown
from include.governance.erasure.keys import Key, Seed, as_json, read_keys
from include.governance.erasure.reflect import Closure, Shape
from include.governance.erasure.selection import Selection, is_false
from include.governance.erasure.tables import HOLD
from include.governance.erasure.target import Kind
from include.governance.erasure.walk import Scene
from include.governance.errors import PlanError
from include.governance.retention.holds import OpenHold

Holds = Callable[[], Sequence[OpenHold]]


@dataclass(frozen=True)
class Moment:
    """Which roots may go now, which a hold or floor keeps, and the scene for what hangs on them.

    ``beside`` are the keys under holds that were placed beside the data.
    """

    wanted: ColumnElement[bool]
    kept: ColumnElement[bool]
    scene: Scene
    holds: tuple[OpenHold, ...]
    beside: Mapping[Place, tuple[Key, ...]]

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
    """Evaluate holds: those handed in, and those placed beside the data.

    The ``last`` moment of the same connection is handed back as long as no hold came or went.
    """
    beside = held_keys(connection, closure)
    if last is not None and (last.holds, last.beside) == (tuple(holds), beside):
        return last
    declared = selection.kept(holds)
    protected: dict[Place, ColumnElement[bool]] = {}
    for place, shape in closure.shapes.items():
        parts = [declared[shape.dataset.id]] if shape.dataset.id in declared else []
        if beside.get(place):
            parts.append(among(kind, shape.table, shape, shape.key, beside[place]))
        parts = [part for part in parts if not is_false(part)]
        if parts:
            protected[place] = or_(*parts)
    root = closure.graph.root
    kept = protected.pop(root, false())
    found = Moment(
        selection.wanted,
        kept,
        Scene(connection, kind, closure, seed, protected, kept),
        tuple(holds),
        beside,
    )
    # a row of the root table that hangs on a root goes along only when it is due itself
    if any(edge.child == root for edge in closure.graph.edges):
        protected[root] = not_(found.eligible)
    return found


def held_keys(connection: Connection, closure: Closure) -> Mapping[Place, tuple[Key, ...]]:
    """The keys under holds placed beside the data, per table of the closure."""
    names = {shown(place): place for place in closure.shapes}
    query = select(HOLD.c.table_name, HOLD.c.row_key).where(
        HOLD.c.table_name.in_(sorted(names)), HOLD.c.released_at.is_(None)
    )
    found: dict[Place, list[list[int | str]]] = {}
    for table, key in connection.execute(query):
        found.setdefault(names[table], []).append(json.loads(key))
    return {place: read_keys(keys) for place, keys in found.items()}


def place_hold(
    connection: Connection, kind: Kind, shape: Shape, key: Key, hold_id: str, at: datetime
) -> None:
    """Keep one row from the next chunk on, in the transaction of ``connection``.

    The row is locked first, so that whoever is about to erase it is waited for. Raises PlanError
    when the row is not there any more.
    """
    table = shape.table
    query = select(*(table.c[name] for name in shape.key)).where(
        among(kind, table, shape, shape.key, [key])
    )
    if connection.execute(query.with_for_update(read=True)).first() is None:
        raise PlanError("erasure_hold_gone", table=shape.dataset.id)
    connection.execute(
        insert(HOLD).values(
            hold_id=hold_id, table_name=shown(shape.place), row_key=as_json(list(key)), placed_at=at
        )
    )


def release_hold(connection: Connection, hold_id: str, at: datetime) -> None:
    """End a hold; one that is not open is refused."""
    ended = connection.execute(
        update(HOLD)
        .where(HOLD.c.hold_id == hold_id, HOLD.c.released_at.is_(None))
        .values(released_at=at)
    )
    if ended.rowcount != 1:
        raise PlanError("erasure_hold_unknown", hold=hold_id)
