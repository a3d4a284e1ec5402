"""Follow foreign keys down from some root rows: what would go along, root by root."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, false, func, select

from include.governance.erasure.binding import among, row_hashes, xor
from include.governance.erasure.graph import Edge, Place
from include.governance.erasure.keys import Key, Seed, SetHash, hashed, key_of
from include.governance.erasure.reflect import Closure
from include.governance.erasure.target import Kind
from include.governance.errors import PlanError

Protected = Mapping[Place, ColumnElement[bool]]
EXACT_KINDS = ("int", "uuid")
_VALUES_PER_QUERY = 5_000


@dataclass(frozen=True)
class Scene:
    """Where a walk happens: a transaction, the closure, and the rows that must stay.

    Of those ``held`` are under a hold; ``written`` are statements for more than one run, under
    what they are for.
    """

    connection: Connection
    kind: Kind
    closure: Closure
    seed: Seed
    protected: Protected = field(default_factory=dict)
    held: Protected = field(default_factory=dict)
    written: dict[object, Any] = field(default_factory=dict, compare=False)

    def keeps(self, place: Place) -> ColumnElement[bool]:
        """The condition under which a row of a table keeps what it hangs on."""
        return self.protected.get(place, false())

    def keeps_along(self, edge: Edge) -> ColumnElement[bool]:
        """The condition under which a child keeps its parent, so that it need not change itself.

        One that only forgets its parent may do so unless a hold wants it as it is.
        """
        return self.held.get(edge.child, false()) if edge.detaches else self.keeps(edge.child)


@dataclass
class Row:
    """A row that is reached: its key's hash, what points at it by which value, whether it stays."""

    hash: SetHash
    values: Mapping[str, object]
    stays: bool = False
    below: list[tuple[int, Place, Key]] = field(default_factory=list)


@dataclass
class Walk:
    """The rows below some roots.

    ``fully`` reads every table, with hashes; otherwise only tables that have something below them,
    which is what is needed to find the rest, and their rows are locked. Without ``counts`` tables
    of which no row can hang on two others are left out.
    """

    scene: Scene
    fully: bool = True
    counts: bool = True
    rows: dict[Place, dict[Key, Row]] = field(default_factory=dict)
    leaves: dict[int, dict[Key, tuple[SetHash, int]]] = field(default_factory=dict)
    detached: dict[tuple[int, Key], SetHash] = field(default_factory=dict)
    stuck: set[tuple[int, Key]] = field(default_factory=set)

    def start(self, roots: Iterable[tuple[Key, Mapping[str, object]]]) -> None:
        """Walk down from roots given by key and the values their children name them by."""
        root = self.scene.closure.graph.root
        found = list(roots)
        hashes = self._hash_of_keys(root, [key for key, _ in found])
        level = {root: {key: Row(hashes.get(key, SetHash()), values) for key, values in found}}
        self.rows = {root: dict(level[root])}
        while level:
            level = self._down(level)

    def _hash_of_keys(self, place: Place, keys: Sequence[Key]) -> dict[Key, SetHash]:
        if not self.fully:
            return {}
        scene = self.scene
        if scene.kind != "postgresql":
            return {key: hashed(scene.seed, [key]) for key in keys}
        shape = scene.closure.shapes[place]
        table = shape.table
        first, second = row_hashes(shape, table, scene.seed)
        found: dict[Key, SetHash] = {}
        for some in batches(keys):
            where = among(scene.kind, table, shape, shape.key, some)
            query = select(*(table.c[n] for n in shape.key), first, second).where(where)
            for *key, a, b in scene.connection.execute(query):
                found[key_of(key, shape.dataset.id)] = SetHash(1, a, b)
        return found

    def _down(self, level: Mapping[Place, Mapping[Key, Row]]) -> dict[Place, dict[Key, Row]]:
        below: dict[Place, dict[Key, Row]] = {}
        graph = self.scene.closure.graph
        for at, edge in enumerate(graph.edges):
            by_row = self._by_row(edge)
            if not by_row and not (self.fully and self.counts):
                continue
            parents = by_value(edge, level.get(edge.parent, {}))
            if not parents:
                continue
            if by_row:
                for value, key, row in self._children(edge, list(parents)):
                    self._take(at, edge, self._named(edge, parents, value), key, row, below)
            else:
                self.leaves.setdefault(at, {}).update(self._counted(edge, list(parents)))
        return below

    def _by_row(self, edge: Edge) -> bool:
        """Whether each row of the child must be known, not only how many hang on each parent."""
        graph = self.scene.closure.graph
        if not self.fully:
            return edge.child in graph.inner and not edge.detaches
        if edge.detaches:
            return edge.child in graph.order
        several = sum(each.child == edge.child for each in graph.edges) > 1
        return edge.child in graph.inner or several

    def _named(self, edge: Edge, parents: Mapping[Key, list[Row]], value: Key) -> list[Row]:
        try:
            return parents[value]
        except KeyError:
            raise PlanError("erasure_key_mismatch", edge=edge.name) from None

    def _take(
        self,
        at: int,
        edge: Edge,
        parents: list[Row],
        key: Key,
        row: Row,
        below: dict[Place, dict[Key, Row]],
    ) -> None:
        for parent in parents:
            parent.below.append((at, edge.child, key))
        known = self.rows.setdefault(edge.child, {})
        if edge.detaches:
            self.detached[at, key] = row.hash
            if row.stays:
                self.stuck.add((at, key))
        elif key not in known:
            known[key] = row
            below.setdefault(edge.child, {})[key] = row

    def _children(self, edge: Edge, values: Sequence[Key]) -> Iterator[tuple[Key, Key, Row]]:
        """(what it names its parent by, its key, the row) of every child of these values."""
        scene = self.scene
        child = scene.closure.shapes[edge.child]
        table = child.table
        names = tuple(dict.fromkeys((*child.key, *self._wanted(edge.child))))
        pointing, source = self._pointing(edge)
        columns = [*pointing, *(table.c[n] for n in names)]
        width, name = len(edge.here), child.dataset.id
        stays = case((scene.keeps_along(edge), 1), else_=0)
        in_database = self.fully and scene.kind == "postgresql"
        hashes = row_hashes(child, table, scene.seed) if in_database else ()
        for some in batches(values):
            query = select(*columns, *((stays, *hashes) if self.fully else ()))
            query = query.select_from(source).where(self._filter(edge, some))
            if not self.fully and scene.kind != "sqlite":
                query = query.order_by(*(table.c[n] for n in child.key))
                query = query.with_for_update(of=table if scene.kind == "postgresql" else None)
            for found in scene.connection.execute(query):
                value = key_of(found[:width], name)
                key = key_of(found[width : width + len(child.key)], name)
                row = Row(SetHash(), dict(zip(names, found[width:], strict=False)))
                if self.fully:
                    row.stays = bool(found[width + len(names)])
                    row.hash = (
                        SetHash(1, found[-2], found[-1]) if hashes else hashed(scene.seed, [key])
                    )
                yield value, key, row

    def _pointing(self, edge: Edge) -> tuple[list[ColumnElement[object]], FromClause]:
        """The parent's value of each child row, by the database's own idea of equal."""
        shapes = self.scene.closure.shapes
        child, parent = shapes[edge.child], shapes[edge.parent]
        table = child.table
        kinds = [*(child.kinds[n] for n in edge.here), *(parent.kinds[n] for n in edge.there)]
        if all(kind in EXACT_KINDS for kind in kinds):
            return [table.c[name] for name in edge.here], table
        above = parent.table.alias("above")
        pairs = zip(edge.here, edge.there, strict=True)
        on = and_(*(table.c[here] == above.c[there] for here, there in pairs))
        return [above.c[name] for name in edge.there], table.join(above, on)

    def _filter(self, edge: Edge, values: Sequence[Key]) -> ColumnElement[bool]:
        child = self.scene.closure.shapes[edge.child]
        return among(self.scene.kind, child.table, child, edge.here, values)

    def _wanted(self, place: Place) -> list[str]:
        """Columns that children of a table name it by."""
        edges = self.scene.closure.graph.below(place)
        return list(dict.fromkeys(name for edge in edges for name in edge.there))

    def _counted(self, edge: Edge, values: Sequence[Key]) -> dict[Key, tuple[SetHash, int]]:
        """Per parent value: its children as a set, and how many of them must stay."""
        scene = self.scene
        if scene.kind != "postgresql":
            return self._counted_here(edge, values)
        child = scene.closure.shapes[edge.child]
        pointing, source = self._pointing(edge)
        first, second = row_hashes(child, child.table, scene.seed)
        stays = func.sum(case((scene.keeps_along(edge), 1), else_=0))
        found: dict[Key, tuple[SetHash, int]] = {}
        for some in batches(values):
            query = (
                select(*pointing, func.count(), xor(first), xor(second), stays)
                .select_from(source)
                .where(self._filter(edge, some))
                .group_by(*pointing)
            )
            for *value, rows, a, b, kept in scene.connection.execute(query):
                found[key_of(value, child.dataset.id)] = (SetHash(rows, a, b), int(kept))
        return found

    def _counted_here(self, edge: Edge, values: Sequence[Key]) -> dict[Key, tuple[SetHash, int]]:
        found: dict[Key, tuple[SetHash, int]] = {}
        for value, _, row in self._children(edge, values):
            total, kept = found.setdefault(value, (SetHash(), 0))
            total.add(row.hash)
            found[value] = (total, kept + row.stays)
        return found


def by_value(edge: Edge, rows: Mapping[Key, Row]) -> dict[Key, list[Row]]:
    """Rows by what children of an edge name them by; a row without that value has no children."""
    found: dict[Key, list[Row]] = {}
    there, name = edge.there, edge.name
    for row in rows.values():
        values = [row.values[column] for column in there]
        if None not in values:
            found.setdefault(key_of(values, name), []).append(row)
    return found


def batches(values: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """Parts of a list that a statement can carry."""
    for at in range(0, len(values), _VALUES_PER_QUERY):
        yield values[at : at + _VALUES_PER_QUERY]
