"""The ways from roots down to rows that hang on them, followed by the database itself.

They exist where a row of a table that has something below it hangs on one row only. Then nothing
has to be read to know what goes along: a nested condition or a join says it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, select, tuple_

from include.governance.erasure.binding import Blank, among
from include.governance.erasure.graph import Edge, Graph
from include.governance.erasure.keys import Key
from include.governance.erasure.reflect import Shape
from include.governance.erasure.walk import EXACT_KINDS, Scene


def has_paths(graph: Graph) -> bool:
    """Each edge is reached from the root in one way, and no row both goes and forgets a parent."""
    if graph.breaks or any(edge.child == graph.root for edge in graph.edges):
        return False
    if any(edge.detaches and edge.child in graph.order for edge in graph.edges):
        return False
    return all(len(graph.into(place)) == 1 for place in graph.inner - {graph.root})


def chain(graph: Graph, edge: Edge) -> list[Edge]:
    """The edges from the root down to one, that one last."""
    found = [edge]
    while found[0].parent != graph.root:
        found.insert(0, graph.into(found[0].parent)[0])
    return found


def hanging(scene: Scene, edge: Edge, values: Sequence[Key] | Blank) -> ColumnElement[bool]:
    """Children along an edge of roots that the first edge of its chain names by these values."""
    closure = scene.closure
    child = closure.shapes[edge.child]
    if edge.parent == closure.graph.root:
        return among(scene.kind, child.table, child, edge.here, values)
    parent = closure.shapes[edge.parent].table
    above = hanging(scene, closure.graph.into(edge.parent)[0], values)
    named = select(*(parent.c[name] for name in edge.there)).where(above)
    here = [child.table.c[name] for name in edge.here]
    return here[0].in_(named) if len(here) == 1 else tuple_(*here).in_(named)


@dataclass(frozen=True)
class Climb:
    """A child joined with all between it and its root; ``key`` is the root's key as it stands at
    ``top``, the highest table that is joined.
    """

    source: FromClause
    top: FromClause
    shape: Shape
    names: tuple[str, ...]

    @property
    def key(self) -> list[ColumnElement[Any]]:
        """The columns that hold the root's key."""
        return [self.top.c[name] for name in self.names]

    def of(self, scene: Scene, roots: Sequence[Key] | Blank) -> ColumnElement[bool]:
        """The root is one of these."""
        return among(scene.kind, self.top, self.shape, self.names, roots)


def climb(scene: Scene, edge: Edge, start: FromClause | None = None, label: str = "above") -> Climb:
    """Join ``start``, the child itself unless told otherwise, with the tables above.

    They get names of their own, so that no condition on the child means them. The root is left out
    where its child holds its key.
    """
    closure = scene.closure
    place, root = edge.child, closure.root
    below: FromClause = closure.shapes[place].table
    source = below if start is None else start
    for depth, step in enumerate(reversed(chain(closure.graph, edge))):
        shape = closure.shapes[place]
        exact = all(shape.kinds[name] in EXACT_KINDS for name in step.here)
        if step.parent == root.place and step.there == root.key and exact:
            return Climb(source, below, shape, step.here)
        above = closure.shapes[step.parent].table.alias(f"{label}{depth}")
        pairs = zip(step.here, step.there, strict=True)
        on = and_(*(below.c[here] == above.c[there] for here, there in pairs))
        source, below, place = source.join(above, on), above, step.parent
    return Climb(source, below, root, root.key)
