"""The statements that change governed rows, each with the hash of exactly the rows it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Delete, Update, delete, func, select, update

from include.governance.erasure.binding import among, row_hashes, xor
from include.governance.erasure.graph import Edge, Graph, Place
from include.governance.erasure.keys import Key, SetHash, hashed, key_of
from include.governance.erasure.reflect import Shape
from include.governance.erasure.steps import Belongings, Step
from include.governance.erasure.walk import Scene, Walk, batches, by_value

Assignments = Mapping[str, ColumnElement[object] | None]


@dataclass
class Doomed:
    """What goes in one chunk: rows by key, leaves by the value they name their parent by."""

    rows: dict[Place, list[Key]] = field(default_factory=dict)
    leaves: dict[int, list[Key]] = field(default_factory=dict)
    parents: dict[int, list[Key]] = field(default_factory=dict)


def all_below(walk: Walk, graph: Graph) -> Doomed:
    """Everything that a walk over inner tables found, and whatever hangs on it."""
    found = Doomed({place: list(rows) for place, rows in walk.rows.items()})
    for at, edge in enumerate(graph.edges):
        values = list(by_value(edge, walk.rows.get(edge.parent, {})))
        found.parents[at] = values
        if not edge.detaches and edge.child not in graph.inner:
            found.leaves[at] = values
    return found


def only_of(walk: Walk, graph: Graph, each: Sequence[Belongings]) -> Doomed:
    """What hangs on these roots of a full walk and on no other thing."""
    found = Doomed()
    for place in graph.order:
        keys = {key for one in each for key in one.rows.get(place, ())}
        found.rows[place] = sorted(keys, key=repr)
    for at, edge in enumerate(graph.edges):
        chosen = {key: walk.rows[edge.parent][key] for key in found.rows.get(edge.parent, [])}
        found.parents[at] = list(by_value(edge, chosen))
        if not edge.detaches and at in walk.leaves:
            found.leaves[at] = sorted({v for one in each for v in one.leaves.get(at, ())}, key=repr)
    return found


def carry_out(
    scene: Scene, steps: Sequence[Step], doomed: Doomed, assignments: Assignments
) -> dict[str, SetHash]:
    """Empty the edges that close cycles, then every step in its order."""
    graph, shapes = scene.closure.graph, scene.closure.shapes
    for edge in graph.breaks:
        values = doomed.parents.get(graph.edges.index(edge), [])
        for where in _pointing(scene, edge, values):
            scene.connection.execute(_emptied(shapes[edge.child], edge).where(where))
    done: dict[str, SetHash] = {}
    for step in steps:
        done[step.id] = SetHash()
        for statement in _statements(scene, step, doomed, assignments):
            done[step.id].add(_changed(scene, shapes[step.place], statement))
    return done


def _statements(
    scene: Scene, step: Step, doomed: Doomed, assignments: Assignments
) -> Iterator[Delete | Update]:
    graph, shape = scene.closure.graph, scene.closure.shapes[step.place]
    if step.kind == "detach" and step.edge is not None:
        edge = graph.edges[step.edge]
        for where in _pointing(scene, edge, doomed.parents.get(step.edge, [])):
            yield _emptied(shape, edge).where(where)
        return
    for some in batches(doomed.rows.get(step.place, [])):
        where = among(scene.kind, shape.table, shape, shape.key, some)
        if step.kind == "update":
            yield update(shape.table).where(where).values(assignments)
        else:
            yield delete(shape.table).where(where)
    for at, values in doomed.leaves.items():
        if graph.edges[at].child == step.place:
            for where in _pointing(scene, graph.edges[at], values):
                yield delete(shape.table).where(where)


def _pointing(scene: Scene, edge: Edge, values: Sequence[Key]) -> Iterator[ColumnElement[bool]]:
    child = scene.closure.shapes[edge.child]
    for some in batches(values):
        yield among(scene.kind, child.table, child, edge.here, some)


def _emptied(shape: Shape, edge: Edge) -> Update:
    return update(shape.table).values(dict.fromkeys(edge.here))


def _changed(scene: Scene, shape: Shape, statement: Delete | Update) -> SetHash:
    """Run a statement; which rows it changed is asked of the statement itself."""
    key = [shape.table.c[name] for name in shape.key]
    if scene.kind == "postgresql":
        gone = statement.returning(*key).cte("changed")
        first, second = row_hashes(shape, gone, scene.seed)
        row = scene.connection.execute(
            select(func.count(), xor(first), xor(second)).select_from(gone)
        )
        return SetHash(*row.one())
    if scene.kind == "mariadb" and isinstance(statement, Update):
        # no UPDATE … RETURNING: the rows are locked first, so the same ones are changed
        where = statement.whereclause
        query = select(*key).where(where) if where is not None else select(*key)
        rows = scene.connection.execute(query.with_for_update()).all()
        scene.connection.execute(statement)
    else:
        rows = scene.connection.execute(statement.returning(*key)).all()
    return hashed(scene.seed, (key_of(row, shape.dataset.id) for row in rows))
