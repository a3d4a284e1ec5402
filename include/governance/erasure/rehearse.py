"""Carry a plan out for real and roll every chunk back: what would happen, and how long it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exc, func, select

from include.governance.erasure.actions import assignments_of
from include.governance.erasure.apply import Pace, careful
from include.governance.erasure.chunk import ChunkDone, Conflict, Task, erase_chunk
from include.governance.erasure.claim import claim
from include.governance.erasure.failures import as_ours
from include.governance.erasure.gate import examined
from include.governance.erasure.moment import Holds
from include.governance.erasure.plan import Basis
from include.governance.erasure.pseudonym import PseudonymKey, teach_sqlite
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
    key: PseudonymKey | None,
) -> Rehearsed:
    """Erase chunk by chunk, each in a transaction that is rolled back; needs no approval.

    Everything else that the gate asks for must hold. Other writers wait as they would for the
    real thing. Raises PlanError, or SourceUnavailable when rows stay locked.
    """
    gated = examined(target, plan_id, selection, basis, at=at())
    assignments = assignments_of(gated.closure.root, selection, target.kind, key)
    task = Task(target.kind, gated, selection, assignments, holds, "rehearsal", _nothing)
    done: list[ChunkDone] = []
    steps: Steps = {}
    begun = seconds()
    try:
        with target.connected() as connection:
            if key and target.kind == "sqlite":
                teach_sqlite(connection, key)
            while found := _one(connection, target, task, pace, at, [each.no for each in done]):
                done.append(found[0])
                for step, rows in found[1].items():
                    steps[step] = steps.get(step, 0) + rows
    except exc.DBAPIError as error:
        raise as_ours(error, target.name, plan_id) from None
    except Conflict:
        raise SourceUnavailable("source_unavailable", source=target.name) from None
    return Rehearsed(
        chunks=len(done),
        roots=sum(each.roots for each in done),
        rows=sum(each.rows for each in done),
        skipped=sum(each.skipped for each in done),
        steps=steps,
        seconds=seconds() - begun,
    )


def _one(
    connection: Connection,
    target: Target,
    task: Task,
    pace: Pace,
    at: Callable[[], datetime],
    before: list[int],
) -> tuple[ChunkDone, Steps] | None:
    """One chunk and the rows of its receipt, undone; None when there is none left."""
    transaction = connection.begin()
    try:
        careful(connection, target.kind, pace)
        claimed = claim(connection, task.kind, task.gated.plan_id, before)
        done = None if claimed is None else erase_chunk(connection, task, claimed, at)
        if done is None:
            return None
        query = select(RECEIPT.c.step, func.sum(RECEIPT.c.row_count)).where(
            RECEIPT.c.plan_id == task.gated.plan_id, RECEIPT.c.no == done.no
        )
        rows = connection.execute(query.group_by(RECEIPT.c.step))
        return done, {step: int(found) for step, found in rows}
    finally:
        transaction.rollback()
