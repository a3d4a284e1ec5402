"""One table for each register, with the columns of its model, and the history of their changes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table
from sqlalchemy.types import TypeEngine

from include.governance.model.register import REGISTERS
from include.governance.model.register_row import (
    HASH_LENGTH,
    KEY_LENGTH,
    NAME_LENGTH,
    FieldKind,
    RegisterRow,
)
from include.governance.store.columns import (
    NAME,
    WORD,
    Utc,
    long_text,
    moment_type,
    own_table,
    text,
)


def _type(kind: FieldKind) -> TypeEngine[Any]:
    types: dict[FieldKind, TypeEngine[Any]] = {
        FieldKind.KEY: String(KEY_LENGTH),
        FieldKind.SUBJECT: String(KEY_LENGTH),
        FieldKind.NAME: String(NAME_LENGTH),
        FieldKind.HASH: String(HASH_LENGTH),
        FieldKind.NOTE: long_text(),
        FieldKind.WORDS: long_text(),
        FieldKind.DAY: Date(),
        FieldKind.MOMENT: moment_type(),
        FieldKind.NUMBER: Integer(),
        FieldKind.FLAG: Boolean(),
    }
    return types[kind]


def _table(model: type[RegisterRow]) -> Table:
    columns = [
        Column(
            name, _type(kind), primary_key=name == model.key_field, nullable=name != model.key_field
        )
        for name, kind in model.kinds().items()
        if kind is not FieldKind.TRANSIENT
    ]
    indexes = [Index(None, "corrects", unique=True)] if model.append_only else []
    return own_table(f"register_{model.register_name}", *columns, *indexes)


REGISTER_TABLES: dict[str, Table] = {name: _table(model) for name, model in REGISTERS.items()}

REGISTER_EVENT = own_table(
    "register_event",
    Column("event_id", Integer, primary_key=True),
    text("register", WORD),
    text("row_key", KEY_LENGTH),
    text("action", WORD),
    Column("fields", long_text(), nullable=False),
    text("actor", NAME),
    Column("at", Utc, nullable=False),
    Index(None, "register", "row_key"),
)
