"""Erase one chunk in one transaction: lock, look again, change, prove, and write the receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    NestedTransaction,
    Select,
    and_,
    func,
    literal,
    select,
    update,
)

from include.governance.erasure.at_once import change_exactly
from include.governance.erasure.binding import among
from include.governance.erasure.blocks import within
from include.governance.erasure.change import (
    Assignments,
    Changed,
    Doomed,
    carry_out,
    looks_elsewhere,
)
from include.governance.erasure.claim import Claim
from include.governance.erasure.dictionary import Known, known_keys
from include.governance.erasure.gate import Gated
from include.governance.erasure.going import approved, everything
from include.governance.erasure.keys import Key, SetHash, key_of
from include.governance.erasure.moment import Holds, Moment, moment
from include.governance.erasure.quarantine import keep_sealed
from include.governance.erasure.quarantine_parts import Part, Recorder
from include.governance.erasure.quarantine_seal import Seal
from include.governance.erasure.receipt import Erased, write_receipt
from include.governance.erasure.record import Chunk, open_chunk, with_keys
from include.governance.erasure.roots import Roots, read_roots, root_rows
from include.governance.erasure.schema_state import schema_sha256
from include.governance.erasure.secrecy import key_in_logs
from include.governance.erasure.selection import Selection, is_false
from include.governance.erasure.tables import CHUNK
from include.governance.erasure.target import Kind
from include.governance.erasure.where import one_of
from include.governance.errors import PlanError
from include.governance.model.erasure import SkipReason

_ATTEMPTS = 3


class Conflict(Exception):
    """Rows changed while a chunk was looking at them; it may be tried again."""


@dataclass(frozen=True)
class Task:
    """What a worker carries from chunk to chunk, with a ``seal`` to keep under what goes."""

    kind: Kind
    gated: Gated
    selection: Selection
    assignments: Assignments
    holds: Holds
    runner: str
    watch: Callable[[str, int], None]
    seal: Seal | None = None
    memory: dict[object, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ChunkDone:
    """What went with one chunk, and which of its roots did not and why."""

    no: int
    roots: int
    rows: int
    skipped: int


def erase_chunk(
    connection: Connection, task: Task, claimed: Claim, at: Callable[[], datetime]
) -> ChunkDone | None:
    """Erase a claimed chunk; None when its receipts are there already.

    Raises PlanError when keys or schema are not those that passed the gate, or the server's log
    would show a secret; Conflict when rows keep changing. The caller commits or rolls back.
    """
    plan_id, no = task.gated.plan_id, claimed.no
    closed = update(CHUNK).where(CHUNK.c.plan_id == plan_id, CHUNK.c.no == no).values(state="done")
    if claimed.done:
        connection.execute(closed)
        return None
    for refusal in key_in_logs(connection, task.kind, task.selection.actions):
        raise refusal
    keys = _same_schema(connection, task)
    chunk, seal = open_chunk(connection, plan_id, no), task.gated.seals.get(no)
    if seal is None or chunk.body_sha256 != seal.body_sha256:
        raise PlanError("erasure_chunk_changed", plan=plan_id, chunk=no)
    chunk = replace(chunk, expected=seal.expected)
    erased = _alone(connection, task, chunk) or _rows(connection, task, chunk)
    if known_keys(connection, task.kind, task.gated.closure.shapes) != keys:
        raise PlanError("erasure_schema_changed", plan=plan_id)
    task.watch("changed", no)
    write_receipt(connection, plan_id, no, erased, task.runner, at())
    if task.seal:
        keep_sealed(connection, task.seal.close(no, erased.removed))
    connection.execute(closed)
    rows = sum(found.rows for found in erased.sets.values())
    return ChunkDone(no, erased.roots, rows, len(erased.skipped))


def _alone(connection: Connection, task: Task, chunk: Chunk) -> Erased | None:
    """Erase what nothing hangs on in one statement; None when that is not what was approved.

    The statement waits for whoever has a row, and looks at it again afterwards. Whether a hold
    came with that is asked when it is through. Of other rows it would see what was there before it
    waited, so a condition on them is left to the way that locks first.
    """
    closure, step = task.gated.closure, task.gated.steps[0]
    if task.kind != "postgresql" or closure.graph.edges or task.seal:
        return None
    now = _moment(connection, task)
    if looks_elsewhere(now.eligible):
        return None
    root = closure.root
    these = within(chunk.blocks) if chunk.blocks else one_of(task.kind, root, root.key, chunk.keys)
    due = replace(these, make=lambda: and_(these.make(), now.eligible))
    savepoint = connection.begin_nested()
    approved_rows = SetHash.read(*chunk.expected[step.id])
    exactly = change_exactly(now.scene, step, task.assignments, due, approved_rows)
    task.watch("locked", chunk.no)
    if not exactly or _newly_held(task, now):
        savepoint.rollback()
        return None
    savepoint.commit()
    return Erased({step.id: approved_rows}, approved_rows.rows)


def _rows(connection: Connection, task: Task, chunk: Chunk) -> Erased:
    """Erase by keys, with all that hangs on them."""
    chunk = with_keys(connection, task.gated.plan_id, chunk)
    roots = _lock(connection, task, chunk.keys)
    task.watch("locked", chunk.no)
    now = _moment(connection, task)
    skipped = _no_longer(connection, task, now, chunk.keys, roots)
    sets, removed = _erase(task, now, chunk, roots, skipped)
    if _newly_held(task, now):
        raise Conflict
    return Erased(sets, len(chunk.keys) - len(skipped), skipped, removed)


def _moment(connection: Connection, task: Task) -> Moment:
    """The rules under the holds that were read last: at the end of a chunk they are read anew."""
    gated, last = task.gated, task.memory.get("moment")
    if last is not None and last.scene.connection is not connection:
        last = None
    if last is None or task.kind == "sqlite":
        task.memory["holds"] = tuple(task.holds())
    holds = task.memory["holds"]
    now = moment(connection, task.kind, gated.closure, gated.seed, task.selection, holds, last)
    task.memory["moment"] = now
    return now


def _newly_held(task: Task, now: Moment) -> bool:
    """Holds came or went until all locks were had; SQLite has its only one before it reads them."""
    if task.kind != "sqlite":
        task.memory["holds"] = tuple(task.holds())
    return bool(task.memory["holds"] != now.holds)


def _same_schema(connection: Connection, task: Task) -> Sequence[Known]:
    """Keep the tables from being altered until the end, then look whether they were.

    MariaDB still lets another table refer to them meanwhile: the foreign keys that come back are
    to be compared when the rows are changed.
    """
    shapes = task.gated.closure.shapes
    if task.kind == "postgresql":
        quoted = connection.dialect.identifier_preparer.format_table
        names = ", ".join(quoted(shape.table) for shape in shapes.values())
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ROW EXCLUSIVE MODE")
    elif task.kind == "mariadb":
        looked = (select(literal(1)).select_from(each.table).limit(1) for each in shapes.values())
        connection.execute(select(*(each.scalar_subquery() for each in looked)))
    keys = known_keys(connection, task.kind, shapes)
    if schema_sha256(connection, task.kind, shapes, keys) != task.gated.schema_sha256:
        raise PlanError("erasure_schema_changed", plan=task.gated.plan_id)
    return keys


def _lock(connection: Connection, task: Task, keys: Sequence[Key]) -> Roots:
    """Lock the roots that are still there, in key order; nothing is decided yet.

    What they meet is asked by a later statement, which sees everything that was committed before
    the last lock was had.
    """
    closure = task.gated.closure

    def locking(where: ColumnElement[bool]) -> Select[Any]:
        query = root_rows(closure).where(where)
        return query if task.kind == "sqlite" else query.with_for_update()

    these = one_of(task.kind, closure.root, closure.root.key, keys)
    query = these.written(task.memory, "lock", locking)
    return read_roots(closure, connection.execute(query, these.given).all())


def _no_longer(
    connection: Connection, task: Task, now: Moment, keys: Sequence[Key], roots: Roots
) -> dict[Key, SkipReason]:
    """Planned roots that may not go any more, each with its reason."""
    shape = task.gated.closure.root
    table = shape.table
    columns = [table.c[name] for name in shape.key]
    these = one_of(task.kind, shape, shape.key, keys)
    due = these.written(
        now.scene.written,
        "due",
        lambda where: select(func.count()).select_from(table).where(where, now.eligible),
    )
    if connection.scalar(due, these.given) == len(keys):
        return {}
    chosen = select(*columns).where(among(task.kind, table, shape, shape.key, keys))

    def asked(condition: object) -> set[Key]:
        rows = connection.execute(chosen.where(condition))  # type: ignore[arg-type]
        return {key_of(row, shape.dataset.id) for row in rows}

    eligible = asked(now.eligible)
    wanted = asked(now.wanted)
    kept = set() if is_false(now.kept) else asked(now.kept)
    held = asked(now.held) if kept else set()
    skipped: dict[Key, SkipReason] = {}
    for key in keys:
        if key not in roots:
            skipped[key] = "gone"
        elif key in kept:
            skipped[key] = "held" if key in held else "in_period"
        elif key not in wanted or key not in eligible:
            skipped[key] = "no_longer_due"
    return skipped


def _erase(
    task: Task,
    now: Moment,
    chunk: Chunk,
    roots: Roots,
    skipped: dict[Key, SkipReason],
) -> tuple[dict[str, SetHash], Sequence[Part]]:
    """Change the rows of the roots that are left; more roots may turn out to be skipped."""
    going = {key: roots[key] for key in chunk.keys if key not in skipped}
    if not skipped and (doomed := everything(now.scene, going)) is not None:
        found, removed, savepoint = _attempt(now, task, doomed)
        if not found.kept and _matches(found.sets, chunk.expected):
            savepoint.commit()
            return found.sets, removed
        savepoint.rollback()
    for _ in range(_ATTEMPTS):
        going = {key: row for key, row in going.items() if key not in skipped}
        doomed, wanted = approved(now.scene, task.gated.steps, chunk, going, skipped)
        found, removed, savepoint = _attempt(now, task, doomed)
        if not found.kept and found.sets == wanted:
            savepoint.commit()
            return found.sets, removed
        savepoint.rollback()
    raise Conflict


def _attempt(
    now: Moment, task: Task, doomed: Doomed
) -> tuple[Changed, Sequence[Part], NestedTransaction]:
    """Change the rows behind a savepoint, which the caller keeps or undoes; what it took away.

    Raises Conflict when others are gone than were read.
    """
    scene, steps = now.scene, task.gated.steps
    savepoint = scene.connection.begin_nested()
    if task.seal is None:
        return carry_out(scene, steps, doomed, task.assignments), (), savepoint
    recorder = Recorder(scene)
    found = carry_out(scene, steps, doomed, task.assignments, recorder)
    if not recorder.has_seen(found.sets):
        raise Conflict
    return found, recorder.parts, savepoint


def _matches(found: Mapping[str, SetHash], planned: Mapping[str, tuple[int, str]]) -> bool:
    return {step: (each.rows, each.hex) for step, each in found.items()} == dict(planned)
