"""Carry out an approved plan, chunk by chunk: any worker, at any time, as often as it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from sqlalchemy import Connection, exc

from include.governance.erasure.actions import assignments_of
from include.governance.erasure.chunk import ChunkDone, Conflict, Task, erase_chunk
from include.governance.erasure.claim import claim, reopen, unproved
from include.governance.erasure.delays import note_delay
from include.governance.erasure.failures import as_ours, is_lost, obstacle
from include.governance.erasure.gate import Gated, expired
from include.governance.erasure.moment import Holds
from include.governance.erasure.pace import Pace, careful, replica_behind
from include.governance.erasure.quarantine_seal import Seal
from include.governance.erasure.selection import Selection
from include.governance.erasure.target import Target
from include.governance.errors import SourceUnavailable
from include.governance.model.erasure import Applied, Approval, Obstacle

_LAG_PAUSE = 1.0


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
    """A replica is so many megabytes behind."""

    megabytes: int


@dataclass
class _Worker:
    target: Target
    task: Task
    pace: Pace
    world: World
    approval: Approval
    done: Applied = field(default_factory=Applied)
    current: int | None = None
    tries: int = 0
    waited: float = 0.0


def apply(
    target: Target,
    gated: Gated,
    selection: Selection,
    approval: Approval,
    holds: Holds,
    *,
    runner: str,
    world: World,
    pace: Pace,
    seal: Seal | None = None,
) -> Applied:
    """Erase what a plan says and what is still due, until nothing is left or somebody cancels.

    Chunks that another worker has are left to it. Raises PlanError when something is no longer as
    it passed the gate; SourceUnavailable when the database stays away. Either way nothing is half
    done, and the same call later goes on where this one stopped.
    """
    assignments = assignments_of(gated.closure.root, selection, target.kind)
    task = Task(target.kind, gated, selection, assignments, holds, runner, world.watch, seal)
    worker = _Worker(target, task, pace, world, approval)
    while _session(worker):
        pass
    return worker.done


def _session(worker: _Worker) -> bool:
    """Work on one connection; True when another one is wanted after a loss."""
    try:
        with worker.target.connected(worker.pace.lock_timeout_ms) as connection:
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
        for refusal in expired(worker.approval, world.now()):
            raise refusal
        started = world.seconds()
        try:
            found = _one(worker, connection)
        except Conflict:
            _later(worker, connection, "rows_changed")
            continue
        except exc.DBAPIError as error:
            reason = obstacle(error)
            if reason is None or is_lost(error):
                raise
            _later(worker, connection, reason)
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
        world.sleep(worker.pace.nice * (world.seconds() - started))


def _one(worker: _Worker, connection: Connection) -> ChunkDone | _Behind | None:
    """Claim and erase one chunk; None when there is none to claim."""
    while True:
        worker.current = None
        with connection.begin():
            if behind := careful(connection, worker.target.kind, worker.pace):
                return _Behind(behind)
            claimed = claim(
                connection, worker.target.kind, worker.task.gated.plan_id, worker.done.deferred
            )
            if claimed is None and reopen(connection, worker.task.gated.plan_id):
                continue
            if claimed is None:
                return None
            worker.current = claimed.no
            if done := erase_chunk(connection, worker.task, claimed, worker.world.now):
                return done


def _let_catch_up(worker: _Worker, behind: _Behind) -> None:
    """Pause; raises SourceUnavailable when a replica stays behind for too long."""
    if worker.waited >= worker.pace.longest_lag:
        raise replica_behind(worker.target.name, behind.megabytes, worker.pace)
    worker.waited += _LAG_PAUSE
    worker.world.sleep(_LAG_PAUSE)


def _again(worker: _Worker) -> bool:
    """Pause with jitter, longer each time; False when it was tried often enough."""
    worker.tries += 1
    if worker.tries >= worker.pace.tries:
        return False
    worker.done = worker.done.model_copy(update={"retries": worker.done.retries + 1})
    longest = min(worker.pace.longest_pause, 0.05 * 2**worker.tries)
    worker.world.sleep(longest * worker.world.random.uniform(0.5, 1.5))
    return True


def _later(worker: _Worker, connection: Connection, reason: Obstacle) -> None:
    """Try again or leave the chunk to a later call; what cannot be claimed ends this one."""
    if _again(worker):
        return
    if worker.current is None:
        raise SourceUnavailable("source_unavailable", source=worker.target.name)
    worker.tries = 0
    with connection.begin():
        note_delay(connection, worker.task.gated.plan_id, worker.current, reason)
    later = {**worker.done.deferred, worker.current: reason}
    worker.done = worker.done.model_copy(update={"deferred": later})


def _finish(worker: _Worker, connection: Connection) -> None:
    """Say whether anything is left: what was deferred, what others have, what nobody may have."""
    with connection.begin():
        left = unproved(connection, worker.task.gated.plan_id)
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
