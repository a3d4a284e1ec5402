"""After a restore: find what was erased since, and plan its erasure anew for people to approve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from sqlalchemy import inspect, select

from include.governance.disposal.choice import MAX_KEYS, store_choice
from include.governance.disposal.desk import Desk
from include.governance.disposal.forgetting import forget_choice
from include.governance.disposal.plan import plan_adhoc
from include.governance.erasure.keys import Key, key_of, sha256
from include.governance.erasure.record import planned_keys
from include.governance.erasure.tables import CHUNK, DONE
from include.governance.erasure.target import target_id
from include.governance.errors import PlanError
from include.governance.ledger.entry import ChunkApplied, Reapplied
from include.governance.model.base import Model
from include.governance.model.contract import Dataset
from include.governance.model.disposal import PlanRecord, PlanState
from include.governance.pipeline.forgotten import forgotten
from include.governance.pipeline.resurrected import Buried, buried, looked_at, zombies

REASON = "restored_backup"
WAITING: tuple[PlanState, ...] = ("planned", "applying", "cancelled")


class Repeated(Model):
    """What was found in one source, and the plans that would erase it again.

    ``lost`` are chunks that the ledger knows and the database has no receipt of; ``moved`` says
    that the database is not the one that some plan was carried out in. ``waiting`` rows have a plan
    already, ``unplanned`` ones are kept or governed by no record class now. ``later`` rows date
    nothing before the day of the erasure: their key may have been given again, so that a person
    decides about them. ``forgotten`` are chunks, and plans the store does not know, whose rows
    nobody would recognise.
    """

    source: str
    lost: int
    moved: bool
    rows: int
    plans: tuple[str, ...]
    waiting: int
    unplanned: int
    later: int
    forgotten: int

    @property
    def noticed(self) -> bool:
        """Rows came back, or the database is not the one, or not as, the erasures left it."""
        return bool(self.rows or self.later or self.lost or self.moved)


@dataclass
class _Found:
    """What was found so far, so that an error later on hides none of it."""

    rows: int = 0
    waiting: int = 0
    unplanned: int = 0
    later: int = 0
    plans: list[str] = field(default_factory=list)


def reapply(desk: Desk, source: str, since: date, *, ticket: str, by: str) -> Repeated:
    """Look for rows of a source that were erased on or after a day and are there again.

    Nothing is erased: every plan waits for its approval like any other.
    """
    start = datetime.combine(since, time(), desk.workspace.zone.info)
    here = _here(desk, source)
    lost, moved = _receipts(desk, source, here, start)
    missing = forgotten(desk.workspace).of_source(source)
    known, found = buried(desk.workspace, start.astimezone(UTC)), _Found()
    try:
        for dataset in looked_at(desk.workspace, source, known):
            _plan_again(desk, dataset, _keys(desk, dataset, known, found), found, ticket, by)
    finally:
        if found.plans:
            _record(desk, here, since, found)
    return Repeated(
        source=source,
        lost=lost,
        moved=moved,
        rows=found.rows,
        plans=tuple(found.plans),
        waiting=found.waiting,
        unplanned=found.unplanned,
        later=found.later,
        forgotten=missing,
    )


def _plan_again(
    desk: Desk, dataset: Dataset, keys: Sequence[Key], found: _Found, ticket: str, by: str
) -> None:
    """Plans for the rows that no plan waits for yet."""
    waiting = _waiting(desk, dataset) if keys else frozenset()
    new = [key for key in keys if key not in waiting]
    found.rows += len(keys)
    found.waiting += len(keys) - len(new)
    for batch in _batches(new):
        made = _plans(desk, dataset, batch, ticket, by) if dataset.record_classes else ()
        found.plans += [plan.plan_id for plan in made]
        found.unplanned += max(0, len(batch) - sum(plan.erasure.roots for plan in made))


def _plans(
    desk: Desk, dataset: Dataset, keys: Sequence[Key], ticket: str, by: str
) -> tuple[PlanRecord, ...]:
    """Plans for these rows; the choice of them stays only when a plan was made of it."""
    chosen = store_choice(
        desk, dataset.source, dataset.table, keys, reason=REASON, ticket=ticket, by=by
    )
    try:
        return plan_adhoc(desk, chosen.selection_id, desk.today(), by)
    finally:
        forget_choice(desk, chosen.selection_id)


def _keys(desk: Desk, dataset: Dataset, known: Buried, found: _Found) -> list[Key]:
    """The rows that came back; those that may be others under the same key are only counted."""
    source = desk.workspace.source(dataset.source)
    there = set(zombies(source, dataset, known, desk.workspace.zone))
    back = {each.key for each in there if not each.is_later}
    found.later += len({each.key for each in there} - back)
    return sorted((key_of(key, dataset.id) for key in back), key=repr)


def _batches(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    for at in range(0, len(keys), MAX_KEYS):
        yield keys[at : at + MAX_KEYS]


def _waiting(desk: Desk, dataset: Dataset) -> frozenset[Key]:
    """Rows about which somebody is to decide already; a plan that a restore took away is none."""
    found: set[Key] = set()
    with desk.target(dataset.source).snapshot() as connection:
        if not inspect(connection).has_table(CHUNK.name):
            return frozenset()
        for status in desk.records.plans(WAITING):
            plan = status.plan
            same = (plan.source, plan.table) == (dataset.source, dataset.table)
            if plan.kind == "adhoc" and same:
                with suppress(PlanError):
                    found.update(planned_keys(connection, plan.plan_id))
    return frozenset(found)


def _here(desk: Desk, source: str) -> str:
    target = desk.target(source)
    with target.snapshot() as connection:
        return target_id(connection, target.kind)


def _receipts(desk: Desk, source: str, here: str, start: datetime) -> tuple[int, bool]:
    """Chunks without a receipt, and whether the database is another one than it was."""
    plans = {s.plan.digest: s.plan for s in desk.records.plans() if s.plan.source == source}
    chunks = {
        (plans[entry.plan].plan_id, entry.chunk)
        for record in desk.evidence().ledger.records()
        if isinstance(entry := record.entry, ChunkApplied)
        and entry.at >= start
        and entry.plan in plans
    }
    with desk.target(source).snapshot() as connection:
        there: set[tuple[str, int]] = set()
        if inspect(connection).has_table(DONE.name):
            done = connection.execute(select(DONE.c.plan_id, DONE.c.no))
            there = {(str(plan_id), int(no)) for plan_id, no in done}
    concerned = {plan_id for plan_id, _ in chunks}
    moved = any(p.erasure.target_id != here for p in plans.values() if p.plan_id in concerned)
    return len(chunks - there), moved


def _record(desk: Desk, here: str, since: date, found: _Found) -> None:
    entry = Reapplied(
        at=desk.clock().astimezone(UTC),
        target=sha256(here),
        since=since,
        plans=len(found.plans),
        rows=found.rows,
    )
    desk.tell(entry)
