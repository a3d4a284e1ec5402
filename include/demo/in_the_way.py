"""What somebody else built on the demo's tables: it is named and kept, never dropped along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Engine, MetaData, bindparam, text

from include.governance.errors import ConfigurationError

#: Views and rules, foreign keys, and tables that inherit, of anything that is not the demo's own.
_POSTGRES = """
SELECT DISTINCT owner.relname AS ours, format('%I.%I', space.nspname, other.relname) AS theirs
FROM pg_class AS owner
JOIN pg_namespace AS home ON home.oid = owner.relnamespace AND home.nspname = current_schema()
JOIN (
    SELECT depend.refobjid AS used, rule.ev_class AS user_
    FROM pg_depend AS depend JOIN pg_rewrite AS rule ON rule.oid = depend.objid
    WHERE depend.classid = 'pg_rewrite'::regclass AND depend.refclassid = 'pg_class'::regclass
    UNION SELECT confrelid, conrelid FROM pg_constraint WHERE contype = 'f'
    UNION SELECT inhparent, inhrelid FROM pg_inherits
) AS use ON use.used = owner.oid
JOIN pg_class AS other ON other.oid = use.user_
JOIN pg_namespace AS space ON space.oid = other.relnamespace
WHERE owner.relname = ANY(:names)
  AND NOT (other.relname = ANY(:names) AND space.nspname = current_schema())
ORDER BY 1, 2
"""
#: MariaDB leaves a view whose table is gone, but refuses to drop what a foreign key refers to.
_MARIADB = """
SELECT DISTINCT referenced_table_name AS ours, CONCAT(table_schema, '.', table_name) AS theirs
FROM information_schema.key_column_usage
WHERE referenced_table_schema = DATABASE() AND referenced_table_name IN :names
  AND NOT (table_schema = DATABASE() AND table_name IN :names)
ORDER BY 1, 2
"""


def refuse(engines: Mapping[str, Engine], metadata: Mapping[str, Sequence[MetaData]]) -> None:
    """Raise ConfigurationError naming what depends on a table of the demo, before one is dropped.

    SQLite asks nobody: its views and foreign keys outlive a table and find the new one.
    """
    for source, engine in engines.items():
        if engine.dialect.name == "sqlite":
            continue
        names = sorted(name for each in metadata[source] for name in each.tables)
        with engine.connect() as connection:
            found = _found(connection, names)
        if found:
            listed = ", ".join(f"{theirs} → {ours}" for ours, theirs in found[:10])
            raise ConfigurationError("demo_in_use", source=source, found=listed, count=len(found))


def _found(connection: Connection, names: Sequence[str]) -> list[tuple[str, str]]:
    if connection.dialect.name == "postgresql":
        rows = connection.execute(text(_POSTGRES), {"names": list(names)})
    else:
        asked = text(_MARIADB).bindparams(bindparam("names", expanding=True))
        rows = connection.execute(asked, {"names": list(names)})
    return [(str(ours), str(theirs)) for ours, theirs in rows]
