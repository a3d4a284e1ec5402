"""Put back what a plan took away, while its undo window is open; whoever asks is on record."""

from __future__ import annotations

from collections.abc import Sequence

from include.governance.disposal.decide import require_undoer, undo
from include.governance.disposal.desk import Desk
from include.governance.disposal.quarantine import keeping_of, open_window
from include.governance.disposal.receipts import receipts_of
from include.governance.disposal.rules import dataset_of
from include.governance.disposal.undone import UNDOING, remember_back
from include.governance.erasure.claim import close_claims
from include.governance.erasure.keys import Seed
from include.governance.erasure.quarantine import sealed_chunks, undone_chunks
from include.governance.erasure.quarantine_undo import Undoing, require_same_schema, undo_chunk
from include.governance.erasure.record import read_spec
from include.governance.erasure.reflect import read_closure
from include.governance.errors import PlanError
from include.governance.model.disposal import BEGUN, PlanRecord, PlanState
from include.governance.model.quarantine import Undone, UndoReason, UndoRefusal

#: Of such a plan everything stays as it was when nothing comes back: it can still be proved.
_WHOLE: tuple[PlanState, ...] = ("applied", "verified")
UNDOABLE: tuple[PlanState, ...] = (*BEGUN, "applied", "verified", *UNDOING, "undone")


def undo_plan(desk: Desk, plan_id: str, digest: str, person: str, reason: UndoReason) -> Undone:
    """Put back every chunk in whose way nothing is, the last one first; called again, the others.

    Whoever still applies the plan finishes a chunk first, and gets no other one. A plan that was
    carried out to its end stays so when nothing of it comes back.
    ``digest`` are at least the first 12 characters, as typed. Raises PlanError for a person who may
    approve no stage, after the window, or, with all others back, for a chunk of which what was kept
    was altered.
    """
    plan = desk.records.plan(plan_id).plan
    login = require_undoer(desk, plan, digest, person)
    undoing, before = _prepared(desk, plan, login), desk.records.plan(plan_id).state
    undo(desk, plan, login, reason, UNDOABLE)
    chunks = _stopped(undoing)
    try:
        found = _put_back(desk, undoing, chunks)
    finally:
        kept = keeping_of(desk, plan_id)
        back = remember_back(desk, plan, login, reason, kept.until if kept else None)
        if not back and before in _WHOLE:
            _move(desk, plan_id, before)
    refused = tuple(each for each in found if isinstance(each, UndoRefusal))
    if not refused:
        _move(desk, plan_id, "undone")
    rows = sum(each for each in found if not isinstance(each, UndoRefusal))
    return Undone(plan_id=plan_id, chunks=back, rows=rows, refused=refused)


def _move(desk: Desk, plan_id: str, to: PlanState) -> None:
    with desk.records.alone() as connection:
        desk.records.move(connection, plan_id, to, desk.clock(), UNDOING)


def _prepared(desk: Desk, plan: PlanRecord, person: str) -> Undoing:
    """Everything that forbids to begin, before anything is written anywhere."""
    seal, target = open_window(desk, plan), desk.target(plan.source)
    root, datasets = dataset_of(desk, plan.source, plan.table), desk.workspace.datasets
    with target.snapshot() as connection:
        spec = read_spec(connection, plan.plan_id)
        deletes = not plan.erasure.actions
        closure = read_closure(connection, target.kind, root, datasets, deletes)
    seed, schema = Seed(*spec["seed"]), str(spec["schema_sha256"])
    undoing = Undoing(target, closure, datasets, seal, seed, schema, person)
    with target.snapshot() as connection:
        require_same_schema(undoing, connection)
    return undoing


def _stopped(undoing: Undoing) -> Sequence[int]:
    """The chunks that are to come back, the last one first, once nobody can erase another one."""
    plan_id = undoing.seal.plan_id
    with undoing.target.writing() as connection:
        close_claims(connection, plan_id)
        done = {each.no for each in receipts_of(connection, plan_id) if each.roots}
        gone = {*done, *sealed_chunks(connection, plan_id)}
        return sorted(gone - undone_chunks(connection, plan_id).keys(), reverse=True)


def _put_back(desk: Desk, undoing: Undoing, chunks: Sequence[int]) -> list[int | UndoRefusal]:
    """Every chunk that can be; only then is it told that what was kept of one was altered."""
    found, altered = [], None
    for no in chunks:
        try:
            found.append(undo_chunk(undoing, no, desk.clock()))
        except PlanError as error:
            if error.code != "quarantine_altered":
                raise
            altered = altered or error
    if altered:
        raise altered
    return found
