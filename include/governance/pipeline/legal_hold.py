"""Place, review and release legal holds in the store's register of holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from include.governance.errors import StoreError
from include.governance.model.mistake import Mistake
from include.governance.model.register import HoldRow
from include.governance.pipeline.hold_effect import Effect, Keeping
from include.governance.pipeline.hold_wish import HoldWish, approver_mistakes, hold_id, rows_of
from include.governance.pipeline.workspace import Workspace
from include.governance.refusal import did_you_mean
from include.governance.retention.hold_review import is_open
from include.governance.store.register_entry import RegisterRefused, mistake, validated
from include.governance.store.registers import Registers


@dataclass(frozen=True)
class Held:
    """All rows of one hold as they are now, and how many of them this call changed.

    ``effect`` tells of one that was placed what it keeps.
    """

    rows: tuple[HoldRow, ...]
    changed: int
    effect: Effect | None = None


def place(workspace: Workspace, wish: HoldWish, by: str, at: datetime) -> Held:
    """Enter a hold, whole or not at all; it counts from the commit on.

    The same hold again changes nothing. Raises RegisterRefused naming everything that is wrong,
    an id included under which other rows are held, and a key that no column can hold.
    """
    rows = rows_of(workspace, wish, at.date())
    keeping = Keeping(workspace, rows)
    _refuse(keeping.mistakes())
    registers = store_registers(workspace)
    taken = {row.key for row in _of_hold(registers.rows(HoldRow), wish.hold_id)}
    if taken - {row.key for row in rows}:
        _refuse([mistake(HoldRow.register_name, 0, HoldRow.key_field, "key_known")])
    added = registers.enter(rows, by, at)["added"]
    # after the commit: the hold counts before its rows are counted
    return Held(tuple(rows), added, keeping.effect(at.date()))


def review(workspace: Workspace, which: str, review_due: date, by: str, at: datetime) -> Held:
    """Keep an open hold until its next review; raises RegisterRefused or StoreError."""
    if review_due <= at.date():
        _refuse([mistake(HoldRow.register_name, 0, "review_due", "not_later_than_today")])
    held = _change(workspace, which, {"review_due": review_due}, by, at)
    if not any(is_open(row, at.date()) for row in held.rows):
        raise StoreError("hold_released")
    return held


def release(workspace: Workspace, which: str, approver: str, by: str, at: datetime) -> Held:
    """End a hold; one that was ended before stays as it is. Raises StoreError when unknown."""
    _refuse(approver_mistakes(workspace, approver, "released_by"))
    return _change(workspace, which, {"released_at": at.date(), "released_by": approver}, by, at)


def store_registers(workspace: Workspace) -> Registers:
    """The registers kept in the store, with the policy's longest time to a hold's review."""
    return Registers(workspace.store(), workspace.rulebook.schedule.max_hold_review)


def _change(
    workspace: Workspace, which: str, changes: dict[str, object], by: str, at: datetime
) -> Held:
    registers = store_registers(workspace)
    all_rows = list(registers.rows(HoldRow))
    rows = tuple(_of_hold(all_rows, which))
    if not rows:
        near = did_you_mean(which, {hold_id(row) for row in all_rows})
        raise StoreError("hold_unknown_near", near=near) if near else StoreError("hold_unknown")
    opened = [row for row in rows if is_open(row, at.date())]
    if not opened:
        return Held(rows, 0)
    after = tuple(validated(HoldRow, {**row.model_dump(), **changes}) for row in opened)
    return Held(after, registers.decide(after, by, at))


def _of_hold(rows: Iterable[HoldRow], which: str) -> Iterator[HoldRow]:
    return (row for row in rows if hold_id(row) == which)


def _refuse(mistakes: Iterable[Mistake]) -> None:
    if found := tuple(mistakes):
        raise RegisterRefused(HoldRow.register_name, found)
