"""What makes erasing unsafe in a database, however good the plan: each is a refusal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, select, text

from include.governance.erasure.equality import unequal
from include.governance.erasure.graph import Place, shown
from include.governance.erasure.reflect import Closure
from include.governance.erasure.target import Kind
from include.governance.errors import PlanError

_POSTGRES_TABLE = text("""
SELECT c.relkind::text, c.relispartition, row_security_active(c.oid), c.relpersistence::text,
 EXISTS (SELECT 1 FROM pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent)),
 EXISTS (SELECT 1 FROM pg_rewrite r WHERE r.ev_class = c.oid),
 EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = :name AND n.nspname = coalesce(:schema, current_schema())
""")
_MARIADB_TABLE = text("""
SELECT table_type, engine,
 EXISTS (SELECT 1 FROM information_schema.triggers t
   WHERE t.event_object_schema = b.table_schema AND t.event_object_table = b.table_name),
 EXISTS (SELECT 1 FROM information_schema.partitions p
   WHERE p.table_schema = b.table_schema AND p.table_name = b.table_name
     AND p.partition_name IS NOT NULL),
 EXISTS (SELECT 1 FROM (
   SELECT grantee, '%' AS place, '%' AS name FROM information_schema.user_privileges
     WHERE privilege_type = 'TRIGGER'
   UNION ALL SELECT grantee, table_schema, '%' FROM information_schema.schema_privileges
     WHERE privilege_type = 'TRIGGER'
   UNION ALL SELECT grantee, table_schema, table_name FROM information_schema.table_privileges
     WHERE privilege_type = 'TRIGGER') g
   WHERE g.grantee = CONCAT("'", SUBSTRING_INDEX(CURRENT_USER(), '@', 1), "'@'",
     SUBSTRING_INDEX(CURRENT_USER(), '@', -1), "'")
   AND b.table_schema LIKE g.place AND (g.name = '%' OR g.name = b.table_name))
FROM information_schema.tables b
WHERE table_name = :name AND table_schema = coalesce(:schema, DATABASE())
""")
_SQLITE_TABLE = text("""
SELECT type, (SELECT count(*) FROM sqlite_master WHERE type = 'trigger'
  AND tbl_name = :name COLLATE NOCASE), coalesce(sql, '')
FROM sqlite_master WHERE name = :name COLLATE NOCASE AND type IN ('table', 'view')
""")
_CONFLICT = re.compile(r"\bon\W+conflict\W+(replace|ignore)\b", re.IGNORECASE)


def hazards(connection: Connection, kind: Kind, closure: Closure) -> list[PlanError]:
    """Everything that forbids to touch the tables of a closure."""
    found = [*_missing_indexes(connection, closure), *unequal(connection, kind, closure.graph)]
    for place in closure.graph.places:
        found += _of_table(connection, kind, place)
    return found


def _missing_indexes(connection: Connection, closure: Closure) -> Iterator[PlanError]:
    """Without an index every deleted parent row reads its whole child table."""
    for edge in closure.graph.edges:
        if edge.indexed:
            continue
        child = closure.shapes[edge.child]
        rows = connection.scalar(select(func.count()).select_from(child.table)) or 0
        yield PlanError(
            "erasure_index_missing",
            table=child.dataset.id,
            columns=", ".join(edge.here),
            parent=closure.shapes[edge.parent].dataset.id,
            rows=int(rows),
        )


def _of_table(connection: Connection, kind: Kind, place: Place) -> Iterator[PlanError]:
    schema, name = place
    given = {"schema": schema, "name": name}
    match kind:
        case "postgresql":
            yield from _postgres(connection.execute(_POSTGRES_TABLE, given).one(), place)
        case "mariadb":
            yield from _mariadb(connection.execute(_MARIADB_TABLE, given).one(), place)
        case _:
            row = connection.execute(_SQLITE_TABLE, {"name": name}).one()
            if row[0] != "table":
                yield PlanError("erasure_not_a_table", table=shown(place), found=row[0])
            if row[1]:
                yield PlanError("erasure_trigger", table=shown(place))
            if _CONFLICT.search(row[2]):
                yield PlanError("erasure_conflict", table=shown(place))


def _postgres(row: Any, place: Place) -> Iterator[PlanError]:
    kind, partition, secured, persistence, inherits, rules, triggers = row
    if kind != "r" or persistence != "p":
        yield PlanError("erasure_not_a_table", table=shown(place), found=f"{kind}/{persistence}")
    if partition or inherits:
        yield PlanError("erasure_partitioned", table=shown(place))
    if secured:
        yield PlanError("erasure_row_security", table=shown(place))
    if triggers or rules:
        yield PlanError("erasure_trigger", table=shown(place))


def _mariadb(row: Any, place: Place) -> Iterator[PlanError]:
    kind, engine, triggers, partitioned, sees_triggers = row
    if kind == "SYSTEM VERSIONED":
        yield PlanError("erasure_versioned", table=shown(place))
    elif kind != "BASE TABLE" or engine != "InnoDB":
        yield PlanError("erasure_not_a_table", table=shown(place), found=f"{kind}/{engine}")
    if partitioned:
        yield PlanError("erasure_partitioned", table=shown(place))
    if triggers:
        yield PlanError("erasure_trigger", table=shown(place))
    if not sees_triggers:
        yield PlanError("erasure_trigger_hidden", table=shown(place))
