"""What hangs on the rows of a table: foreign keys, and an order in which rows can go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from include.governance.errors import PlanError
from include.governance.model.contract import Dataset

OnDelete = Literal["no action", "restrict", "cascade", "set null", "set default"]
Place = tuple[str | None, str]


def shown(place: Place) -> str:
    """A table's name for a reader; a schema is said only when it is not the default one."""
    return f"{place[0]}.{place[1]}" if place[0] else place[1]


def place_of(dataset: Dataset, home: str | None = None) -> Place:
    """Where a dataset's table stands; in the default schema, ``home``, no schema is said."""
    return (None if dataset.schema_name == home else dataset.schema_name, dataset.table)


@dataclass(frozen=True, order=True)
class Edge:
    """Columns ``here`` of the child name a row of the parent by its columns ``there``.

    ``nullable`` says that all of ``here`` may be empty; ``indexed`` that an index leads with them.
    ``enforced`` is false for a foreign key that only a contract declares; ``guaranteed`` is true
    where no session of its own right can write around it and every row there was compared:
    PostgreSQL's, while validated and its triggers on. MariaDB and SQLite let any session do so.
    """

    child: Place
    here: tuple[str, ...]
    parent: Place
    there: tuple[str, ...]
    on_delete: OnDelete = "no action"
    nullable: bool = True
    indexed: bool = True
    enforced: bool = True
    guaranteed: bool = False

    @cached_property
    def name(self) -> str:
        """The edge for a reader, and its identity in fingerprints."""
        return f"{shown(self.child)}({','.join(self.here)})→{shown(self.parent)}"

    @property
    def detaches(self) -> bool:
        """The child row stays and forgets its parent; otherwise it goes along."""
        return self.on_delete == "set null"


@dataclass(frozen=True)
class Graph:
    """The closure of one root table.

    ``order`` holds every table whose rows go, children first, the root last in its turn.
    ``breaks`` are edges of cycles that are emptied before anything is deleted.
    """

    root: Place
    order: tuple[Place, ...]
    edges: tuple[Edge, ...]
    breaks: tuple[Edge, ...]

    def into(self, child: Place) -> tuple[Edge, ...]:
        """Edges by which rows of a table go along."""
        return tuple(e for e in self.edges if e.child == child and not e.detaches)

    def below(self, parent: Place) -> tuple[Edge, ...]:
        """Edges that lead to a table, whatever happens to their children."""
        return tuple(e for e in self.edges if e.parent == parent)

    @property
    def inner(self) -> frozenset[Place]:
        """Tables that go and have something hanging on them, the root included."""
        return frozenset({self.root} | {edge.parent for edge in self.edges})

    @property
    def is_tree(self) -> bool:
        """No row can hang on two others: what hangs on two roots is never the same row."""
        children = [edge.child for edge in self.edges if not edge.detaches]
        return len(children) == len(set(children)) and self.root not in children

    @property
    def places(self) -> tuple[Place, ...]:
        """Every table that is changed in any way."""
        return tuple(dict.fromkeys((*self.order, *(edge.child for edge in self.edges))))


def closure(root: Place, edges: Iterable[Edge], self_reference_in_one_go: bool) -> Graph:
    """Every table a delete of ``root`` rows can reach, with an order that breaks no constraint.

    ``self_reference_in_one_go``: the engine checks a statement's foreign keys at its end, so rows
    of one table that name each other may go together. Raises PlanError for a cycle that nothing
    can break and for ON DELETE SET DEFAULT.
    """
    known = tuple(sorted(set(edges), key=_order))
    reached, waiting = {root}, [root]
    while waiting:
        parent = waiting.pop()
        for edge in known:
            if edge.parent == parent and not edge.detaches and edge.child not in reached:
                reached.add(edge.child)
                waiting.append(edge.child)
    found = tuple(edge for edge in known if edge.parent in reached)
    for edge in found:
        _supported(edge)
    breaks = _breaks(reached, found, self_reference_in_one_go)
    left = [e for e in found if not e.detaches and e not in breaks and e.child != e.parent]
    return Graph(root, tuple(_children_first(reached, left)), found, breaks)


def _supported(edge: Edge) -> None:
    if edge.on_delete == "set default":
        raise PlanError("erasure_set_default", edge=edge.name)
    if edge.detaches and not edge.nullable:
        raise PlanError("erasure_set_null_required", edge=edge.name)


def _order(edge: Edge) -> tuple[str, ...]:
    return (shown(edge.child), shown(edge.parent), *edge.here, "→", *edge.there, edge.on_delete)


def _breaks(
    tables: Collection[Place], edges: Sequence[Edge], self_reference_in_one_go: bool
) -> tuple[Edge, ...]:
    """Nullable edges whose removal leaves no cycle; one per cycle that is found."""
    left = [edge for edge in edges if not edge.detaches]
    if self_reference_in_one_go:
        # not those that cascade: what the database takes along, the statement does not report
        left = [e for e in left if e.child != e.parent or e.on_delete != "no action"]
    broken: list[Edge] = []
    while cycle := _cycle(tables, left):
        chosen = next((edge for edge in cycle if edge.nullable), None)
        if chosen is None:
            raise PlanError("erasure_cycle", edges=", ".join(edge.name for edge in cycle))
        broken.append(chosen)
        left.remove(chosen)
    return tuple(broken)


def _cycle(tables: Collection[Place], edges: Sequence[Edge]) -> list[Edge]:
    """The edges of one cycle, empty when there is none."""
    down: Mapping[Place, list[Edge]] = {
        table: [edge for edge in edges if edge.parent == table] for table in tables
    }
    finished: set[Place] = set()

    def visit(table: Place, path: list[Edge]) -> list[Edge]:
        for edge in down[table]:
            if edge.child in finished:
                continue
            entered = [step.parent for step in path] + [table]
            if edge.child in entered:
                return [*path, edge][entered.index(edge.child) :]
            if found := visit(edge.child, [*path, edge]):
                return found
        finished.add(table)
        return []

    for table in sorted(tables, key=shown):
        if table not in finished and (found := visit(table, [])):
            return found
    return []


def _children_first(tables: Collection[Place], edges: Sequence[Edge]) -> Iterable[Place]:
    waiting = sorted(tables, key=shown)
    while waiting:
        free = next(
            table
            for table in waiting
            if not any(e.parent == table and e.child in waiting for e in edges)
        )
        waiting.remove(free)
        yield free
