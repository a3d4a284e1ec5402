"""The statements that change governed rows, each with the hash of exactly the rows it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import (
    ColumnElement,
    Delete,
    Select,
    SelectBase,
    Update,
    delete,
    func,
    literal,
    select,
)
from sqlalchemy.sql.visitors import iterate

from include.governance.erasure.binding import row_hashes, xor
from include.governance.erasure.graph import Edge, Graph, Place
from include.governance.erasure.keys import Key, SetHash, hashed_numbers, hashed_rows, key_of
from include.governance.erasure.paths import chain, hanging
from include.governance.erasure.pseudonym import Pseudonym
from include.governance.erasure.reflect import Shape
from include.governance.erasure.renaming import Renaming, renaming
from include.governance.erasure.renewed import update_only
from include.governance.erasure.steps import Belongings, Step
from include.governance.erasure.target import LONGEST_TEXT
from include.governance.erasure.walk import Scene, Walk, batches, by_value
from include.governance.erasure.where import Where, filled, one_of

#: With the comma after it.
_LONGEST_NUMBER = 21

Assignments = Mapping[str, ColumnElement[object] | Pseudonym | None]
#: Stands around each statement: its table, the columns it changes (None: rows go), which rows, and
#: its step, empty for what only breaks a cycle.
Witness = Callable[[Place, Sequence[str] | None, Where, str], AbstractContextManager[None]]


class Doomed(Protocol):
    """What goes in one chunk."""

    def pointing(self, scene: Scene, at: int) -> Iterator[Where]:
        """Children, along an edge, of rows that go."""

    def going(self, scene: Scene, place: Place) -> Iterator[Where]:
        """Rows of a table that go."""


@dataclass
class Listed:
    """Rows by key, leaves by the value they name their parent by."""

    rows: dict[Place, list[Key]] = field(default_factory=dict)
    leaves: dict[int, list[Key]] = field(default_factory=dict)
    parents: dict[int, list[Key]] = field(default_factory=dict)

    def pointing(self, scene: Scene, at: int) -> Iterator[Where]:
        """Children that name one of the parents."""
        return _naming(scene, at, self.parents.get(at, []))

    def going(self, scene: Scene, place: Place) -> Iterator[Where]:
        """The listed rows, then the leaves."""
        shape = scene.closure.shapes[place]
        for some in batches(self.rows.get(place, [])):
            yield one_of(scene.kind, shape, shape.key, some)
        for at, values in self.leaves.items():
            if scene.closure.graph.edges[at].child == place:
                yield from _naming(scene, at, values)


@dataclass
class Hanging:
    """Some roots with all that hangs on them by paths; the rows between need not be known."""

    roots: Mapping[Key, Mapping[str, object]]
    _named: dict[tuple[str, ...], list[Key]] = field(default_factory=dict)

    def pointing(self, scene: Scene, at: int) -> Iterator[Where]:
        """Children at the end of an edge's path."""
        edge = scene.closure.graph.edges[at]
        first = chain(scene.closure.graph, edge)[0]
        child = scene.closure.shapes[first.child]
        for some in batches(self._values(scene, first.there)):
            yield filled(
                scene.kind, child, first.here, some, str(at), lambda v: hanging(scene, edge, v)
            )

    def _values(self, scene: Scene, names: tuple[str, ...]) -> list[Key]:
        """What the roots are named by; one without it has no children."""
        root = scene.closure.root
        if names == root.key:
            return list(self.roots)
        if names not in self._named:
            given = ([row[name] for name in names] for row in self.roots.values())
            self._named[names] = [key_of(v, root.dataset.id) for v in given if None not in v]
        return self._named[names]

    def going(self, scene: Scene, place: Place) -> Iterator[Where]:
        """The roots, or what hangs on them by any of a table's edges."""
        graph = scene.closure.graph
        if place == graph.root:
            root = scene.closure.root
            for some in batches(list(self.roots)):
                yield one_of(scene.kind, root, root.key, some)
        for edge in graph.into(place):
            yield from self.pointing(scene, graph.edges.index(edge))


def _naming(scene: Scene, at: int, values: Sequence[Key]) -> Iterator[Where]:
    edge = scene.closure.graph.edges[at]
    child = scene.closure.shapes[edge.child]
    for some in batches(values):
        yield one_of(scene.kind, child, edge.here, some)


def all_below(walk: Walk, graph: Graph) -> Listed:
    """Everything that a walk over inner tables found, and whatever hangs on it."""
    found = Listed({place: list(rows) for place, rows in walk.rows.items()})
    for at, edge in enumerate(graph.edges):
        values = list(by_value(edge, walk.rows.get(edge.parent, {})))
        found.parents[at] = values
        if not edge.detaches and edge.child not in graph.inner:
            found.leaves[at] = values
    return found


def only_of(walk: Walk, graph: Graph, each: Sequence[Belongings]) -> Listed:
    """What hangs on these roots of a full walk and on no other thing."""
    found = Listed()
    for place in graph.order:
        keys = {key for one in each for key in one.rows.get(place, ())}
        found.rows[place] = sorted(keys, key=repr)
    for at, edge in enumerate(graph.edges):
        chosen = {key: walk.rows[edge.parent][key] for key in found.rows.get(edge.parent, [])}
        found.parents[at] = list(by_value(edge, chosen))
        if not edge.detaches and at in walk.leaves:
            found.leaves[at] = sorted({v for one in each for v in one.leaves.get(at, ())}, key=repr)
    return found


@dataclass
class Changed:
    """The rows each step changed, and how many of those deleted had to stay."""

    sets: dict[str, SetHash] = field(default_factory=dict)
    kept: int = 0


def _unseen(*_statement: object) -> AbstractContextManager[None]:
    """Nobody looks on."""
    return nullcontext()


def carry_out(
    scene: Scene,
    steps: Sequence[Step],
    doomed: Doomed,
    assignments: Assignments,
    witness: Witness = _unseen,
) -> Changed:
    """Empty the edges that close cycles, then every step in its order."""
    graph, shapes = scene.closure.graph, scene.closure.shapes
    for edge in graph.breaks:
        for where in doomed.pointing(scene, graph.edges.index(edge)):
            emptied = _emptied(scene, shapes[edge.child], edge).where(where.make())
            with witness(edge.child, edge.here, where, ""):
                scene.connection.execute(emptied, where.given)
    done = Changed()
    for step in steps:
        total = done.sets[step.id] = SetHash()
        bare, columns = bare_of(scene, step, assignments), _columns(graph, step, assignments)
        for where in _wheres(scene, step, doomed):
            with witness(step.place, columns, where, step.id):
                found, kept = changed(scene, shapes[step.place], bare, where, step.id)
            total.add(found)
            done.kept += kept
    return done


def _wheres(scene: Scene, step: Step, doomed: Doomed) -> Iterator[Where]:
    if step.edge is not None:
        return doomed.pointing(scene, step.edge)
    return doomed.going(scene, step.place)


def _columns(graph: Graph, step: Step, assignments: Assignments) -> Sequence[str] | None:
    if step.edge is not None:
        return graph.edges[step.edge].here
    return tuple(assignments) if step.kind == "update" else None


def bare_of(scene: Scene, step: Step, assignments: Assignments) -> Delete | Update | Renaming:
    """A step's statement without a condition."""
    shape = scene.closure.shapes[step.place]
    if step.edge is not None:
        return _emptied(scene, shape, scene.closure.graph.edges[step.edge])
    if step.kind == "update":
        return renaming(scene, shape, assignments)
    return delete(shape.table)


def _emptied(scene: Scene, shape: Shape, edge: Edge) -> Update:
    return update_only(scene, shape, edge.here).values(dict.fromkeys(edge.here))


def tells(scene: Scene, place: Place) -> bool:
    """Whether a delete itself can say that a row had to stay, which saves looking before.

    Not where the condition looks at other rows, which may be gone by then.
    """
    return scene.kind == "postgresql" and not looks_elsewhere(scene.keeps(place))


def looks_elsewhere(condition: ColumnElement[bool]) -> bool:
    """Whether a condition asks other rows, which a statement sees as they were when it began."""
    return any(isinstance(each, SelectBase) for each in iterate(condition))


def telling(scene: Scene, shape: Shape, statement: Delete | Update) -> Select[int, int, int, int]:
    """PostgreSQL: a statement that answers with the number and hash of the rows it changed."""
    key = [shape.table.c[name] for name in shape.key]
    if (
        isinstance(statement, Delete)
        and shape.place in scene.protected
        and tells(scene, shape.place)
    ):
        stays = scene.keeps(shape.place).label("daicho_stays")
        gone = statement.returning(*key, stays).cte("changed")
        kept: ColumnElement[int] = func.count().filter(gone.c.daicho_stays)
    else:
        gone, kept = statement.returning(*key).cte("changed"), literal(0)
    first, second = row_hashes(shape, gone, scene.seed)
    return select(func.count(), xor(first), xor(second), kept).select_from(gone)


def changed(
    scene: Scene, shape: Shape, bare: Delete | Update | Renaming, where: Where, purpose: str
) -> tuple[SetHash, int]:
    """Run a statement; it says itself which rows it changed and how many of them had to stay."""
    if isinstance(bare, Renaming):
        total = SetHash()
        for part in bare.parts(scene, shape, where, purpose):
            total.add(changed(scene, shape, bare.bare, part, purpose)[0])
        return total, 0
    connection = scene.connection
    if scene.kind == "postgresql":
        telling_of = where.written(
            scene.written, purpose, lambda w: telling(scene, shape, bare.where(w))
        )
        rows, *both, staying = connection.execute(telling_of, where.given).one()
        return SetHash(rows, *both), staying
    if scene.kind == "mariadb":
        total = _locked(scene, shape, where)
        # what is locked cannot go, so these are the rows if it is as many
        total.rows = connection.execute(bare.where(where.make()), where.given).rowcount
        return total, 0
    key = [shape.table.c[name] for name in shape.key]
    statement = where.written(scene.written, purpose, lambda w: bare.where(w).returning(*key))
    found = connection.execute(statement, where.given).all()
    return hashed_rows(scene.seed, found, shape.dataset.id), 0


def _locked(scene: Scene, shape: Shape, where: Where) -> SetHash:
    """MariaDB: rows that meet a condition, locked; whole numbers are handed over as one text."""
    key = [shape.table.c[name] for name in shape.key]
    condition = where.make()
    if [shape.kinds[name] for name in shape.key] == ["int"]:
        query = select(func.count(), func.group_concat(*key)).where(condition).with_for_update()
        rows, text = scene.connection.execute(query, where.given).one()
        if rows * _LONGEST_NUMBER <= LONGEST_TEXT:
            return hashed_numbers(scene.seed, text or "")
    found = scene.connection.execute(select(*key).where(condition).with_for_update(), where.given)
    return hashed_rows(scene.seed, found.all(), shape.dataset.id)
