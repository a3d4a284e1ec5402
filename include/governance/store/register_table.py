"""Register rows in their tables: found, entered, changed, and every change written down."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeVar

from sqlalchemy import Connection, RowMapping, Select, Table, insert, select, update

from include.governance.model.base import Model
from include.governance.model.register_row import FieldKind, RegisterRow
from include.governance.store.encoding import canonical
from include.governance.store.register_schema import REGISTER_EVENT, REGISTER_TABLES

R = TypeVar("R", bound=RegisterRow)


class RegisterEvent(Model):
    """One change of a register: which fields, never what was in them."""

    register_name: str
    key: str
    action: Literal["added", "changed"]
    fields: tuple[str, ...]
    by: str
    at: datetime


def table_of(row: RegisterRow | type[RegisterRow]) -> Table:
    """The table that keeps a register."""
    return REGISTER_TABLES[row.register_name]


def find(connection: Connection, model: type[R], key: str) -> R | None:
    """The row of that key."""
    table = table_of(model)
    found = connection.execute(select(table).where(table.c[model.key_field] == key))
    row = found.mappings().one_or_none()
    return None if row is None else from_columns(model, row)


def is_corrected(connection: Connection, model: type[RegisterRow], key: str) -> bool:
    """Whether a later row corrects the row of that key."""
    table = table_of(model)
    later = select(table.c.corrects).where(table.c.corrects == key)
    return connection.scalar(later) is not None


def current_rows(model: type[RegisterRow], *, history: bool) -> Select[*tuple[object, ...]]:
    """The rows by key; without ``history`` only those that no later row corrects."""
    table = table_of(model)
    chosen = select(table).order_by(table.c[model.key_field])
    if not model.append_only or history:
        return chosen
    later = table.alias()
    correcting = select(later.c.corrects).where(later.c.corrects == table.c[model.key_field])
    return chosen.where(~correcting.exists())


def enter(connection: Connection, row: RegisterRow, by: str, at: datetime) -> None:
    """Enter one checked row."""
    values = to_columns(row)
    connection.execute(insert(table_of(row)).values(**values))
    filled = [name for name, value in values.items() if value is not None]
    _write_down(connection, row, "added", filled, by, at)


def change(
    connection: Connection, before: RegisterRow, after: RegisterRow, by: str, at: datetime
) -> None:
    """Change one checked row; nothing happens when it is the same."""
    new, old = to_columns(after), to_columns(before)
    changed = {name: value for name, value in new.items() if old[name] != value}
    if changed:
        table = table_of(after)
        same = table.c[after.key_field] == after.key
        connection.execute(update(table).where(same).values(**changed))
        _write_down(connection, after, "changed", list(changed), by, at)


def to_columns(row: RegisterRow) -> dict[str, object]:
    """The row as the store keeps it: lists as JSON, and nothing that is never kept."""
    return {
        name: canonical(list(value)) if isinstance(value := getattr(row, name), tuple) else value
        for name, kind in row.kinds().items()
        if kind is not FieldKind.TRANSIENT
    }


def from_columns(model: type[R], row: RowMapping) -> R:
    """A row of the store as its model."""
    lists = {name for name, kind in model.kinds().items() if kind is FieldKind.WORDS}
    return model.model_validate(
        {
            name: tuple(json.loads(value)) if name in lists and value is not None else value
            for name, value in row.items()
        }
    )


def _write_down(
    connection: Connection,
    row: RegisterRow,
    action: str,
    fields: Sequence[str],
    by: str,
    at: datetime,
) -> None:
    connection.execute(
        insert(REGISTER_EVENT).values(
            register=row.register_name,
            row_key=row.key,
            action=action,
            fields=canonical(list(fields)),
            actor=by,
            at=at,
        )
    )


def event(row: RowMapping) -> RegisterEvent:
    """A row of the history."""
    return RegisterEvent(
        register_name=row["register"],
        key=row["row_key"],
        action=row["action"],
        fields=tuple(json.loads(row["fields"])),
        by=row["actor"],
        at=row["at"],
    )
