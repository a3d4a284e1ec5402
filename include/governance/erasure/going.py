"""What goes with the roots of a chunk as things are now, and which of the roots stay after all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, case, func, literal, select

from include.governance.erasure.below import Each, below
from include.governance.erasure.change import Doomed, Hanging, Listed, all_below, tells
from include.governance.erasure.keys import Key, SetHash
from include.governance.erasure.paths import has_paths
from include.governance.erasure.record import Chunk
from include.governance.erasure.reflect import Shape
from include.governance.erasure.roots import Roots
from include.governance.erasure.selection import is_false
from include.governance.erasure.steps import Step, Tally
from include.governance.erasure.walk import Scene, Walk
from include.governance.erasure.where import Where
from include.governance.model.erasure import SkipReason


def everything(scene: Scene, going: Roots) -> Doomed | None:
    """All that hangs on these roots now; None when something of it must stay."""
    found = _below(scene, going)
    if found is None:
        return None
    _lock_protected(scene, found)
    return None if _someone_stays(scene, found) else found


def _below(scene: Scene, going: Roots) -> Doomed | None:
    """All that hangs on these roots, rows between locked; None when other roots are among it."""
    graph = scene.closure.graph
    if scene.kind != "mariadb" and has_paths(graph):
        found = Hanging(going)
        _lock_between(scene, found)
        return found
    inner = Walk(scene, fully=False)
    inner.start(going.items())
    return all_below(inner, graph) if inner.rows[graph.root].keys() == going.keys() else None


def _lock_between(scene: Scene, found: Hanging) -> None:
    """Lock rows under which a new child would be changed by the database without our asking.

    Where it only forbids, it forbids: the chunk is tried again and finds the child.
    """
    graph = scene.closure.graph
    for place in graph.order if scene.kind == "postgresql" else ():
        silent = any(e.on_delete in ("cascade", "set null") for e in graph.below(place))
        if silent and place != graph.root:
            for where in found.going(scene, place):
                _lock(scene, scene.closure.shapes[place], where)


def _lock(scene: Scene, shape: Shape, where: Where) -> None:
    """Lock rows in the order of their keys; no more than their number comes back."""
    if scene.kind == "mariadb":
        # it locks as it reads, whatever order is asked for
        counted = select(func.count()).select_from(shape.table).where(where.make())
        scene.connection.execute(counted.with_for_update(), where.given)
        return
    rows = select(literal(1)).select_from(shape.table).where(where.make())
    locking = rows.order_by(*(shape.table.c[name] for name in shape.key)).with_for_update()
    scene.connection.execute(select(func.count()).select_from(locking.subquery()), where.given)


def _looked_at(scene: Scene) -> Iterator[tuple[int, Shape, ColumnElement[bool]]]:
    """Edges whose children may have to stay without the change itself saying so."""
    for at, edge in enumerate(scene.closure.graph.edges):
        stays = scene.keeps_along(edge)
        if not is_false(stays) and (edge.detaches or not tells(scene, edge.child)):
            yield at, scene.closure.shapes[edge.child], stays


def _lock_protected(scene: Scene, found: Doomed) -> None:
    """Wait for whoever has such a child; the next statement sees what was made of it.

    What was walked over is locked already.
    """
    if scene.kind != "sqlite":
        edges = scene.closure.graph.edges
        for at, shape, _ in _looked_at(scene):
            walked = isinstance(found, Listed) and at not in found.leaves
            if edges[at].detaches or not walked:
                for where in found.pointing(scene, at):
                    _lock(scene, shape, where)


def approved(
    scene: Scene,
    steps: Sequence[Step],
    chunk: Chunk,
    going: Roots,
    skipped: dict[Key, SkipReason],
) -> tuple[Doomed, dict[str, SetHash]]:
    """What hangs on roots that are as they were approved, and what it changes to erase that.

    The others are written into ``skipped``.
    """
    _hold_still(scene, going)
    found = below(scene, going)
    left = _unchanged(found.each, chunk, skipped)
    return found.doomed(left), found.totals(steps, left)


def _someone_stays(scene: Scene, found: Doomed) -> bool:
    """Whether anything that would go along must stay; then every root is looked at by itself."""
    for at, shape, stays in _looked_at(scene):
        for where in found.pointing(scene, at):
            query = select(literal(1)).select_from(shape.table).where(where.make())
            # so that no index on a date tempts a planner away from the keys
            kept = query.where(case((stays, 1), else_=0) == 1).limit(1)
            if scene.connection.execute(kept, where.given).first() is not None:
                return True
    return False


def _hold_still(scene: Scene, going: Roots) -> None:
    """Lock what may have to stay below roots that are looked at one by one."""
    if scene.kind == "sqlite" or not any(_looked_at(scene)):
        return
    inner = Walk(scene, fully=False)
    inner.start(going.items())
    _lock_protected(scene, all_below(inner, scene.closure.graph))


def _unchanged(each: Each, chunk: Chunk, skipped: dict[Key, SkipReason]) -> dict[Key, Tally]:
    """Roots on which hangs exactly what was approved, and nothing that must stay."""
    prints = dict(zip(chunk.keys, chunk.prints, strict=True))
    found: dict[Key, Tally] = {}
    for key, one in each.items():
        if one.stays:
            skipped[key] = "kept_by_dependant"
        elif one.fingerprint != prints[key]:
            skipped[key] = "changed"
        else:
            found[key] = one
    return found
