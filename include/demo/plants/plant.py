"""A plant is data: rows to add, or an update of rows that exist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, Update, update

from include.demo import schema
from include.demo.rows import Row


@dataclass(frozen=True, slots=True)
class Added:
    """Rows that only the planted company has."""

    table: Table
    rows: tuple[Row, ...]


Plant = Added | Update


def added(table: Table, rows: Iterable[Row]) -> Added:
    """Rows to add to ``table``."""
    return Added(table, tuple(rows))


def changed(table: Table, keys: Iterable[Any], **values: Any) -> Update:
    """An update of the rows whose first column is one of ``keys``."""
    first = next(iter(table.columns))
    return update(table).where(first.in_(list(keys))).values(**values)


def members(*member_ids: int, **values: Any) -> Update:
    """An update of members."""
    return changed(schema.MEMBERS, member_ids, **values)


def mail(event_id: int, member_id: int | None, email: str, sent: Any) -> Row:
    """A mail of the season's campaign."""
    return event_id, "C1", member_id, email, "sent", sent
