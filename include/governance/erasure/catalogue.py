"""A database's foreign keys from its own catalogue, where a name may be any text at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.engine.reflection import Inspector

from include.governance.erasure.graph import Edge, OnDelete, Place
from include.governance.erasure.target import Kind

_POSTGRES = text("""
SELECT k.oid AS number, nullif(cn.nspname, current_schema()) AS child_schema, c.relname AS child,
  nullif(pn.nspname, current_schema()) AS parent_schema, p.relname AS parent,
  ca.attname AS here, pa.attname AS there, k.confdeltype::text AS on_delete,
  cardinality(k.confdelsetcols) AS some_columns,
  k.convalidated AND (SELECT count(*) >= 4 AND bool_and(t.tgenabled IN ('O', 'A'))
    FROM pg_trigger t WHERE t.tgconstraint = k.oid) AS guaranteed
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
CROSS JOIN unnest(k.conkey, k.confkey) WITH ORDINALITY AS u(here, there, position)
JOIN pg_attribute ca ON ca.attrelid = c.oid AND ca.attnum = u.here
JOIN pg_attribute pa ON pa.attrelid = p.oid AND pa.attnum = u.there
WHERE k.contype = 'f' ORDER BY k.oid, u.position
""")
_MARIADB = text("""
SELECT CONCAT(k.constraint_schema, '.', k.constraint_name) AS number,
  NULLIF(k.table_schema, DATABASE()) AS child_schema, k.table_name AS child,
  NULLIF(k.referenced_table_schema, DATABASE()) AS parent_schema,
  k.referenced_table_name AS parent, k.column_name AS here, k.referenced_column_name AS there,
  r.delete_rule AS on_delete, FALSE AS guaranteed
FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
  ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
  AND r.table_name = k.table_name
WHERE k.referenced_table_name IS NOT NULL
  AND (k.table_schema = DATABASE() OR k.referenced_table_schema = DATABASE())
ORDER BY k.table_schema, k.table_name, k.constraint_name, k.ordinal_position
""")
_SQLITE = text("""
SELECT m.name || ':' || f.id AS number, NULL AS child_schema, m.name AS child,
  NULL AS parent_schema, f."table" AS parent, f."from" AS here, f."to" AS there, f.on_delete,
  FALSE AS guaranteed
FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
ORDER BY m.name, f.id, f.seq
""")
_POSTGRES_PLACE = text("""
SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = :name AND n.nspname = coalesce(:schema, current_schema())
""")
_MARIADB_PLACE = text("""
SELECT 1 FROM information_schema.tables WHERE table_schema = coalesce(:schema, DATABASE())
  AND table_name = :name AND CAST(table_name AS BINARY) = CAST(:name AS BINARY)
""")
_SQLITE_PLACE = text("SELECT 1 FROM sqlite_master WHERE name = :name AND :schema IS NULL")
_POSTGRES_ACTIONS = {"r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}


def is_known(connection: Connection, kind: Kind, place: Place) -> bool:
    """Whether foreign keys name a table exactly so; other letters would hide its children."""
    query = {"postgresql": _POSTGRES_PLACE, "mariadb": _MARIADB_PLACE, "sqlite": _SQLITE_PLACE}
    found = connection.execute(query[kind], {"schema": place[0], "name": place[1]})
    return found.first() is not None


def foreign_keys(inspector: Inspector, kind: Kind) -> Iterator[Edge]:
    """Every foreign key; whether its columns may be empty or have an index is not said here."""
    connection = inspector.bind
    assert isinstance(connection, Connection)  # noqa: S101 - how it was made
    query = {"postgresql": _POSTGRES, "mariadb": _MARIADB, "sqlite": _SQLITE}[kind]
    found: dict[object, list[Any]] = {}
    for row in connection.execute(query):
        found.setdefault((row.child_schema, row.child, row.number), []).append(row)
    for rows in found.values():
        first = rows[0]
        child = _real_name(inspector, kind, (first.child_schema, first.child))
        parent = _real_name(inspector, kind, (first.parent_schema, first.parent))
        there = tuple(row.there for row in rows)
        if None in there:  # SQLite: unsaid means the primary key
            there = tuple(inspector.get_pk_constraint(parent[1])["constrained_columns"])
        yield Edge(
            child,
            tuple(row.here for row in rows),
            parent,
            there,
            _action(first, kind),
            guaranteed=bool(first.guaranteed),
        )


def _real_name(inspector: Inspector, kind: Kind, place: Place) -> Place:
    """SQLite may write a name in other letters than the table has."""
    if kind != "sqlite":
        return place
    by_lower = {name.lower(): name for name in inspector.get_table_names()}
    return (None, by_lower.get(place[1].lower(), place[1]))


def _action(row: Any, kind: Kind) -> OnDelete:
    """Anything unknown counts as SET DEFAULT, which is refused."""
    said = row.on_delete
    if kind == "postgresql":
        said = _POSTGRES_ACTIONS.get(said, "no action")
        if row.some_columns:
            said = "set default"
    match str(said).lower():
        case "no action" | "restrict" | "cascade" | "set null" as same:
            return same
        case _:
            return "set default"
