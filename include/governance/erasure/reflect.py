"""Read a database's own foreign keys and join them with those that contracts declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import Connection, TableClause, inspect, types
from sqlalchemy.engine.reflection import Inspector

from include.governance.erasure.catalogue import foreign_keys, is_known
from include.governance.erasure.dictionary import refuse_hidden
from include.governance.erasure.graph import Edge, Graph, Place, closure, place_of, shown
from include.governance.erasure.target import Kind
from include.governance.errors import PlanError
from include.governance.model.contract import Dataset
from include.governance.retention.links import links_from
from include.governance.source.rows import table_of

KeyKind = Literal["int", "text", "bpchar", "uuid", "other"]


@dataclass(frozen=True)
class Shape:
    """A table that a plan changes: what the contract says of it and how the database keeps it.

    ``referenced`` are columns that foreign keys of the database lead to, as far as that was asked.
    """

    dataset: Dataset
    place: Place
    key: tuple[str, ...]
    kinds: Mapping[str, KeyKind]
    required: frozenset[str]
    types: Mapping[str, object]
    lengths: Mapping[str, int | None]
    unique: frozenset[str]
    referenced: frozenset[str] = frozenset()

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
    edges = list(_edges(inspector, enforced, declared)) if deletes else []
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
            shape_of(inspector, declared[place]), referenced=_referenced(place, enforced)
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


def shape_of(inspector: Inspector, dataset: Dataset) -> Shape:
    """How the database keeps a dataset's table."""
    name, schema = dataset.table, dataset.schema_name
    columns = inspector.get_columns(name, schema=schema)
    key = inspector.get_pk_constraint(name, schema=schema)["constrained_columns"]
    unique = {
        column
        for index in _indexes(inspector, (schema, name))
        if index.get("unique")
        for column in index["column_names"]
    }
    return Shape(
        dataset,
        place_of(dataset, inspector.default_schema_name),
        tuple(key),
        {column["name"]: _kind(column["type"]) for column in columns},
        frozenset(column["name"] for column in columns if not column["nullable"]),
        {column["name"]: column["type"] for column in columns},
        {column["name"]: getattr(column["type"], "length", None) for column in columns},
        frozenset(unique | set(key)),
    )


def _kind(kind: Any) -> KeyKind:
    match kind:
        case types.Integer():
            return "int"
        case types.Uuid():
            return "uuid"
        case types.CHAR():
            return "bpchar"
        case types.String():
            return "text"
        case _:
            return "other"


def _declared(shape: Shape, columns: Sequence[str]) -> None:
    for name in columns:
        if name not in shape.table.c:
            raise PlanError("erasure_key_undeclared", table=shape.dataset.id, column=name)


def _referenced(place: Place, enforced: Iterable[Edge]) -> frozenset[str]:
    return frozenset(name for edge in enforced if edge.parent == place for name in edge.there)


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


def _edges(
    inspector: Inspector, enforced: Iterable[Edge], declared: Mapping[Place, Dataset]
) -> Iterator[Edge]:
    """Every foreign key: those of the database, then those that only a contract declares."""
    found: dict[tuple[Place, tuple[str, ...], Place, tuple[str, ...]], Edge] = {}
    for raw in enforced:
        edge = _described(inspector, raw, enforced=True)
        found[_identity(edge)] = edge
        yield edge
    datasets = [
        dataset.model_copy(update={"schema_name": schema})
        for (schema, _), dataset in declared.items()
    ]
    for dataset in datasets:
        for link in links_from(dataset, datasets):
            edge = Edge(place_of(link.child), link.here, place_of(link.parent), link.there)
            if _identity(edge) not in found and inspector.has_table(
                dataset.table, schema=dataset.schema_name
            ):
                found[_identity(edge)] = edge
                yield _described(inspector, edge, enforced=False)


def _identity(edge: Edge) -> tuple[Place, tuple[str, ...], Place, tuple[str, ...]]:
    pairs = sorted(zip(edge.here, edge.there, strict=True))
    return (edge.child, tuple(a for a, _ in pairs), edge.parent, tuple(b for _, b in pairs))


def _described(inspector: Inspector, edge: Edge, enforced: bool) -> Edge:
    schema, name = edge.child
    nullable = {c["name"]: bool(c["nullable"]) for c in inspector.get_columns(name, schema=schema)}
    key = set(inspector.get_pk_constraint(name, schema=schema)["constrained_columns"])
    return Edge(
        edge.child,
        edge.here,
        edge.parent,
        edge.there,
        edge.on_delete,
        nullable=all(nullable.get(column, False) and column not in key for column in edge.here),
        indexed=any(
            set(edge.here) <= set(index["column_names"][: len(edge.here)])
            for index in _indexes(inspector, edge.child)
        ),
        enforced=enforced,
    )


def _indexes(inspector: Inspector, place: Place) -> Iterator[dict[str, Any]]:
    """Indexes over whole tables, those behind keys included."""
    schema, name = place
    key = inspector.get_pk_constraint(name, schema=schema)["constrained_columns"]
    yield {"column_names": key, "unique": len(key) == 1}
    for index in inspector.get_indexes(name, schema=schema):
        partial = any(option.endswith("_where") for option in index.get("dialect_options", {}))
        columns = [column for column in index["column_names"] if column is not None]
        if not partial and len(columns) == len(index["column_names"]):
            yield {"column_names": columns, "unique": index["unique"]}
    for constraint in inspector.get_unique_constraints(name, schema=schema):
        yield {"column_names": constraint["column_names"], "unique": True}
