"""How gently an erasure goes: bounded waits, no scans, rests, and replicas that keep up."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from include.governance.erasure.target import BY_INDEX, Kind
from include.governance.errors import SourceUnavailable

_MEGABYTE = 1 << 20
_POSTGRES_CARE = text(f"""
SELECT {BY_INDEX}, set_config('lock_timeout', :lock, true),
 set_config('statement_timeout', :statement, true),
 set_config('idle_in_transaction_session_timeout', :idle, true),
 (SELECT CAST(coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)), 0) AS bigint)
  FROM pg_stat_replication WHERE state = 'streaming')
""")  # noqa: S608 - names of ours
_MARIADB_CARE = text(
    "SET innodb_lock_wait_timeout = :lock, max_statement_time = :statement,"
    " in_predicate_conversion_threshold = 0"
)


@dataclass(frozen=True)
class Pace:
    """Timeouts of every statement, bounded tries, and rest between chunks.

    ``nice`` is the pause after a chunk as a share of the time it took. No chunk begins while a
    replica that PostgreSQL shows is further behind than ``most_lag_mb``; MariaDB shows none.
    """

    lock_timeout_ms: int = 2_000
    statement_timeout_ms: int = 30_000
    tries: int = 6
    longest_pause: float = 5.0
    nice: float = 0.0
    most_lag_mb: int = 64
    longest_lag: float = 600.0


def careful(connection: Connection, kind: Kind, pace: Pace) -> int:
    """Set the transaction's limits; by how many megabytes a replica is too far behind, else 0."""
    lock, statement = pace.lock_timeout_ms, pace.statement_timeout_ms
    match kind:
        case "postgresql":
            given = {
                "lock": f"{lock}ms",
                "statement": f"{statement}ms",
                "idle": f"{2 * statement}ms",
            }
            behind = int(connection.execute(_POSTGRES_CARE, given).one()[-1])
            too_far = behind > pace.most_lag_mb * _MEGABYTE
            return -(-behind // _MEGABYTE) if too_far else 0
        case "mariadb":
            waits = {"lock": max(1, lock // 1000), "statement": statement / 1000}
            connection.execute(_MARIADB_CARE, waits)
        case _:
            pass  # how long SQLite waits is said when it connects
    return 0


def replica_behind(source: str, found: int, pace: Pace) -> SourceUnavailable:
    """That a replica is too many megabytes behind."""
    return SourceUnavailable(
        "erasure_replica_behind", source=source, found=found, allowed=pace.most_lag_mb
    )
