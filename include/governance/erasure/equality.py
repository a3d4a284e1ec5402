"""Where a foreign key takes values for equal that a statement tells apart, or the other way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Connection, text

from include.governance.erasure.graph import Graph, Place
from include.governance.erasure.target import Kind
from include.governance.errors import PlanError

_POSTGRES = text("""
SELECT b.typname, b.typtype::text AS sort, b.oid AS number,
  b.typnamespace = 'pg_catalog'::regnamespace AS own, coalesce(o.collisdeterministic, true) AS exact
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_type b ON b.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
LEFT JOIN pg_collation o ON o.oid = a.attcollation
WHERE c.relname = :name AND n.nspname = coalesce(:schema, current_schema())
  AND a.attname = :column
""")
_MARIADB = text("""
SELECT data_type AS type, column_type AS whole, coalesce(collation_name, '') AS collation
FROM information_schema.columns
WHERE table_schema = coalesce(:schema, DATABASE()) AND column_name = :column
  AND table_name = :name AND CAST(table_name AS BINARY) = CAST(:name AS BINARY)
""")
_SQLITE = text("""
SELECT upper(x.type) AS type, coalesce(m.sql, '') AS made
FROM sqlite_master m, pragma_table_xinfo(m.name) x
WHERE m.type = 'table' AND m.name = :name AND x.name = :column COLLATE NOCASE
""")
_INTEGERS = ("tinyint", "smallint", "mediumint", "int", "bigint")
_POSTGRES_SAME = {"int2": "int", "int4": "int", "int8": "int", "varchar": "text"}
_POSTGRES_PLAIN = (
    "int", "text", "bpchar", "uuid", "date", "numeric", "bool", "bytea", "timestamp", "timestamptz",
)  # fmt: skip
_COLLATED = re.compile(r"\bcollate\b(?!\W+binary\b)", re.IGNORECASE)


def unequal(connection: Connection, kind: Kind, graph: Graph) -> Iterator[PlanError]:
    """Every foreign key of the database whose columns are not compared in one way.

    It would take rows along that no statement finds. Widths and lengths do not matter.
    """
    families = {"postgresql": _postgres, "mariadb": _mariadb, "sqlite": _sqlite}[kind]
    for edge in graph.edges:
        if not edge.enforced:
            continue
        for here, there in zip(edge.here, edge.there, strict=True):
            found = families(connection, edge.child, here)
            if found is None or found != families(connection, edge.parent, there):
                yield PlanError("erasure_equality", edge=edge.name, column=here, other=there)


def _given(place: Place, column: str) -> dict[str, str | None]:
    return {"schema": place[0], "name": place[1], "column": column}


def _postgres(connection: Connection, place: Place, column: str) -> str | None:
    """The type without its length; None for one with an equality of its own, such as citext."""
    row = connection.execute(_POSTGRES, _given(place, column)).one()
    if row.sort == "e":
        return f"enum {row.number}"
    name = _POSTGRES_SAME.get(row.typname, row.typname)
    return name if row.own and row.exact and name in _POSTGRES_PLAIN else None


def _mariadb(connection: Connection, place: Place, column: str) -> str | None:
    row = connection.execute(_MARIADB, _given(place, column)).one()
    if row.type in _INTEGERS:
        return "int"
    return f"{row.type if row.type in ('char', 'varchar') else row.whole} {row.collation}"


def _sqlite(connection: Connection, place: Place, column: str) -> str | None:
    """The affinity; None for text in a table that names a collation, and for ANY."""
    row = connection.execute(_SQLITE, _given(place, column)).one()
    if "INT" in row.type:
        return "number"
    if _COLLATED.search(row.made) or row.type == "ANY":
        return None
    if any(part in row.type for part in ("CHAR", "CLOB", "TEXT")):
        return "text"
    if not row.type or "BLOB" in row.type:
        return "blob"
    return "real" if any(part in row.type for part in ("REAL", "FLOA", "DOUB")) else "number"
