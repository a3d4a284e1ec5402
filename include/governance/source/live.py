"""A table as the database describes it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, exc, inspect
from sqlalchemy.types import TypeEngine


@dataclass(frozen=True)
class LiveColumn:
    """A column as the database describes it."""

    name: str
    type: TypeEngine[object]
    nullable: bool


@dataclass(frozen=True)
class LiveTable:
    """A table as the database describes it."""

    name: str
    schema: str | None
    columns: tuple[LiveColumn, ...]
    primary_key: tuple[str, ...]


def live_table(connection: Connection, name: str, schema: str | None) -> LiveTable:
    """Columns and primary key; raises NoSuchTableError."""
    with _nothing_overlooked():
        inspector = inspect(connection)
        columns = tuple(
            LiveColumn(found["name"], found["type"], found["nullable"])
            for found in inspector.get_columns(name, schema=schema)
        )
        key = inspector.get_pk_constraint(name, schema=schema)["constrained_columns"]
    return LiveTable(name, schema, columns, tuple(key))


@contextmanager
def _nothing_overlooked() -> Iterator[None]:
    """A column that SQLAlchemy cannot describe is an error: it would never be looked at."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "Unknown (column|schema)", exc.SAWarning)
        try:
            yield
        except exc.SAWarning:
            raise exc.SQLAlchemyError from None
