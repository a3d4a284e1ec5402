"""After a restore: find what was erased since, and plan its erasure anew for people to approve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time

from sqlalchemy import inspect, select

from include.governance.disposal.choice import MAX_KEYS, PART, store_choice
from include.governance.disposal.desk import Desk
from include.governance.disposal.plan import plan_adhoc
from include.governance.erasure.chosen import read_choice
from include.governance.erasure.keys import key_of, sha256
from include.governance.erasure.tables import DONE
from include.governance.erasure.target import target_id
from include.governance.errors import PlanError
from include.governance.ledger.entry import ChunkApplied, Reapplied
from include.governance.model.base import Model
from include.governance.model.contract import Dataset
from include.governance.model.disposal import PlanState
from include.governance.pipeline.resurrected import Buried, buried, looked_at, zombies
from include.governance.source.database import Key

REASON = "came back after it was erased"
WAITING: tuple[PlanState, ...] = ("planned", "applying", "cancelled")


class Repeated(Model):
    """What was found in one source, and the plans that would erase it again.

    ``lost`` are chunks that the ledger knows and the database has no receipt of; ``moved`` says
    that the database is not the one that some plan was carried out in. ``waiting`` rows have a plan
    already, ``unplanned`` ones are governed by no record class now.
    """

    source: str
    lost: int
    moved: bool
    rows: int
    plans: tuple[str, ...]
    waiting: int
    unplanned: int


def reapply(desk: Desk, source: str, since: date, *, ticket: str, by: str) -> Repeated:
    """Look for rows of a source that were erased on or after a day and are there again.

    Nothing is erased: every plan waits for its approval like any other.
    """
    start = datetime.combine(since, time(), desk.workspace.zone.info)
    lost, moved = _receipts(desk, source, start)
    known = buried(desk.workspace, start.astimezone(UTC))
    rows = waiting = unplanned = 0
    plans: list[str] = []
    for dataset in looked_at(desk.workspace, source, known):
        for keys in _batches(_keys(desk, dataset, known)):
            rows += len(keys)
            if frozenset(keys) in _waiting(desk, dataset):
                waiting += len(keys)
                continue
            lines = (PART.join(str(part) for part in key) for key in keys)
            if not dataset.record_classes:
                unplanned += len(keys)
                continue
            chosen = store_choice(
                desk, source, dataset.table, lines, reason=REASON, ticket=ticket, by=by
            )
            made = plan_adhoc(desk, chosen.selection_id, _day(desk), by)
            plans += [plan.plan_id for plan in made]
            unplanned += max(0, len(keys) - sum(plan.erasure.roots for plan in made))
    found = Repeated(
        source=source, lost=lost, moved=moved, rows=rows, plans=tuple(plans), waiting=waiting,
        unplanned=unplanned,
    )  # fmt: skip
    if plans:
        _record(desk, found, since)
    return found


def _keys(desk: Desk, dataset: Dataset, known: Buried) -> list[Key]:
    source = desk.workspace.source(dataset.source)
    found = (key for _, keys in zombies(source, dataset, known) for key in keys)
    return sorted(dict.fromkeys(key_of(key, dataset.id) for key in found), key=repr)


def _batches(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    for at in range(0, len(keys), MAX_KEYS):
        yield keys[at : at + MAX_KEYS]


def _waiting(desk: Desk, dataset: Dataset) -> set[frozenset[Key]]:
    """Choices of the same rows for which somebody is to decide already."""
    found: set[frozenset[Key]] = set()
    for status in desk.records.plans(WAITING):
        plan = status.plan
        same = (plan.source, plan.table) == (dataset.source, dataset.table)
        if plan.kind == "adhoc" and plan.reference and same:
            chosen = desk.records.selection(plan.reference)
            with (
                suppress(PlanError),  # a restored database may have lost what was chosen in it
                desk.target(plan.source).snapshot() as connection,
            ):
                found.add(frozenset(read_choice(connection, plan.reference, chosen.digest)))
    return found


def _receipts(desk: Desk, source: str, start: datetime) -> tuple[int, bool]:
    """Chunks without a receipt, and whether the database is another one than it was."""
    plans = {s.plan.digest: s.plan for s in desk.records.plans() if s.plan.source == source}
    chunks = {
        (plans[entry.plan].plan_id, entry.chunk)
        for record in desk.evidence().ledger.records()
        if isinstance(entry := record.entry, ChunkApplied)
        and entry.at >= start
        and entry.plan in plans
    }
    target = desk.target(source)
    with target.snapshot() as connection:
        here = target_id(connection, target.kind)
        there: set[tuple[str, int]] = set()
        if inspect(connection).has_table(DONE.name):
            done = connection.execute(select(DONE.c.plan_id, DONE.c.no))
            there = {(str(plan_id), int(no)) for plan_id, no in done}
    concerned = {plan_id for plan_id, _ in chunks}
    moved = any(p.erasure.target_id != here for p in plans.values() if p.plan_id in concerned)
    return len(chunks - there), moved


def _day(desk: Desk) -> date:
    return desk.clock().astimezone(desk.workspace.zone.info).date()


def _record(desk: Desk, found: Repeated, since: date) -> None:
    target = desk.target(found.source)
    with target.snapshot() as connection:
        here = target_id(connection, target.kind)
    entry = Reapplied(
        at=desk.clock().astimezone(UTC),
        target=sha256(here),
        since=since,
        plans=len(found.plans),
        rows=found.rows,
    )
    evidence = desk.evidence()
    evidence.ledger.append([entry], evidence.key)
