"""Carry out an approved plan, chunk by chunk: any worker, at any time, as often as it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from sqlalchemy import Connection, exc, func, select, text

from include.governance.erasure.actions import assignments_of
from include.governance.erasure.chunk import ChunkDone, Conflict, Task, erase_chunk
from include.governance.erasure.claim import claim
from include.governance.erasure.failures import as_ours, is_lost, may_pass
from include.governance.erasure.gate import expired, gate
from include.governance.erasure.moment import Holds, moment
from include.governance.erasure.plan import Basis
from include.governance.erasure.pseudonym import PseudonymKey, teach_sqlite
from include.governance.erasure.reading import whole_tables
from include.governance.erasure.secrecy import key_in_logs
from include.governance.erasure.selection import Selection
from include.governance.erasure.tables import CHUNK
from include.governance.erasure.target import PLANNER_OFF, Kind, Target
from include.governance.errors import SourceUnavailable
from include.governance.model.erasure import Applied, Approval

_MEGABYTE = 1 << 20
_LAG_PAUSE = 1.0
_OFF = ", ".join(f"set_config('{name}', 'off', true)" for name in PLANNER_OFF)
_POSTGRES_CARE = text(f"""
SELECT {_OFF}, set_config('lock_timeout', :lock, true),
 set_config('statement_timeout', :statement, true),
 set_config('idle_in_transaction_session_timeout', :idle, true),
 (SELECT CAST(coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)), 0) AS bigint)
  FROM pg_stat_replication WHERE state = 'streaming')
""")  # noqa: S608 - names of ours


@dataclass(frozen=True)
class Pace:
    """How gently: timeouts of every statement, bounded tries, and rest between chunks.

    ``rest`` is the pause after a chunk as a share of the time it took. No chunk begins while a
    replica that PostgreSQL shows is further behind than ``most_lag_mb``; MariaDB shows none.
    """

    lock_timeout_ms: int = 2_000
    statement_timeout_ms: int = 30_000
    tries: int = 6
    longest_pause: float = 5.0
    rest: float = 0.0
    most_lag_mb: int = 64
    longest_lag: float = 600.0


def _nothing(_what: str, _chunk: int) -> None:
    """Watch nothing."""


@dataclass(frozen=True)
class World:
    """Clock, chance and interruptions, handed in.

    ``watch`` is told "locked", "changed" and "committed" with the number of the chunk.
    """

    now: Callable[[], datetime]
    seconds: Callable[[], float]
    sleep: Callable[[float], None]
    random: Random
    cancelled: Callable[[], bool] = lambda: False
    watch: Callable[[str, int], None] = _nothing


@dataclass(frozen=True)
class _Behind:
    """A replica is so many bytes behind."""

    bytes: int


@dataclass
class _Worker:
    target: Target
    task: Task
    pace: Pace
    world: World
    key: PseudonymKey | None
    approval: Approval | None
    deferred: set[int] = field(default_factory=set)
    done: Applied = field(default_factory=Applied)
    current: int | None = None
    tries: int = 0
    waited: float = 0.0


def apply(
    target: Target,
    plan_id: str,
    selection: Selection,
    basis: Basis,
    approval: Approval | None,
    holds: Holds,
    *,
    runner: str,
    world: World,
    pace: Pace = Pace(),
    key: PseudonymKey | None = None,
) -> Applied:
    """Erase what a plan says and what is still due, until nothing is left or somebody cancels.

    Chunks that another worker has are left to it. Raises PlanError when the gate refuses;
    SourceUnavailable when the database stays away. Either way nothing is half done, and the same
    call later goes on where this one stopped.
    """
    gated = gate(target, plan_id, selection, basis, approval, runner=runner, at=world.now())
    assignments = assignments_of(gated.closure.root, selection, target.kind, key)
    task = Task(target.kind, gated, selection, assignments, holds, runner, world.watch)
    worker = _Worker(target, task, pace, world, key, approval)
    _look_before(worker)
    while _session(worker):
        pass
    return worker.done


def _look_before(worker: _Worker) -> None:
    """Refuse a plan whose chunks would read whole tables."""
    target, gated = worker.target, worker.task.gated
    if target.kind != "postgresql":
        return
    with target.writing() as connection:
        careful(connection, target.kind, worker.pace)
        now = moment(
            connection, target.kind, gated.closure, gated.seed, worker.task.selection,
            worker.task.holds(),
        )  # fmt: skip
        for refusal in whole_tables(connection, now):
            raise refusal


def _session(worker: _Worker) -> bool:
    """Work on one connection; True when another one is wanted after a loss."""
    try:
        with worker.target.connected() as connection:
            if worker.key and worker.target.kind == "sqlite":
                teach_sqlite(connection, worker.key)
            with connection.begin():
                for refusal in key_in_logs(
                    connection, worker.target.kind, worker.task.selection.actions
                ):
                    raise refusal
            _loop(worker, connection)
            return False
    except exc.DBAPIError as error:
        if not is_lost(error) or not _again(worker):
            raise as_ours(error, worker.target.name, worker.task.gated.plan_id) from None
        return True


def _loop(worker: _Worker, connection: Connection) -> None:
    world = worker.world
    while True:
        if world.cancelled():
            worker.done = worker.done.model_copy(update={"cancelled": True})
            return
        if worker.approval:
            for refusal in expired(worker.approval, world.now()):
                raise refusal
        started = world.seconds()
        try:
            found = _one(worker, connection)
        except (Conflict, exc.DBAPIError) as error:
            if isinstance(error, exc.DBAPIError) and (is_lost(error) or not may_pass(error)):
                raise
            if not _again(worker):
                _defer(worker, error)
            continue
        if isinstance(found, _Behind):
            _let_catch_up(worker, found)
            continue
        worker.tries, worker.waited = 0, 0.0
        if found is None:
            _finish(worker, connection)
            return
        world.watch("committed", found.no)
        _count(worker, found)
        world.sleep(worker.pace.rest * (world.seconds() - started))


def _one(worker: _Worker, connection: Connection) -> ChunkDone | _Behind | None:
    """Claim and erase one chunk; None when there is none to claim."""
    while True:
        worker.current = None
        with connection.begin():
            lag = careful(connection, worker.target.kind, worker.pace)
            if lag > worker.pace.most_lag_mb * _MEGABYTE:
                return _Behind(lag)
            claimed = claim(
                connection, worker.target.kind, worker.task.gated.plan_id, list(worker.deferred)
            )
            if claimed is None:
                return None
            worker.current = claimed.no
            if done := erase_chunk(connection, worker.task, claimed, worker.world.now):
                return done


def _let_catch_up(worker: _Worker, behind: _Behind) -> None:
    """Pause; raises SourceUnavailable when a replica stays behind for too long."""
    pace = worker.pace
    if worker.waited >= pace.longest_lag:
        raise SourceUnavailable(
            "erasure_replica_behind",
            source=worker.target.name,
            found=behind.bytes // _MEGABYTE,
            allowed=pace.most_lag_mb,
        )
    worker.waited += _LAG_PAUSE
    worker.world.sleep(_LAG_PAUSE)


def careful(connection: Connection, kind: Kind, pace: Pace) -> int:
    """Never wait long, never hold others up, never let the planner read whole tables.

    Hands back by how many bytes the slowest replica is behind that the database knows of.
    """
    lock, statement = pace.lock_timeout_ms, pace.statement_timeout_ms
    match kind:
        case "postgresql":
            given = {
                "lock": f"{lock}ms",
                "statement": f"{statement}ms",
                "idle": f"{2 * statement}ms",
            }
            return int(connection.execute(_POSTGRES_CARE, given).one()[-1])
        case "mariadb":
            connection.execute(
                text(
                    "SET innodb_lock_wait_timeout = :lock, max_statement_time = :statement,"
                    " in_predicate_conversion_threshold = 0"
                ),
                {"lock": max(1, lock // 1000), "statement": statement / 1000},
            )
        case _:
            pass
    return 0


def _again(worker: _Worker) -> bool:
    """Pause with jitter, longer each time; False when it was tried often enough."""
    worker.tries += 1
    if worker.tries >= worker.pace.tries:
        return False
    worker.done = worker.done.model_copy(update={"retries": worker.done.retries + 1})
    longest = min(worker.pace.longest_pause, 0.05 * 2**worker.tries)
    worker.world.sleep(longest * worker.world.random.uniform(0.5, 1.5))
    return True


def _defer(worker: _Worker, error: Exception) -> None:
    """Leave a chunk to a later call; one that cannot even be claimed ends this one."""
    worker.tries = 0
    if worker.current is None:
        if isinstance(error, exc.DBAPIError):
            raise error
        raise SourceUnavailable("source_unavailable", source=worker.target.name)
    worker.deferred.add(worker.current)
    worker.done = worker.done.model_copy(update={"deferred": len(worker.deferred)})


def _finish(worker: _Worker, connection: Connection) -> None:
    """Say whether anything is left: what was deferred, or what other workers have."""
    query = select(func.count()).where(
        CHUNK.c.plan_id == worker.task.gated.plan_id, CHUNK.c.state == "open"
    )
    with connection.begin():
        left = int(connection.scalar(query) or 0)
    worker.done = worker.done.model_copy(update={"complete": left == 0})


def _count(worker: _Worker, found: ChunkDone) -> None:
    so_far = worker.done
    worker.done = so_far.model_copy(
        update={
            "chunks": so_far.chunks + 1,
            "roots": so_far.roots + found.roots,
            "rows": so_far.rows + found.rows,
            "skipped": so_far.skipped + found.skipped,
        }
    )
