"""See how PostgreSQL would read in a chunk's statements, before the first of them runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ClauseElement, Connection, Executable, delete, literal, select, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from include.governance.erasure.binding import among
from include.governance.erasure.change import telling
from include.governance.erasure.graph import Edge, shown
from include.governance.erasure.keys import Key, Scalar
from include.governance.erasure.moment import Moment
from include.governance.erasure.paths import chain, hanging, has_paths
from include.governance.erasure.reflect import KeyKind, Shape
from include.governance.erasure.target import read_by_index
from include.governance.errors import PlanError

#: A megabyte: reading that much for every chunk hurts nobody.
LARGE_BLOCKS = 128
_SAMPLE = 500
_BLOCKS = text("""
SELECT pg_relation_size(c.oid) / CAST(current_setting('block_size') AS int)
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname = :schema AND relname = :name
""")
#: Nothing where it is an expression.
_FIRST_COLUMN = text("""
SELECT attname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
JOIN pg_index i ON i.indexrelid = c.oid
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE nspname = :schema AND relname = :name
""")


class _Explain(Executable, ClauseElement):
    """A statement that is planned and not carried out."""

    inherit_cache = False

    def __init__(self, statement: ClauseElement) -> None:
        self.statement = statement


@compiles(_Explain)
def _explained(element: _Explain, compiler: SQLCompiler, **options: Any) -> str:
    return "EXPLAIN (VERBOSE, FORMAT JSON) " + compiler.process(element.statement, **options)


def whole_tables(connection: Connection, now: Moment) -> Iterator[PlanError]:
    """Every large table or index that a chunk would read from one end to the other.

    Asked of PostgreSQL's planner itself, under the settings of a chunk, which stay until the
    transaction ends. Which keys stand in the statements does not matter, so they are made up.
    """
    if now.scene.kind != "postgresql":
        return
    read_by_index(connection, now.scene.kind)
    for about, statement in _statements(now):
        found = connection.scalar(_Explain(statement))
        plans = json.loads(found) if isinstance(found, str) else found
        for schema, name in _scanned(connection, plans[0]["Plan"]):
            blocks = connection.scalar(_BLOCKS, {"schema": schema, "name": name}) or 0
            if blocks >= LARGE_BLOCKS:
                yield PlanError("erasure_whole_table", table=about, read=name, blocks=int(blocks))


def _scanned(connection: Connection, node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Schema and name of what is read without a condition that leads to its rows."""
    match node["Node Type"]:
        case "Seq Scan":
            yield node["Schema"], node["Relation Name"]
        case "Index Scan" if not _leads(connection, node):
            yield node["Schema"], node["Relation Name"]
        case "Index Only Scan" if not _leads(connection, node):
            yield node["Schema"], node["Index Name"]
    for below in node.get("Plans", ()):
        yield from _scanned(connection, below)


def _leads(connection: Connection, node: Mapping[str, Any]) -> bool:
    """Whether a condition is on the first column of an index; on a later one it reads all of it."""
    given = {"schema": node["Schema"], "name": node["Index Name"]}
    first = connection.scalar(_FIRST_COLUMN, given)
    condition = node.get("Index Cond", "")
    return bool(condition if first is None else re.search(rf"\b{re.escape(first)}\b", condition))


def _statements(now: Moment) -> Iterator[tuple[str, ClauseElement]]:
    """What a chunk asks and changes, each with the table it is about."""
    scene = now.scene
    closure = scene.closure
    root = closure.root
    due = among(scene.kind, root.table, root, root.key, _made_up(root, root.key))
    yield shown(root.place), select(literal(1)).select_from(root.table).where(due, now.eligible)
    for edge in closure.graph.edges:
        child = closure.shapes[edge.child]
        where = _below(now, edge)
        yield shown(child.place), telling(scene, child, delete(child.table).where(where))
        if child.place in scene.protected:
            asked = select(literal(1)).select_from(child.table)
            yield shown(child.place), asked.where(where, scene.keeps(child.place))


def _below(now: Moment, edge: Edge) -> Any:
    closure = now.scene.closure
    if has_paths(closure.graph):
        first = chain(closure.graph, edge)[0]
        return hanging(now.scene, edge, _made_up(closure.shapes[first.child], first.here))
    child = closure.shapes[edge.child]
    return among(now.scene.kind, child.table, child, edge.here, _made_up(child, edge.here))


def _made_up(shape: Shape, names: tuple[str, ...]) -> list[Key]:
    return [tuple(_value(shape.kinds[name], at) for name in names) for at in range(_SAMPLE)]


def _value(kind: KeyKind, number: int) -> Scalar:
    match kind:
        case "int":
            return number
        case "uuid":
            return str(UUID(int=number))
        case _:
            return str(number)
