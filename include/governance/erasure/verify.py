"""Ask the database afterwards whether exactly what was approved is gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from include.governance.erasure.binding import among
from include.governance.erasure.claim import closed
from include.governance.erasure.form import unmasked
from include.governance.erasure.graph import Edge
from include.governance.erasure.keys import Key, Seed
from include.governance.erasure.moment import Holds, Moment, moment
from include.governance.erasure.plan import Basis
from include.governance.erasure.quarantine import still_gone, undone_chunks
from include.governance.erasure.record import (
    digest_of,
    read_chunk,
    read_plan,
    read_spec,
    refuse_purged,
)
from include.governance.erasure.reflect import Closure, read_closure
from include.governance.erasure.selection import Selection, is_false
from include.governance.erasure.skips import read_skips, unexplained
from include.governance.erasure.tables import CHUNK, DONE, PLAN, RECEIPT
from include.governance.erasure.target import Target
from include.governance.errors import PlanError
from include.governance.model.erasure import LeftReason, StepRows, Verification


@dataclass
class _Tally:
    planned: int = 0
    roots: int = 0
    left: int = 0
    due_again: int = 0
    open_chunks: int = 0
    mismatched: int = 0
    reasons: dict[LeftReason, int] = field(default_factory=dict)

    def stay(self, reason: LeftReason, roots: int = 1) -> None:
        """Count planned roots that are there for a reason."""
        self.reasons[reason] = self.reasons.get(reason, 0) + roots


def verify(
    target: Target,
    plan_id: str,
    selection: Selection,
    basis: Basis,
    holds: Holds,
    *,
    audit: bool = False,
    ended: bool = False,
) -> Verification:
    """Compare receipts with the plan and the plan with the rows that are there now.

    True with other writers at work: it asks only about rows of the plan and about foreign keys.
    Rows whose parent is gone are counted where the database does not guarantee that there are none,
    with ``audit`` everywhere. Of a plan that was ``ended``, what nobody may claim any more is left
    with that reason. Keys must not be purged yet. Raises PlanError when the plan beside the data is
    not the one that was written, chunk for chunk.
    """
    with target.snapshot() as connection:
        refuse_purged(connection, plan_id)
        _same_plan(connection, plan_id)
        spec = read_spec(connection, plan_id)
        closure = read_closure(
            connection, target.kind, selection.root, basis.datasets, selection.deletes
        )
        now = moment(connection, target.kind, closure, Seed(*spec["seed"]), selection, holds())
        edges = closure.graph.edges
        counted = [edge for edge in edges if audit or not edge.guaranteed]
        tally = _Tally()
        given_up = closed(connection, plan_id) if ended else set()
        back = undone_chunks(connection, plan_id)
        for no in _chunks(connection, plan_id):
            if no in given_up and not _is_done(connection, plan_id, no):
                roots = len(read_chunk(connection, plan_id, no).keys)
                tally.planned += roots
                tally.stay("ended", roots)
                continue
            _one_chunk(
                connection, target, plan_id, no, closure, now, selection, tally, undone=no in back
            )
        return Verification(
            plan_id=plan_id,
            digest=read_plan(connection, plan_id).digest,
            open_chunks=tally.open_chunks,
            planned_roots=tally.planned,
            roots=tally.roots,
            skipped=tally.reasons,
            left=tally.left,
            due_again=tally.due_again,
            orphans={edge.name: _orphans(connection, closure, edge) for edge in counted},
            guaranteed=tuple(edge.name for edge in edges if edge not in counted),
            mismatched=tally.mismatched,
            steps=tuple(_receipts(connection, spec)),
        )


def _same_plan(connection: Connection, plan_id: str) -> None:
    """Refuse a plan of which something was changed or taken away since it was written."""
    written = connection.scalar(select(PLAN.c.digest).where(PLAN.c.plan_id == plan_id))
    if digest_of(connection, plan_id) != written:
        raise PlanError("erasure_plan_changed", plan=plan_id)
    if len(_chunks(connection, plan_id)) != read_spec(connection, plan_id)["chunks"]:
        raise PlanError("erasure_plan_changed", plan=plan_id)


def _chunks(connection: Connection, plan_id: str) -> Sequence[int]:
    query = select(CHUNK.c.no).where(CHUNK.c.plan_id == plan_id).order_by(CHUNK.c.no)
    return list(connection.execute(query).scalars())


def _is_done(connection: Connection, plan_id: str, no: int) -> bool:
    query = select(DONE.c.no).where(DONE.c.plan_id == plan_id, DONE.c.no == no)
    return connection.scalar(query) is not None


def _one_chunk(
    connection: Connection,
    target: Target,
    plan_id: str,
    no: int,
    closure: Closure,
    now: Moment,
    selection: Selection,
    tally: _Tally,
    *,
    undone: bool,
) -> None:
    chunk = read_chunk(connection, plan_id, no)
    tally.planned += len(chunk.keys)
    done = connection.execute(
        select(DONE.c.roots, DONE.c.body).where(DONE.c.plan_id == plan_id, DONE.c.no == no)
    ).first()
    if done is None:
        tally.open_chunks += 1
        return
    if done.body is None:
        raise PlanError("erasure_purged", plan=plan_id)
    skips = read_skips(done.body)
    skipped = skips or {}
    for reason in skipped.values():
        tally.stay(reason)
    if (
        skips is None
        or not skipped.keys() <= set(chunk.keys)
        or len(skipped) + done.roots != len(chunk.keys)
        or (not skipped and _receipt(connection, plan_id, no) != chunk.expected)
    ):
        tally.mismatched += 1
        skipped = {key: skipped[key] for key in chunk.keys if key in skipped}
    tally.left += unexplained(now, chunk, skipped)
    if undone:
        tally.stay("undone", done.roots)
        return
    tally.roots += done.roots
    gone = [key for key in chunk.keys if key not in skipped]
    left = _there(connection, target, closure, gone)
    if selection.deletes:
        tally.left += left
    elif left and is_false(selection.wanted):  # nobody can say which are due: all are masked
        as_before = unmasked(closure.root, selection.actions, target.kind)
        tally.left += _there(connection, target, closure, gone, as_before)
    if left:
        tally.due_again += _there(connection, target, closure, gone, now.eligible)


def _receipt(connection: Connection, plan_id: str, no: int) -> dict[str, tuple[int, str]]:
    query = select(RECEIPT.c.step, RECEIPT.c.row_count, RECEIPT.c.set_hash)
    rows = connection.execute(query.where(RECEIPT.c.plan_id == plan_id, RECEIPT.c.no == no))
    return {step: (int(count), str(found)) for step, count, found in rows}


def _there(
    connection: Connection,
    target: Target,
    closure: Closure,
    keys: Sequence[Key],
    condition: Any = None,
) -> int:
    shape = closure.root
    query = select(func.count()).select_from(shape.table)
    query = query.where(among(target.kind, shape.table, shape, shape.key, keys))
    return int(connection.scalar(query if condition is None else query.where(condition)) or 0)


def _orphans(connection: Connection, closure: Closure, edge: Edge) -> int:
    """Child rows that name a parent that is not there, whoever left them behind."""
    child = closure.shapes[edge.child].table.alias("child")
    parent = closure.shapes[edge.parent].table.alias("parent")
    pairs = list(zip(edge.here, edge.there, strict=True))
    known = select(1).select_from(parent).where(*(parent.c[b] == child.c[a] for a, b in pairs))
    query = select(func.count()).select_from(child)
    filled = (child.c[a].is_not(None) for a, _ in pairs)
    return int(connection.scalar(query.where(*filled, ~known.exists())) or 0)


def _receipts(connection: Connection, spec: dict[str, Any]) -> Iterator[StepRows]:
    """What every step of the plan changed, over all chunks whose rows were not put back."""
    query = (
        select(RECEIPT.c.step, func.sum(RECEIPT.c.row_count))
        .where(RECEIPT.c.plan_id == spec["plan_id"], still_gone(connection, RECEIPT))
        .group_by(RECEIPT.c.step)
    )
    found = {step: int(rows) for step, rows in connection.execute(query)}
    for step in spec["steps"]:
        yield StepRows(
            id=step["id"],
            kind=step["kind"],
            table=step["table"],
            edge=step["edge"],
            rows=found.get(step["id"], 0),
            total_rows=step["total_rows"],
        )
