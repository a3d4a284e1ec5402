"""Texts compared letter by letter, whatever a column's collation takes for the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Text, cast, collate
from sqlalchemy.dialects import mysql


def letters(column: ColumnElement[object], dialect: str) -> ColumnElement[Any]:
    """The column as ``written`` texts are compared with it exactly."""
    match dialect:
        case "postgresql":
            return collate(cast(column, Text), "C")
        case "sqlite":
            return collate(column, "BINARY")
        case _:
            return cast(cast(column, mysql.CHAR(charset="utf8mb4")), LargeBinary)


def written(text: str, dialect: str) -> str | bytes:
    """A text as it is compared with ``letters`` of a column."""
    return text if dialect in ("postgresql", "sqlite") else text.encode()
