"""PostgreSQL: VACUUM and ANALYZE with the server's own counters, or a new file for a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, text

from include.governance.erasure.graph import Place, shown
from include.governance.errors import PlanError
from include.governance.model.certificate import Level, TableEvidence

LOCK_TIMEOUT = "5s"
_PARTS = text("""
WITH named AS (
  SELECT to_regclass(concat_ws('.', quote_ident(:schema), quote_ident(:name))) AS oid
)
SELECT n.nspname, c.relname, c.oid FROM named, pg_partition_tree(named.oid) p
JOIN pg_class c ON c.oid = p.relid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE p.isleaf
UNION
SELECT n.nspname, c.relname, c.oid FROM named JOIN pg_class c ON c.oid = named.oid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r'
ORDER BY 1, 2
""")
_STATE = text("""
SELECT s.last_vacuum::text AS last_vacuum, s.last_analyze::text AS last_analyze,
 s.vacuum_count::text AS vacuum_count, s.analyze_count::text AS analyze_count,
 s.n_dead_tup::text AS dead_rows,
 pg_relation_filenode(s.relid)::text AS file,
 coalesce(pg_relation_filenode(c.reltoastrelid)::text, '-') AS overflow_file
FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid WHERE s.relid = :oid
""")
State = dict[str, str]


def vacuum(
    connection: Connection, places: Sequence[Place], level: Level
) -> tuple[Level, tuple[TableEvidence, ...]]:
    """Every table and partition in turn; with level 3 each is locked while it is written anew.

    Raises PlanError when an older transaction still sees the erased rows: then they stay.
    """
    connection.execute(
        text("SELECT set_config('lock_timeout', :wait, false)"), {"wait": LOCK_TIMEOUT}
    )
    return level, tuple(each for place in places for each in _one(connection, place, level))


def _one(connection: Connection, place: Place, level: Level) -> Iterator[TableEvidence]:
    quote = connection.dialect.identifier_preparer.quote_identifier
    schema, name = place
    # Without INDEX_CLEANUP a few dead rows would keep their index entries, which hold values.
    options = "FULL, ANALYZE" if level == 3 else "ANALYZE, INDEX_CLEANUP ON"
    parts = connection.execute(_PARTS, {"schema": schema, "name": name}).all()
    if not parts:
        raise PlanError("level_not_shown", table=shown(place), level=level)
    for owner, part, oid in parts:
        before = _state(connection, oid)
        connection.exec_driver_sql(f"VACUUM ({options}) {quote(owner)}.{quote(part)}")
        after = _state(connection, oid)
        if level == 3:
            _rewritten(place, before, after)
        else:
            _reclaimed(place, before, after)
        yield TableEvidence(
            table=shown(place) if part == name else f"{shown(place)}/{part}",
            before=before,
            after=after,
        )


def _state(connection: Connection, oid: int) -> State:
    # Another process may not have told the statistics yet what we did.
    connection.exec_driver_sql("SELECT pg_stat_clear_snapshot()")
    row = connection.execute(_STATE, {"oid": oid}).mappings().one()
    return {name: str(value or "-") for name, value in row.items()}


def _reclaimed(place: Place, before: State, after: State) -> None:
    counters = ("vacuum_count", "analyze_count")
    if any(int(after[name]) <= int(before[name]) for name in counters):
        raise PlanError("level_not_shown", table=shown(place), level=2)
    if int(after["dead_rows"]):
        raise PlanError("level_rows_seen", table=shown(place), found=int(after["dead_rows"]))


def _rewritten(place: Place, before: State, after: State) -> None:
    files = ("file", "overflow_file")
    if any(after[name] == before[name] != "-" for name in files):
        raise PlanError("level_not_shown", table=shown(place), level=3)
