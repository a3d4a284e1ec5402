"""One hash over everything of a schema that decides what a delete does."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, TextClause, bindparam, text

from include.governance.erasure.dictionary import Known
from include.governance.erasure.graph import Place
from include.governance.erasure.target import Kind

_POSTGRES = text("""
WITH t AS (SELECT c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity
 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE (CASE WHEN n.nspname = current_schema() THEN '' ELSE n.nspname END, c.relname)
   IN (SELECT * FROM unnest(CAST(:schemas AS text[]), CAST(:names AS text[]))))
SELECT 'table ' || oid || ' ' || relname || relkind::text || relrowsecurity
  || relforcerowsecurity FROM t
UNION ALL SELECT 'column ' || attrelid || ' ' || attname || ' ' || format_type(atttypid, atttypmod)
  || attnotnull || attcollation FROM pg_attribute WHERE attrelid IN (SELECT oid FROM t)
  AND attnum > 0 AND NOT attisdropped
UNION ALL SELECT 'constraint ' || conrelid || ' ' || conname || pg_get_constraintdef(oid)
  FROM pg_constraint WHERE contype IN ('p', 'f', 'u', 'c')
  AND (conrelid IN (SELECT oid FROM t) OR confrelid IN (SELECT oid FROM t))
UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger
  WHERE tgrelid IN (SELECT oid FROM t) AND (NOT tgisinternal OR tgenabled <> 'O')
UNION ALL SELECT 'rule ' || pg_get_ruledef(oid) FROM pg_rewrite
  WHERE ev_class IN (SELECT oid FROM t)
UNION ALL SELECT 'policy ' || polname || polrelid FROM pg_policy
  WHERE polrelid IN (SELECT oid FROM t)
UNION ALL SELECT 'inherits ' || inhrelid || ' ' || inhparent FROM pg_inherits
  WHERE inhparent IN (SELECT oid FROM t) OR inhrelid IN (SELECT oid FROM t)
""")
_MARIADB = text("""
SELECT CONCAT('column ', table_name, '.', column_name, ' ', column_type, is_nullable,
  COALESCE(collation_name, ''))
  FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name IN :names
UNION ALL SELECT CONCAT('constraint ', k.table_schema, '.', k.table_name, '.', k.constraint_name,
  ' ', k.column_name, ' ', k.ordinal_position, COALESCE(k.referenced_table_name, ''), '.',
  COALESCE(k.referenced_column_name, ''))
  FROM information_schema.key_column_usage k WHERE k.table_schema = DATABASE()
  AND k.table_name IN :names
UNION ALL SELECT CONCAT('rule ', r.constraint_schema, '.', r.constraint_name, ' ', r.delete_rule)
  FROM information_schema.referential_constraints r WHERE r.constraint_schema = DATABASE()
  AND r.table_name IN :names
UNION ALL SELECT CONCAT('trigger ', event_object_table, ' ', trigger_name, ' ', action_statement)
  FROM information_schema.triggers WHERE event_object_schema = DATABASE()
  AND event_object_table IN :names
UNION ALL SELECT CONCAT('table ', table_name, ' ', table_type, ' ', engine)
  FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN :names
""").bindparams(bindparam("names", expanding=True))
_SQLITE = text("""
SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master
 WHERE type <> 'index' AND (lower(tbl_name) IN :names OR EXISTS (
  SELECT 1 FROM pragma_foreign_key_list(sqlite_master.name) k WHERE lower(k."table") IN :names))
""").bindparams(bindparam("names", expanding=True))


def schema_sha256(
    connection: Connection, kind: Kind, places: Collection[Place], known: Sequence[Known]
) -> str:
    """Columns, constraints from and to these tables, triggers, rules, row security.

    ``known`` are the foreign keys to them that the engine's own list has.
    """
    ordered = sorted(((schema or "", name) for schema, name in places))
    query: TextClause = {"postgresql": _POSTGRES, "mariadb": _MARIADB, "sqlite": _SQLITE}[kind]
    given: dict[str, object] = {
        "postgresql": {
            "schemas": [schema for schema, _ in ordered],
            "names": [name for _, name in ordered],
        },
        "mariadb": {"names": [name for _, name in ordered]},
        "sqlite": {"names": [name.lower() for _, name in ordered]},
    }[kind]  # type: ignore[assignment]
    lines = sorted(str(line) for line in connection.execute(query, given).scalars())
    lines += [str(key) for key in known]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
