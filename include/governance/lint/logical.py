"""Whether a column's type in the database can hold what the contract promises."""

from __future__ import annotations

from sqlalchemy import types
from sqlalchemy.types import TypeEngine

from include.governance.model.contract import LogicalType

_NUMBERS: tuple[type[object], ...] = (types.Integer, types.Numeric)
_ALLOWED: dict[LogicalType, tuple[type[object], ...]] = {
    "string": (types.String, types.Uuid, types.Enum),
    "integer": _NUMBERS,
    "number": _NUMBERS,
    "boolean": (types.Boolean, types.Integer),
    "date": (types.Date, types.DateTime),  # 3.0 of the standard knew no timestamp
    "timestamp": (types.DateTime,),
    "time": (types.Time,),
    "object": (types.JSON, types.String),
    "array": (types.JSON, types.ARRAY, types.String),
    "map": (types.JSON, types.String),
    "vector": (types.ARRAY, types.JSON, types.LargeBinary, types.String),
}
#: SQLite has no type for a date: ISO text is its way to store one.
_AS_TEXT = ("date", "timestamp", "time")


def agrees(promised: LogicalType | None, live: TypeEngine[object], dialect: str) -> bool:
    """True as well where nothing was promised, or the driver does not know the type."""
    if promised is None or isinstance(live, types.NullType):
        return True
    if dialect == "sqlite" and promised in _AS_TEXT and isinstance(live, types.String):
        return True
    if promised == "integer" and isinstance(live, types.Numeric):
        return not live.scale and not isinstance(live, types.Float)
    return isinstance(live, _ALLOWED[promised])
