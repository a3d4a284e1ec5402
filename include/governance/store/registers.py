"""The registers of the store: entered and changed by people, every change with who and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, TypeVar

from sqlalchemy import Connection, func, select

from include.governance.errors import StoreError
from include.governance.model.mistake import Mistake
from include.governance.model.period import Period
from include.governance.model.register_row import RegisterRow
from include.governance.store import register_table
from include.governance.store.base import Database, queue_for
from include.governance.store.officer_text import require_name
from include.governance.store.register_entry import (
    RegisterRefused,
    Rules,
    entry_mistakes,
    mistake,
    validated,
)
from include.governance.store.register_schema import REGISTER_EVENT
from include.governance.store.register_table import RegisterEvent

R = TypeVar("R", bound=RegisterRow)
BATCH_ROWS = 1_000
Numbered = tuple[int, R]
#: Whether a key may be known: not at all, with the same row, with any that files change, with any.
How = Literal["new", "once", "file", "decided"]


class Registers:
    """The registers kept in a store; ``hold_review`` is the longest time to a hold's review."""

    def __init__(self, store: Database, hold_review: Period) -> None:
        self._store = store
        self._hold_review = hold_review

    def add(self, row: RegisterRow, by: str, at: datetime) -> None:
        """Enter a row; raises RegisterRefused naming every mistake."""
        self._write([(0, row)], row.register_name, by, at, "new")

    def enter(self, rows: Sequence[R], by: str, at: datetime) -> dict[str, int]:
        """Enter rows, all or none; a row that is there already, just so, is left.

        Returns how many were added and unchanged; raises RegisterRefused naming every mistake.
        """
        return self._write([(0, row) for row in rows], rows[0].register_name, by, at, "once")

    def import_rows(
        self, rows: Sequence[Numbered[R]], file: str, by: str, at: datetime
    ) -> dict[str, int]:
        """Enter the rows of a file, all or none: new keys are added, known ones changed.

        Returns how many were added, changed and unchanged; raises RegisterRefused naming every
        mistake with its line.
        """
        return self._write(rows, file, by, at, "file")

    def decide(self, rows: Sequence[R], by: str, at: datetime) -> int:
        """Change rows as somebody decided who may; says how many were another before."""
        numbered = [(0, row) for row in rows]
        return self._write(numbered, rows[0].register_name, by, at, "decided")["changed"]

    def update(
        self, model: type[R], key: str, changes: Mapping[str, object], by: str, at: datetime
    ) -> R:
        """Change fields of a row; raises RegisterRefused, and StoreError for an append-only one."""
        actor = require_name("by", by)
        if model.append_only:
            raise StoreError("register_append_only", register=model.register_name)
        with self._store.writing() as connection:
            queue_for(connection, "register")
            before = register_table.find(connection, model, key)
            if before is None:
                raise StoreError("register_row_unknown", register=model.register_name)
            given = {**before.model_dump(), **changes, before.key_field: before.key}
            after = validated(model, given)
            if mistakes := list(entry_mistakes(after, self._rules(before, after, at))):
                raise RegisterRefused(model.register_name, mistakes)
            register_table.change(connection, before, after, actor, at)
        return after

    def row(self, model: type[R], key: str) -> R | None:
        """The row of that key, corrected or not."""
        with self._store.reading() as connection:
            return register_table.find(connection, model, key)

    def rows(self, model: type[R], *, history: bool = False) -> Iterator[R]:
        """The rows by key, streamed; those that a later row corrects only with ``history``."""
        with self._store.reading() as connection:
            result = connection.execution_options(
                stream_results=True, max_row_buffer=BATCH_ROWS
            ).execute(register_table.current_rows(model, history=history))
            for row in result.mappings():
                yield register_table.from_columns(model, row)

    def count(self, model: type[R]) -> int:
        """How many rows count: those that no later row corrects."""
        rows = register_table.current_rows(model, history=False).subquery()
        with self._store.reading() as connection:
            return connection.scalar(select(func.count()).select_from(rows)) or 0

    def events(self, register: str | None = None) -> tuple[RegisterEvent, ...]:
        """Who changed what and when, oldest first."""
        chosen = select(REGISTER_EVENT).order_by(REGISTER_EVENT.c.event_id)
        if register is not None:
            chosen = chosen.where(REGISTER_EVENT.c.register == register)
        with self._store.reading() as connection:
            rows = connection.execute(chosen).mappings()
            return tuple(register_table.event(row) for row in rows)

    def _write(
        self, rows: Sequence[Numbered[R]], file: str, by: str, at: datetime, how: How
    ) -> dict[str, int]:
        actor = require_name("by", by)
        counts = {"added": 0, "changed": 0, "unchanged": 0}
        mistakes: list[Mistake] = []
        with self._store.writing() as connection:
            queue_for(connection, "register")
            for line, row in _corrected_first(rows):
                before = register_table.find(connection, type(row), row.key)
                if how != "new" and before == row:
                    counts["unchanged"] += 1
                elif wrong := [
                    *_misplaced(connection, before, row, (file, line), how),
                    *entry_mistakes(row, self._rules(before, row, at), file, line),
                ]:
                    mistakes += wrong
                elif before is None:
                    register_table.enter(connection, row, actor, at)
                    counts["added"] += 1
                else:
                    register_table.change(connection, before, row, actor, at)
                    counts["changed"] += 1
            if mistakes:
                raise RegisterRefused(rows[0][1].register_name, mistakes)
        return counts

    def _rules(self, before: RegisterRow | None, after: RegisterRow, at: datetime) -> Rules:
        """A new review date of a known hold means that it was reviewed on the day of the change."""
        due = [getattr(row, "review_due", None) for row in (before, after)]
        reviewed = before is not None and due[0] != due[1]
        return Rules(self._hold_review, at.date(), reviewed)


def _corrected_first(rows: Sequence[Numbered[R]]) -> list[Numbered[R]]:
    """The rows in their order, but each after the one it corrects."""
    of_key = {row.key: (line, row) for line, row in rows}
    ordered: dict[str, Numbered[R]] = {}
    for each in rows:
        chain: dict[str, Numbered[R]] = {}
        at: Numbered[R] | None = each
        while at is not None and at[1].key not in ordered and at[1].key not in chain:
            chain[at[1].key] = at
            at = of_key.get(getattr(at[1], "corrects", None) or "")
        ordered |= dict(reversed(chain.items()))
    return list(ordered.values())


def _fixed(row: RegisterRow, how: How) -> str | None:
    """Why a row that is known with other content is left as it is."""
    if how in ("new", "once"):
        return "key_known"
    if row.append_only:
        return "append_only"
    return "decided" if row.decided and how == "file" else None


def _misplaced(
    connection: Connection,
    before: RegisterRow | None,
    row: RegisterRow,
    where: tuple[str, int],
    how: How,
) -> Iterator[Mistake]:
    """What a row's place in its register forbids."""
    if before is not None and (code := _fixed(row, how)):
        yield mistake(*where, row.key_field, code)
        return
    old = getattr(row, "corrects", None)
    if old is None:
        return
    if register_table.find(connection, type(row), old) is None:
        yield mistake(*where, "corrects", "corrects_unknown")
    elif register_table.is_corrected(connection, type(row), old):
        yield mistake(*where, "corrects", "corrects_twice")
