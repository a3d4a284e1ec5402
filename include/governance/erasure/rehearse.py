"""Carry a plan out for real and roll every chunk back: what would happen, and how long it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, exc, select

from include.governance.erasure.actions import assignments_of
from include.governance.erasure.chunk import ChunkDone, Conflict, Task, erase_chunk
from include.governance.erasure.claim import claim
from include.governance.erasure.failures import as_ours
from include.governance.erasure.gate import examined
from include.governance.erasure.moment import Holds
from include.governance.erasure.pace import Pace, careful, replica_behind
from include.governance.erasure.plan import Basis
from include.governance.erasure.selection import Selection
from include.governance.erasure.tables import RECEIPT
from include.governance.erasure.target import Target
from include.governance.errors import SourceUnavailable

Steps = dict[str, int]


@dataclass(frozen=True)
class Rehearsed:
    """Chunks, roots, rows and skipped roots of a rehearsal, and rows per step."""

    chunks: int
    roots: int
    rows: int
    skipped: int
    steps: Steps
    seconds: float


@dataclass
class _Found:
    """Chunks that were claimed, and what became of those that had no receipt yet."""

    seen: list[int] = field(default_factory=list)
    done: list[ChunkDone] = field(default_factory=list)
    steps: Steps = field(default_factory=dict)


def _nothing(_what: str, _chunk: int) -> None:
    """Nobody watches a rehearsal."""


def rehearse(
    target: Target,
    plan_id: str,
    selection: Selection,
    basis: Basis,
    holds: Holds,
    *,
    at: Callable[[], datetime],
    seconds: Callable[[], float],
    pace: Pace,
) -> Rehearsed:
    """Erase chunk by chunk, each in a transaction that is rolled back; needs no approval.

    Everything else that the gate asks for must hold. Other writers wait as they would for the
    real thing. Raises PlanError; SourceUnavailable when rows stay locked or a replica is behind.
    """
    gated = examined(target, plan_id, selection, basis, holds, at=at())
    assignments = assignments_of(gated.closure.root, selection, target.kind)
    task = Task(target.kind, gated, selection, assignments, holds, "rehearsal", _nothing)
    found = _Found()
    begun = seconds()
    try:
        with target.connected(pace.lock_timeout_ms) as connection:
            while _one(connection, target, task, pace, at, found):
                pass
    except exc.DBAPIError as error:
        raise as_ours(error, target.name, plan_id) from None
    except Conflict:
        raise SourceUnavailable("source_unavailable", source=target.name) from None
    return Rehearsed(
        chunks=len(found.done),
        roots=sum(each.roots for each in found.done),
        rows=sum(each.rows for each in found.done),
        skipped=sum(each.skipped for each in found.done),
        steps=found.steps,
        seconds=seconds() - begun,
    )


def _one(
    connection: Connection,
    target: Target,
    task: Task,
    pace: Pace,
    at: Callable[[], datetime],
    found: _Found,
) -> bool:
    """Add up the next chunk and undo it; False when there is none left."""
    transaction = connection.begin()
    try:
        if behind := careful(connection, target.kind, pace):
            raise replica_behind(target.name, behind, pace)
        claimed = claim(connection, task.kind, task.gated.plan_id, found.seen)
        if claimed is None:
            return False
        found.seen.append(claimed.no)
        if done := erase_chunk(connection, task, claimed, at):
            found.done.append(done)
            _add(connection, task.gated.plan_id, done.no, found.steps)
        return True
    finally:
        transaction.rollback()


def _add(connection: Connection, plan_id: str, no: int, steps: Steps) -> None:
    """The rows of a chunk's receipt."""
    query = select(RECEIPT.c.step, RECEIPT.c.row_count)
    for step, rows in connection.execute(
        query.where(RECEIPT.c.plan_id == plan_id, RECEIPT.c.no == no)
    ):
        steps[step] = steps.get(step, 0) + int(rows)
