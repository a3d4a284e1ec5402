"""What hangs on each root, counted and hashed by PostgreSQL: one row comes back per root and edge.

It says the same as a walk, of graphs that have paths.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    FromClause,
    Row,
    case,
    func,
    literal,
    or_,
    select,
    union,
)

from include.governance.erasure.binding import row_hashes, xor
from include.governance.erasure.keys import Key, SetHash, key_of
from include.governance.erasure.paths import Climb, climb, has_paths
from include.governance.erasure.reflect import Shape
from include.governance.erasure.selection import is_false
from include.governance.erasure.steps import Step, Tally
from include.governance.erasure.walk import Scene, batches
from include.governance.erasure.where import filled, one_of


def can_sum(scene: Scene) -> bool:
    """PostgreSQL, and a graph in which each edge is one way down."""
    return scene.kind == "postgresql" and has_paths(scene.closure.graph)


def sums(scene: Scene, roots: Sequence[Key]) -> dict[Key, Tally]:
    """What hangs on each of these roots."""
    found, table = {key: Tally() for key in roots}, scene.closure.root.dataset.id
    width = len(scene.closure.root.key)
    for at in range(len(scene.closure.graph.edges)):
        for row in _along(scene, at, roots):
            count, first, second, kept = row[width:]
            one = found.get(row[:width]) or found[key_of(row[:width], table)]
            one.per_edge[at] = SetHash(count, first, second)
            if kept:
                one.stays = True
    return found


def _along(scene: Scene, at: int, roots: Sequence[Key]) -> Sequence[Row[Any]]:
    """Per root: its rows along one edge as a set, and how many of them must stay."""
    way, edge = _way(scene, at), scene.closure.graph.edges[at]

    def query(where: ColumnElement[bool]) -> Executable:
        keeps = scene.keeps_along(edge)
        stays = literal(0) if is_false(keeps) else func.sum(case((keeps, 1), else_=0))
        shape = scene.closure.shapes[edge.child]
        counted = select(*way.key, *_set_of(scene, shape, shape.table), stays)
        return counted.select_from(way.source).where(where).group_by(*way.key)

    these = filled(
        scene.kind, way.shape, way.names, roots, str(at), lambda given: way.of(scene, given)
    )
    return scene.connection.execute(these.written(scene.written, "along", query), these.given).all()


def _way(scene: Scene, at: int) -> Climb:
    """The joins of an edge, written once."""
    if ("way", at) not in scene.written:
        scene.written["way", at] = climb(scene, scene.closure.graph.edges[at])
    way: Climb = scene.written["way", at]
    return way


def _set_of(scene: Scene, shape: Shape, table: FromClause) -> tuple[ColumnElement[int], ...]:
    first, second = row_hashes(shape, table, scene.seed)
    return func.count(), xor(first), xor(second)


def summed(scene: Scene, steps: Sequence[Step], found: Mapping[Key, Tally]) -> dict[str, SetHash]:
    """What every step changes when exactly these roots go, a shared row counted once."""
    graph = scene.closure.graph
    totals: dict[str, SetHash] = {}
    for step in steps:
        total = totals[step.id] = SetHash()
        ways = [at for at, edge in enumerate(graph.edges) if edge in graph.into(step.place)]
        if step.edge is not None:
            _add_along(total, found, step.edge)
        elif step.place == graph.root:
            total.add(_of_roots(scene, list(found)))
        elif len(ways) == 1:
            _add_along(total, found, ways[0])
        else:
            total.add(_of_ways(scene, ways, found))
    return totals


def _add_along(total: SetHash, found: Mapping[Key, Tally], at: int) -> None:
    for one in found.values():
        if at in one.per_edge:
            total.add(one.per_edge[at])


def _of_roots(scene: Scene, roots: Sequence[Key]) -> SetHash:
    root = scene.closure.root
    these = one_of(scene.kind, root, root.key, roots)
    query = these.written(
        scene.written,
        "roots",
        lambda where: select(*_set_of(scene, root, root.table)).where(where),
    )
    return _one_set(scene, query, these.given)


def _of_ways(scene: Scene, ways: Sequence[int], found: Mapping[Key, Tally]) -> SetHash:
    """Rows of one table that hang on these roots by several edges, each once."""
    sets = [SetHash() for _ in ways]
    for each, at in zip(sets, ways, strict=True):
        _add_along(each, found, at)
    by_each_way_the_same = all(each == sets[0] for each in sets)
    return sets[0] if by_each_way_the_same else _of_any(scene, ways, list(found))


def _of_any(scene: Scene, ways: Sequence[int], roots: Sequence[Key]) -> SetHash:
    """The same asked of the database."""
    child = scene.closure.shapes[scene.closure.graph.edges[ways[0]].child]
    key = [child.table.c[name] for name in child.key]
    climbs = [_way(scene, at) for at in ways]
    each = [select(*key).select_from(way.source).where(way.of(scene, roots)) for way in climbs]
    found = union(*each).subquery()
    return _one_set(scene, select(*_set_of(scene, child, found)))


def _one_set(scene: Scene, query: Executable, given: Mapping[str, object] | None = None) -> SetHash:
    rows, first, second = scene.connection.execute(query, given).one()
    return SetHash(rows, first, second)


def sharing(scene: Scene, roots: Sequence[Key]) -> Iterator[tuple[Key, Key]]:
    """A root of these and another one on which the same row hangs by another edge."""
    graph, root = scene.closure.graph, scene.closure.root
    for place in graph.order:
        for one, other in combinations(graph.into(place), 2):
            first = climb(scene, one)
            second = climb(scene, other, first.source, "other")
            differ = or_(*(a != b for a, b in zip(first.key, second.key, strict=True)))
            for some in batches(roots):
                query = select(*first.key, *second.key).select_from(second.source).distinct()
                for row in scene.connection.execute(query.where(first.of(scene, some), differ)):
                    width = len(root.key)
                    yield key_of(row[:width], root.dataset.id), key_of(row[width:], root.dataset.id)
