"""How a column keeps keys, as far as finding a key that somebody wrote down needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from sqlalchemy import types
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.types import TypeEngine

from include.governance.model.contract import Dataset
from include.governance.source.database import Source
from include.governance.source.live import LiveTable

#: ``unsigned``, ``integer`` and ``number`` take numbers only, ``uuid`` UUIDs, ``named`` the words
#: of a list or days; ``loose`` is SQLite's column that keeps whatever it is given, and
#: ``loose_integer`` one that was made for numbers. In ``opaque`` no written key can be looked up.
KeyKind = Literal[
    "text",
    "integer",
    "unsigned",
    "number",
    "uuid",
    "named",
    "loose",
    "loose_integer",
    "opaque",
]


class KeyColumns:
    """The columns of a source's tables, each table looked at once, when it is first asked for."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._known: dict[str, Mapping[str, KeyKind]] = {}

    @property
    def dialect(self) -> str:
        """The database's name as SQLAlchemy has it."""
        return self._source.dialect

    def kinds(self, dataset: Dataset) -> Mapping[str, KeyKind]:
        """How the columns of a dataset keep keys; raises SourceMismatch where it is not there."""
        if dataset.id not in self._known:
            live = self._source.live_table(dataset.table, dataset.schema_name)
            self._known[dataset.id] = kinds_of(live, self.dialect)
        return self._known[dataset.id]


def kinds_of(table: LiveTable, dialect: str) -> dict[str, KeyKind]:
    """The kinds of all columns of a table."""
    kind = _loose if dialect == "sqlite" else _strict
    return {column.name: kind(column.type) for column in table.columns}


def _loose(declared: TypeEngine[object]) -> KeyKind:
    """SQLite turns numbers into text where text was declared, and nothing else is certain."""
    match declared:
        case types.String():
            return "text"
        case types.Integer():
            return "loose_integer"
        case types.LargeBinary():
            return "opaque"
        case _:
            return "loose"


def _strict(declared: TypeEngine[object]) -> KeyKind:
    match declared:
        case DOMAIN():
            return _strict(declared.data_type)
        case types.Enum() | types.Date() | types.NullType():
            return "named"
        case types.String():
            return "text"
        case types.Integer():
            return "unsigned" if getattr(declared, "unsigned", False) else "integer"
        case types.Numeric() | types.Float():
            return "number"
        case types.Uuid():
            return "uuid"
        case _:
            return "opaque"
