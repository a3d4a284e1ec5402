"""Read a database's own foreign keys and join them with those that contracts declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import Connection, TableClause, inspect, types
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.engine.reflection import Inspector

from include.governance.erasure.catalogue import foreign_keys, is_known
from include.governance.erasure.dictionary import refuse_hidden
from include.governance.erasure.graph import Edge, Graph, Place, closure, place_of, shown
from include.governance.erasure.target import Kind
from include.governance.erasure.unique import Unique, unique_columns
from include.governance.errors import PlanError
from include.governance.model.contract import Dataset
from include.governance.retention.links import links_from
from include.governance.source.rows import table_of

#: Types of columns that take only certain words.
_LISTED = (types.Enum, mysql.SET)
KeyKind = Literal["int", "text", "bpchar", "uuid", "other"]


@dataclass(frozen=True)
class Shape:
    """A table that a plan changes: what the contract says of it and how the database keeps it.

    ``referenced`` are columns that foreign keys of the database and the contracts' links lead to,
    as far as that was asked.
    """

    dataset: Dataset
    place: Place
    key: tuple[str, ...]
    kinds: Mapping[str, KeyKind]
    required: frozenset[str]
    types: Mapping[str, object]
    lengths: Mapping[str, int | None]
    unique: Unique
    referenced: frozenset[str] = frozenset()

    def takes_any_text(self, name: str) -> bool:
        """Whether a column takes any short text; not if it has a list of those it takes."""
        stored = self.types[name]
        return isinstance(stored, types.String | types.NullType) and not isinstance(stored, _LISTED)

    @property
    def table(self) -> TableClause:
        """The table with the columns that the contract declares."""
        return table_of(self.dataset)


@dataclass(frozen=True)
class Closure:
    """A graph with the shapes of all its tables."""

    graph: Graph
    shapes: Mapping[Place, Shape]

    @property
    def root(self) -> Shape:
        """The table whose rows are chosen."""
        return self.shapes[self.graph.root]


def read_closure(
    connection: Connection, kind: Kind, root: Dataset, datasets: Sequence[Dataset], deletes: bool
) -> Closure:
    """What a delete of rows of ``root`` reaches; without ``deletes`` only the table itself.

    Raises PlanError when a reached table is in no contract, has no primary key, or a key of a type
    that is not supported.
    """
    inspector = inspect(connection)
    declared = _declared_places(inspector, root, datasets)
    enforced = list(foreign_keys(inspector, kind))
    said = list(_said(inspector, declared, enforced))
    edges = [_described(inspector, raw) for raw in (*enforced, *said)] if deletes else []
    start = place_of(root, inspector.default_schema_name)
    graph = closure(start, edges, self_reference_in_one_go=kind != "mariadb")
    missing = [place for place in graph.places if place not in declared]
    if missing:
        names = ", ".join(sorted(shown(place) for place in missing))
        raise PlanError("erasure_unnamed", table=root.id, tables=names)
    for place in graph.places:
        if kind == "mariadb" and place[0] is not None:
            # there a schema is a database of its own, whose foreign keys and columns are not read
            raise PlanError(
                "erasure_other_schema",
                table=declared[place].id,
                found=place[0],
                allowed=inspector.default_schema_name or "-",
            )
        if not is_known(connection, kind, place):
            raise PlanError("erasure_place_unknown", table=declared[place].id, found=shown(place))
    refuse_hidden(connection, kind, graph.places, enforced)
    shapes = {
        place: replace(
            shape_of(inspector, kind, declared[place]),
            referenced=_referenced(place, (*enforced, *said)),
        )
        for place in graph.places
    }
    for edge in graph.edges:
        _declared(shapes[edge.child], edge.here)
        _declared(shapes[edge.parent], edge.there)
    for edge in graph.edges:
        if edge.detaches or edge in graph.breaks:
            _unreferenced(shapes[edge.child], edge.here)
    for shape in shapes.values():
        _usable(shape, kind)
    return Closure(graph, shapes)


def _declared_places(
    inspector: Inspector, root: Dataset, datasets: Sequence[Dataset]
) -> dict[Place, Dataset]:
    """The tables of a source by where they stand; one that is declared twice is refused."""
    found: dict[Place, Dataset] = {}
    for dataset in datasets:
        if dataset.source == root.source:
            place = place_of(dataset, inspector.default_schema_name)
            if place in found:
                raise PlanError("erasure_declared_twice", table=dataset.id, found=shown(place))
            found[place] = dataset
    return found


def shape_of(inspector: Inspector, kind: Kind, dataset: Dataset) -> Shape:
    """How the database keeps a dataset's table."""
    name, schema = dataset.table, dataset.schema_name
    columns = inspector.get_columns(name, schema=schema)
    key = inspector.get_pk_constraint(name, schema=schema)["constrained_columns"]
    place = place_of(dataset, inspector.default_schema_name)
    return Shape(
        dataset,
        place,
        tuple(key),
        {column["name"]: _kind(column["type"]) for column in columns},
        frozenset(column["name"] for column in columns if not column["nullable"]),
        {column["name"]: column["type"] for column in columns},
        {column["name"]: getattr(column["type"], "length", None) for column in columns},
        unique_columns(inspector, kind, place),
    )


def _kind(kind: Any) -> KeyKind:
    match kind:
        case types.Integer():
            return "int"
        case types.Uuid():
            return "uuid"
        case types.CHAR():
            return "bpchar"
        case postgresql.ENUM():
            return "other"
        case types.String():
            return "text"
        case _:
            return "other"


def _declared(shape: Shape, columns: Sequence[str]) -> None:
    for name in columns:
        if name not in shape.table.c:
            raise PlanError("erasure_key_undeclared", table=shape.dataset.id, column=name)


def _referenced(place: Place, edges: Iterable[Edge]) -> frozenset[str]:
    return frozenset(name for edge in edges if edge.parent == place for name in edge.there)


def _unreferenced(shape: Shape, changed: Sequence[str]) -> None:
    """A new value would go on to the rows that refer to it, or be refused because of them."""
    for name in changed:
        if name in shape.referenced:
            raise PlanError("erasure_referenced", table=shape.dataset.id, column=name)


def _usable(shape: Shape, kind: Kind) -> None:
    if not shape.key:
        raise PlanError("erasure_no_key", table=shape.dataset.id)
    _declared(shape, shape.key)
    for name in shape.key:
        # SQLite columns hold any type; what stands in them is checked when it is read
        if kind != "sqlite" and shape.kinds[name] == "other":
            raise PlanError("erasure_key_type", table=shape.dataset.id, column=name)


def _said(
    inspector: Inspector, declared: Mapping[Place, Dataset], enforced: Iterable[Edge]
) -> Iterator[Edge]:
    """Foreign keys that only a contract declares."""
    known = {_identity(edge) for edge in enforced}
    datasets = [
        dataset.model_copy(update={"schema_name": schema})
        for (schema, _), dataset in declared.items()
    ]
    for dataset in datasets:
        for link in links_from(dataset, datasets):
            edge = Edge(
                place_of(link.child), link.here, place_of(link.parent), link.there, enforced=False
            )
            if _identity(edge) not in known and inspector.has_table(
                dataset.table, schema=dataset.schema_name
            ):
                known.add(_identity(edge))
                yield edge


def _identity(edge: Edge) -> tuple[Place, tuple[str, ...], Place, tuple[str, ...]]:
    pairs = sorted(zip(edge.here, edge.there, strict=True))
    return (edge.child, tuple(a for a, _ in pairs), edge.parent, tuple(b for _, b in pairs))


def _described(inspector: Inspector, edge: Edge) -> Edge:
    """An edge with what the child's table says of its columns."""
    schema, name = edge.child
    nullable = {c["name"]: bool(c["nullable"]) for c in inspector.get_columns(name, schema=schema)}
    key = set(inspector.get_pk_constraint(name, schema=schema)["constrained_columns"])
    return replace(
        edge,
        nullable=all(nullable.get(column, False) and column not in key for column in edge.here),
        indexed=any(
            set(edge.here) <= set(columns[: len(edge.here)])
            for columns in _indexes(inspector, edge.child)
        ),
    )


def _indexes(inspector: Inspector, place: Place) -> Iterator[Sequence[str | None]]:
    """Columns of the indexes over whole tables, those behind keys included."""
    schema, name = place
    yield inspector.get_pk_constraint(name, schema=schema)["constrained_columns"]
    for index in inspector.get_indexes(name, schema=schema):
        partial = any(option.endswith("_where") for option in index.get("dialect_options", {}))
        if not partial and None not in index["column_names"]:
            yield index["column_names"]
    for constraint in inspector.get_unique_constraints(name, schema=schema):
        yield constraint["column_names"]
