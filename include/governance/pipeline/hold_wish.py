"""A legal hold as somebody asks for it, and the rows of the register that it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Literal

from sqlalchemy import Text, cast, select

from include.governance.model.contract import Dataset
from include.governance.model.mistake import Mistake
from include.governance.model.reference import key_text, keyed
from include.governance.model.register import HoldRow
from include.governance.pipeline.workspace import Workspace
from include.governance.refusal import did_you_mean
from include.governance.retention.hold_scope import OpenHold, fault
from include.governance.source.rows import table_of
from include.governance.store.register_entry import (
    RegisterRefused,
    Rules,
    entry_mistakes,
    mistake,
    validated,
)

#: Every held row is named in each later query, so more than this are held as a table.
MOST_ROWS = 5_000
_BATCH = 500
Scope = Literal["table", "subject", "query"]
_QUERY = "query "


@dataclass(frozen=True, kw_only=True)
class HoldWish:
    """One hold. Of ``table``, ``subject`` (``entity:key``) and ``column`` exactly one is named.

    ``column`` is ``source.table.column``: the rows that hold one of ``values`` now are held, each
    under the company's own number; the values themselves are not kept.
    """

    hold_id: str
    table: str | None = None
    subject: str | None = None
    column: str | None = None
    values: tuple[str, ...] = ()
    reason: str
    note: str | None = None
    approver: str
    review_due: date


def rows_of(workspace: Workspace, wish: HoldWish, today: date) -> list[HoldRow]:
    """The rows of the register; raises RegisterRefused naming everything that is wrong.

    Raises SourceError when the rows of a column cannot be read.
    """
    mistakes = list(_own_mistakes(workspace, wish, today))
    rows = [_row(wish, today, table=wish.table or _own_table(workspace, wish), scope=_kind(wish))]
    if wish.column is None:
        mistakes += _scope_mistakes(workspace, rows[0])
    elif place := _column(workspace, wish.column):
        dataset, column = place
        scope = f"{_QUERY}{dataset.id}.{column} {_digest(workspace, wish)[:16]}"
        found = sorted(_found(workspace, dataset, column, wish.values))
        mistakes += _count_mistakes(len(found))
        rows = [
            _row(wish, today, table=dataset.id, scope=scope, subject=subject, number=number)
            for number, subject in enumerate(found, 1)
        ]
    else:
        mistakes.append(_column_mistake(workspace, wish.column))
    mistakes += [each for row in rows[:1] for each in _entry_mistakes(workspace, row, today)]
    if mistakes:
        raise RegisterRefused(HoldRow.register_name, mistakes)
    return rows


def scope_of(row: HoldRow) -> Scope:
    """What a hold of the register is on."""
    if (row.scope or "").startswith(_QUERY):
        return "query"
    return "subject" if row.subject_ref else "table"


def hold_id(row: HoldRow) -> str:
    """The hold that a row belongs to: what a column finds is one hold of many rows."""
    return row.hold_id.rpartition("/")[0] if scope_of(row) == "query" else row.hold_id


def approver_mistakes(workspace: Workspace, approver: str, field: str) -> Iterator[Mistake]:
    """An approver is a role of the policy, or ``ROLE/login``."""
    roles = workspace.rulebook.policy.roles
    if approver.partition("/")[0] not in roles:
        yield _wrong(field, "choice", allowed=", ".join(roles))


def _entry_mistakes(workspace: Workspace, row: HoldRow, today: date) -> Iterator[Mistake]:
    schedule = workspace.rulebook.schedule
    for each in entry_mistakes(row, Rules(schedule.max_hold_review, today)):
        if each.path != "table_name" or row.subject_ref is None:  # a subject names its table
            yield each


def _own_mistakes(workspace: Workspace, wish: HoldWish, today: date) -> Iterator[Mistake]:
    if "/" in wish.hold_id:
        yield _wrong("hold_id", "hold_id_slash")
    reasons = workspace.rulebook.schedule.hold_reasons
    if wish.reason not in reasons:
        yield _wrong("reason", "choice", allowed=", ".join(reasons))
    yield from approver_mistakes(workspace, wish.approver, "approver")
    if wish.review_due <= today:
        yield _wrong("review_due", "not_later_than_today")


def _row(
    wish: HoldWish,
    today: date,
    *,
    table: str | None,
    scope: str,
    subject: str | None = None,
    number: int = 0,
) -> HoldRow:
    given = {
        "hold_id": f"{wish.hold_id}/{number}" if number else wish.hold_id,
        "scope": scope,
        "table_name": table,
        "subject_ref": subject or wish.subject,
        "reason": f"{wish.reason}: {wish.note}" if wish.note else wish.reason,
        "approver": wish.approver,
        "placed_on": today,
        "review_due": wish.review_due,
    }
    return validated(HoldRow, given)


def _kind(wish: HoldWish) -> str:
    return "subject" if wish.subject is not None else "table"


def _own_table(workspace: Workspace, wish: HoldWish) -> str | None:
    """The table in which a subject is a row of its own."""
    entity = (wish.subject or "").partition(":")[0]
    own = (dataset.id for dataset in workspace.datasets if dataset.entity == entity)
    return next(own, None)


def _scope_mistakes(workspace: Workspace, row: HoldRow) -> Iterator[Mistake]:
    if row.subject_ref is not None and row.table_name is None:
        entities = sorted({d.entity for d in workspace.datasets if d.entity})
        yield _wrong("subject_ref", "hold_subject", allowed=", ".join(entities))
    elif wrong := fault(OpenHold(row.table_name, row.subject_ref), workspace.datasets):
        field = "table_name" if wrong.code.startswith("hold_table") else "subject_ref"
        yield _wrong(field, wrong.code, **wrong.facts)


def _column(workspace: Workspace, name: str) -> tuple[Dataset, str] | None:
    """The table and column, if rows of the table can be held one by one."""
    for dataset in workspace.datasets:
        column = name.removeprefix(f"{dataset.id}.")
        known = any(each.name == column for each in dataset.columns)
        if column != name and known and dataset.entity and dataset.primary_key:
            return dataset, column
    return None


def _column_mistake(workspace: Workspace, name: str) -> Mistake:
    known = [f"{d.id}.{c.name}" for d in workspace.datasets if d.entity for c in d.columns]
    if near := did_you_mean(name, known):
        return _wrong("column", "hold_column_near", near=near)
    return _wrong("column", "hold_column")


def _found(workspace: Workspace, dataset: Dataset, column: str, values: Iterable[str]) -> set[str]:
    """The subjects whose rows hold one of the values, up to one more than may be held."""
    source, table = workspace.source(dataset.source), table_of(dataset)
    key = [table.c[name] for name in dataset.primary_key]
    wanted, found = iter(sorted(set(values))), set[str]()
    while (batch := list(islice(wanted, _BATCH))) and len(found) <= MOST_ROWS:
        query = select(*key).where(cast(table.c[column], Text).in_(batch)).limit(MOST_ROWS + 1)
        for rows in source.rows(query, dataset.table):
            found |= {f"{dataset.entity}:{key_text(row)}" for row in rows}
    return found


def _count_mistakes(count: int) -> Iterator[Mistake]:
    if not count:
        yield _wrong("values", "hold_finds_nothing")
    if count > MOST_ROWS:
        yield _wrong("values", "hold_finds_too_many", allowed=MOST_ROWS)


def _digest(workspace: Workspace, wish: HoldWish) -> str:
    secret = workspace.settings.key.get_secret_value()
    return keyed(secret, "hold-values", "\n".join(sorted(set(wish.values))))


def _wrong(field: str, code: str, **facts: str | int) -> Mistake:
    return mistake(HoldRow.register_name, 0, field, code, **facts)
