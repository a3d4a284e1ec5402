"""What goes with the roots of a chunk as things are now, and which of the roots stay after all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, FromClause, case, func, literal, select

from include.governance.erasure.change import Doomed, Hanging, all_below, only_of, tells
from include.governance.erasure.keys import Key, SetHash
from include.governance.erasure.paths import has_paths
from include.governance.erasure.record import Chunk
from include.governance.erasure.selection import is_false
from include.governance.erasure.steps import Belongings, Step, belongings, expected
from include.governance.erasure.sums import can_sum, summed, sums
from include.governance.erasure.walk import Scene, Walk
from include.governance.erasure.where import Where
from include.governance.model.erasure import SkipReason

Roots = Mapping[Key, Mapping[str, object]]


def everything(scene: Scene, going: Roots) -> Doomed | None:
    """All that hangs on these roots now; None when something of it must stay."""
    below = _below(scene, going)
    if below is None:
        return None
    _lock_protected(scene, below.pointing)
    return None if _someone_stays(scene, below.pointing) else below


def _below(scene: Scene, going: Roots) -> Doomed | None:
    """All that hangs on these roots, rows between locked; None when other roots are among it."""
    graph = scene.closure.graph
    if scene.kind != "mariadb" and has_paths(graph):
        below = Hanging(going)
        _lock_between(scene, below)
        return below
    inner = Walk(scene, fully=False)
    inner.start(going.items())
    return all_below(inner, graph) if inner.rows[graph.root].keys() == going.keys() else None


def _lock_between(scene: Scene, below: Hanging) -> None:
    """Lock rows under which a new child would be changed by the database without our asking.

    Where it only forbids, it forbids: the chunk is tried again and finds the child.
    """
    graph = scene.closure.graph
    for place in graph.order if scene.kind == "postgresql" else ():
        silent = any(e.on_delete in ("cascade", "set null") for e in graph.below(place))
        if silent and place != graph.root:
            table = scene.closure.shapes[place].table
            for where in below.going(scene, place):
                _lock(scene, table, where)


def _lock(scene: Scene, table: FromClause, where: Where) -> None:
    """Lock rows in the order of their keys; PostgreSQL hands back no more than their number."""
    rows = select(literal(1)).select_from(table).where(where.make())
    locking = rows.order_by(*table.primary_key).with_for_update()
    if scene.kind == "postgresql":
        counted = select(func.count()).select_from(locking.subquery())
        scene.connection.execute(counted, where.given)
    else:
        scene.connection.execute(locking, where.given).all()


def _looked_at(scene: Scene) -> Iterator[tuple[int, FromClause, ColumnElement[bool]]]:
    """Edges whose children may have to stay without the change itself saying so."""
    for at, edge in enumerate(scene.closure.graph.edges):
        stays = scene.keeps_along(edge)
        if not is_false(stays) and (edge.detaches or not tells(scene, edge.child)):
            yield at, scene.closure.shapes[edge.child].table, stays


def _lock_protected(scene: Scene, pointing: Callable[[Scene, int], Iterator[Where]]) -> None:
    """Wait for whoever has such a child; the next statement sees what was made of it."""
    if scene.kind != "sqlite":
        for at, table, _ in _looked_at(scene):
            for where in pointing(scene, at):
                _lock(scene, table, where)


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
    graph = scene.closure.graph
    _hold_still(scene, going)
    if can_sum(scene):
        each = _unchanged(sums(scene, list(going)), chunk, skipped)
        return Hanging({key: going[key] for key in each}), summed(scene, steps, each)
    walk = Walk(scene)
    walk.start(going.items())
    each = _unchanged({key: belongings(walk, graph, key) for key in going}, chunk, skipped)
    wanted = expected(walk, graph, steps, each.values())
    return only_of(walk, graph, list(each.values())), wanted


def _someone_stays(scene: Scene, pointing: Callable[[Scene, int], Iterator[Where]]) -> bool:
    """Whether anything that would go along must stay; then every root is looked at by itself."""
    for at, table, stays in _looked_at(scene):
        for where in pointing(scene, at):
            query = select(literal(1)).select_from(table).where(where.make())
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
    _lock_protected(scene, all_below(inner, scene.closure.graph).pointing)


def _unchanged(
    each: Mapping[Key, Belongings], chunk: Chunk, skipped: dict[Key, SkipReason]
) -> dict[Key, Belongings]:
    """Roots on which hangs exactly what was approved, and nothing that must stay."""
    prints = dict(zip(chunk.keys, chunk.prints, strict=True))
    found: dict[Key, Belongings] = {}
    for key, one in each.items():
        if one.stays:
            skipped[key] = "kept_by_dependant"
        elif one.fingerprint != prints[key]:
            skipped[key] = "changed"
        else:
            found[key] = one
    return found
