"""How a column is stored, as far as comparing dates needs to know."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import types

from include.governance.source.live import LiveColumn, LiveTable

Stored = Literal["text", "date", "timestamp", "timestamp_tz", "number", "boolean", "other"]


def stored_as(column: LiveColumn) -> Stored:
    """The family of a live column's type."""
    kind: object = column.type
    match kind:
        case types.String():
            return "text"
        case types.DateTime(timezone=True):
            return "timestamp_tz"
        case types.DateTime():
            return "timestamp"
        case types.Date():
            return "date"
        case types.Boolean():
            return "boolean"
        case types.Numeric() | types.Integer():
            return "number"
        case _:
            return "other"


def stored_columns(table: LiveTable, dialect: str) -> dict[str, Stored]:
    """The families of all columns of a table.

    SQLite keeps dates as text, whatever it was told, and columns may have no type at all.
    """
    stored = {column.name: stored_as(column) for column in table.columns}
    if dialect != "sqlite":
        return stored
    untyped = {c.name for c in table.columns if isinstance(c.type, types.NullType)}
    dates = ("date", "timestamp", "timestamp_tz")
    return {n: "text" if kind in dates or n in untyped else kind for n, kind in stored.items()}
