"""What goes with the roots of a chunk as things are now, and which of the roots stay after all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlalchemy import case, func, literal, select

from include.governance.erasure.change import Doomed, Hanging, all_below, only_of, tells
from include.governance.erasure.keys import Key, SetHash
from include.governance.erasure.paths import has_paths
from include.governance.erasure.record import Chunk
from include.governance.erasure.steps import Belongings, Step, belongings, expected
from include.governance.erasure.sums import can_sum, summed, sums
from include.governance.erasure.walk import Scene, Walk
from include.governance.erasure.where import Where
from include.governance.model.erasure import SkipReason

Roots = Mapping[Key, Mapping[str, object]]


def everything(scene: Scene, going: Roots) -> Doomed | None:
    """All that hangs on these roots now; None when something of it must stay."""
    graph = scene.closure.graph
    if scene.kind != "mariadb" and has_paths(graph):
        below = Hanging(going)
        _lock_between(scene, below)
        return None if _someone_stays(scene, below.pointing) else below
    inner = Walk(scene, fully=False)
    inner.start(going.items())
    listed = all_below(inner, graph)
    if inner.rows[graph.root].keys() != going.keys():
        return None
    return None if _someone_stays(scene, listed.pointing) else listed


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
                rows = select(literal(1)).select_from(table).where(where.make())
                locked = rows.with_for_update().subquery()
                scene.connection.execute(select(func.count()).select_from(locked), where.given)


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
    graph = scene.closure.graph
    for place in scene.protected:
        if tells(scene, place):
            continue
        table = scene.closure.shapes[place].table
        for edge in graph.into(place):
            for where in pointing(scene, graph.edges.index(edge)):
                query = select(literal(1)).select_from(table).where(where.make())
                # so that no index on a date tempts a planner away from the keys
                kept = query.where(case((scene.keeps(place), 1), else_=0) == 1).limit(1)
                found = scene.connection.execute(kept, where.given)
                if found.first() is not None:
                    return True
    return False


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
