"""What hangs on each root, counted and hashed by PostgreSQL: one row comes back per root and edge.

It says the same as a walk, of graphs that have paths.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from sqlalchemy import (
    ColumnElement,
    Executable,
    FromClause,
    case,
    false,
    func,
    literal,
    or_,
    select,
)

from include.governance.erasure.binding import row_hashes, xor
from include.governance.erasure.graph import Edge
from include.governance.erasure.keys import Key, SetHash, key_of
from include.governance.erasure.paths import Climb, climb, has_paths
from include.governance.erasure.reflect import Shape
from include.governance.erasure.selection import is_false
from include.governance.erasure.steps import Belongings, Step
from include.governance.erasure.walk import Scene, batches
from include.governance.erasure.where import filled, one_of


def can_sum(scene: Scene) -> bool:
    """PostgreSQL, and a graph in which each edge is one way down."""
    return scene.kind == "postgresql" and has_paths(scene.closure.graph)


def sums(scene: Scene, roots: Sequence[Key]) -> dict[Key, Belongings]:
    """What hangs on each of these roots."""
    found = {key: Belongings() for key in roots}
    for at in range(len(scene.closure.graph.edges)):
        for some in batches(roots):
            for key, total, kept in _along(scene, at, some):
                one = found[key]
                one.per_edge[at] = total
                if kept:
                    one.stays = True
    return found


def _along(scene: Scene, at: int, roots: Sequence[Key]) -> Iterator[tuple[Key, SetHash, int]]:
    """Per root: its rows along one edge as a set, and how many of them must stay."""
    way, root, memory = _way(scene, at), scene.closure.root, scene.written
    edge = scene.closure.graph.edges[at]
    child = scene.closure.shapes[edge.child]

    def query(where: ColumnElement[bool]) -> Executable:
        keeps = scene.keeps_along(edge)
        stays = literal(0) if is_false(keeps) else func.sum(case((keeps, 1), else_=0))
        counted = select(*way.key, *_set_of(scene, child, child.table), stays)
        return counted.select_from(way.source).where(where).group_by(*way.key)

    these = filled(
        scene.kind, way.shape, way.names, roots, str(at), lambda given: way.of(scene, given)
    )
    rows = scene.connection.execute(these.written(memory, "along", query), these.given).all()
    width, table = len(root.key), root.dataset.id
    for row in rows:
        count, first, second, kept = row[width:]
        yield key_of(row[:width], table), SetHash(count, first, second), kept


def _way(scene: Scene, at: int) -> Climb:
    """The joins of an edge, written once."""
    if ("way", at) not in scene.written:
        scene.written["way", at] = climb(scene, scene.closure.graph.edges[at])
    way: Climb = scene.written["way", at]
    return way


def _set_of(scene: Scene, shape: Shape, table: FromClause) -> tuple[ColumnElement[int], ...]:
    first, second = row_hashes(shape, table, scene.seed)
    return func.count(), xor(first), xor(second)


def summed(
    scene: Scene, steps: Sequence[Step], found: Mapping[Key, Belongings]
) -> dict[str, SetHash]:
    """What every step changes when exactly these roots go, a shared row counted once."""
    graph = scene.closure.graph
    totals: dict[str, SetHash] = {}
    for step in steps:
        total = totals[step.id] = SetHash()
        edges = [edge for edge in graph.into(step.place) if step.kind == "delete"]
        if step.place == graph.root:
            for some in batches(list(found)):
                total.add(_of_roots(scene, some))
        elif step.edge is not None:
            _add_along(total, found, step.edge)
        elif len(edges) == 1:
            _add_along(total, found, graph.edges.index(edges[0]))
        else:
            for edge in edges:
                _add_along(total, found, graph.edges.index(edge))
            _without_twice(scene, total, edges, list(found))
    return totals


def _add_along(total: SetHash, found: Mapping[Key, Belongings], at: int) -> None:
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


def _without_twice(
    scene: Scene, total: SetHash, edges: Sequence[Edge], roots: Sequence[Key]
) -> None:
    """Take out again what was added once too often: rows that hang on the roots by several edges.

    By inclusion and exclusion; the hash of a set is its own opposite.
    """
    for number in range(2, len(edges) + 1):
        for some in combinations(edges, number):
            common = _of_all(scene, some, roots)
            sign = 1 if number % 2 else -1
            total.add(SetHash(sign * common.rows, common.first, common.second))


def _of_all(scene: Scene, edges: Sequence[Edge], roots: Sequence[Key]) -> SetHash:
    """Rows that hang on these roots by each of some edges."""
    child = scene.closure.shapes[edges[0].child]
    source: FromClause = child.table
    where: list[ColumnElement[bool]] = []
    for at, edge in enumerate(edges):
        way = climb(scene, edge, source, f"by{at}x")
        source = way.source
        where.append(or_(false(), *(way.of(scene, some) for some in batches(roots))))
    query = select(*_set_of(scene, child, child.table)).select_from(source)
    return _one_set(scene, query.where(*where))


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
