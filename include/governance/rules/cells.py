"""Cells of any database as rules compare them: the same text or number on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Numeric,
    Text,
    and_,
    case,
    cast,
    collate,
    func,
    literal,
    not_,
    null,
    or_,
)
from sqlalchemy.dialects.mysql import CHAR

from include.governance.model.yes_or_no import NO, YES
from include.governance.rules.relation import CellKind
from include.governance.source import clocks, iso_text
from include.governance.source.clocks import Clock, Zone
from include.governance.source.types import Stored

Cell = ColumnElement[Any]
DATED = (CellKind.DAY, CellKind.MOMENT)
NUMBERS = (CellKind.NUMBER, CellKind.FLAG)
_TZ = DateTime(timezone=True)
#: What a day or a shortened time is filled up with, so that moments sort as text.
_FILL = "0000-00-00T00:00:00.000000"
_DAY = len("0000-00-00")
#: How the zone at the end of a moment looks, and how long it is.
_ZONES = (("+__:__", 6), ("+____", 5), ("+__", 3), ("Z", 1), ("z", 1))
_WHOLE = "^ *-?[0-9]{1,18}([.]0+)? *$"
_LATEST = date(9999, 12, 31)
#: A JSON list of strings, or words between commas.
_LIST = (
    r'^ *(\[ *("([^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"'
    r' *(, *"([^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*" *)*)?\] *|[^[ ].*)$'
)
_BINARY = {"postgresql": "C", "mysql": "utf8mb4_nopad_bin", "mariadb": "utf8mb4_nopad_bin"}


@dataclass(frozen=True)
class Normal:
    """A normalised cell, and whether something stands there that cannot be read.

    Some kinds can always be read.
    """

    value: Cell
    unreadable: ColumnElement[bool] | None = None


@dataclass(frozen=True)
class Reader:
    """How the cells of one database are read."""

    dialect: str
    zone: Zone
    entities: Sequence[str] = ()

    def prepared(self, column: Cell, stored: Stored, kind: CellKind) -> Cell:
        """The cell as ``cell`` takes it, so that no statement repeats how it is read."""
        if self._is_number(stored):
            return self.text(column)
        if kind not in DATED:
            return self.filled(column)
        if stored in ("date", "timestamp", "timestamp_tz"):
            return column
        return func.trim(func.replace(self.filled(column), "/", "-"))

    def cell(self, prepared: Cell, stored: Stored, kind: CellKind) -> Normal:
        """A prepared column as a field of this kind."""
        match kind:
            case CellKind.DAY | CellKind.MOMENT if stored in ("date", "timestamp", "timestamp_tz"):
                return self._dated(prepared, stored, kind)
            case CellKind.DAY | CellKind.MOMENT:
                return self._written(prepared, kind)
            case CellKind.FLAG:
                word = func.lower(func.trim(prepared))
                known = case((word.in_(YES), 1), (word.in_(NO), 0))
                return Normal(known, _other(prepared, word.in_((*YES, *NO))))
            case CellKind.NUMBER:
                whole = prepared.regexp_match(_WHOLE)
                number = cast(cast(prepared, Numeric(38, 6)), BigInteger)
                return Normal(case((whole, number)), _other(prepared, whole))
            case CellKind.WORDS:
                return Normal(prepared, _other(prepared, prepared.regexp_match(_LIST)))
            case CellKind.SUBJECT if self._is_number(stored):
                return Normal(prepared)
            case CellKind.SUBJECT:
                return Normal(self._bare(prepared))
            case CellKind.CONTACT:
                return Normal(func.lower(func.trim(prepared)))
            case _:
                return Normal(prepared)

    def _is_number(self, stored: Stored) -> bool:
        """No cell can be blank or hold a word; on SQLite any may, whatever the column's type."""
        return stored == "number" and self.dialect != "sqlite"

    def filled(self, column: Cell) -> Cell:
        """The cell as text that compares byte by byte; blank text is no value."""
        text = self.text(column)
        return case((func.trim(text) != "", text))

    def text(self, column: Cell) -> Cell:
        """The cell as text that compares byte by byte."""
        own = CHAR(charset="utf8mb4") if self.dialect in ("mysql", "mariadb") else Text()
        cell = cast(column, own)
        binary = _BINARY.get(self.dialect)
        return collate(cell, binary) if binary else cell

    def nothing(self, kind: CellKind) -> Cell:
        """The value of a field that no column fills."""
        return cast(null(), BigInteger) if kind in NUMBERS else self.text(null())

    def _bare(self, text: Cell) -> Cell:
        """Without the ``member:`` before the number of a person."""
        prefixes = [f"{entity}:" for entity in self.entities]
        known = [
            (func.substr(text, 1, len(prefix)) == prefix, func.substr(text, len(prefix) + 1))
            for prefix in prefixes
        ]
        return case(*known, else_=text) if known else text

    def _dated(self, column: Cell, stored: Stored, kind: CellKind) -> Normal:
        clock = Clock(column, stored)
        readable = and_(clocks.readable(clock), column <= _LATEST)
        local = func.timezone(self.zone.name, column) if stored == "timestamp_tz" else column
        if self.dialect == "postgresql":
            form = "YYYY-MM-DD" if kind is CellKind.DAY else 'YYYY-MM-DD"T"HH24:MI:SS.US'
            shown = func.to_char(local, form)
        else:
            form = "%Y-%m-%d" if kind is CellKind.DAY else "%Y-%m-%dT%H:%i:%s.%f"
            shown = func.date_format(local, form)
        value = case((readable, self.text(shown)))
        return Normal(value, and_(column.is_not(None), not_(readable)))

    def _written(self, text: Cell, kind: CellKind) -> Normal:
        readable = iso_text.readable(text)
        zone = case(
            (func.length(text) <= _DAY, 0),
            *((text.like(f"%{form}"), length) for form, length in _ZONES),
            else_=0,
        )
        bare = func.substr(text, 1, func.length(text) - zone)
        full = func.substr(bare.concat(func.substr(_FILL, func.length(bare) + 1)), 1, len(_FILL))
        for wrong, right in ((" ", "T"), ("t", "T"), (",", ".")):
            full = func.replace(full, wrong, right)
        in_utc = and_(
            func.length(text) > _DAY, or_(text.like("%Z"), text.like("%z"), text.like("%+00%"))
        )
        value = case((and_(readable, in_utc), self._from_utc(full)), (readable, full))
        day = func.substr(value, 1, _DAY) if kind is CellKind.DAY else value
        return Normal(self.text(day), _other(text, readable))

    def _from_utc(self, moment: Cell) -> Cell:
        """Text of a moment in UTC as text in the policy's zone, which has no summer time."""
        seconds, rest = func.substr(moment, 1, 19), func.substr(moment, 20)
        match self.dialect:
            case "sqlite":
                moved = func.strftime("%Y-%m-%dT%H:%M:%S", seconds, literal("+9 hours"))
            case "postgresql":
                shifted = func.timezone(self.zone.name, func.concat(seconds, "Z").cast(_TZ))
                moved = func.to_char(shifted, 'YYYY-MM-DD"T"HH24:MI:SS')
            case _:
                shifted = func.addtime(seconds, "09:00:00")
                moved = func.date_format(shifted, "%Y-%m-%dT%H:%i:%s")
        return func.concat(moved, rest) if self.dialect != "sqlite" else moved.concat(rest)


def _other(prepared: Cell, understood: ColumnElement[bool]) -> ColumnElement[bool]:
    """Something stands there, and nobody understands it."""
    return and_(prepared.is_not(None), not_(understood))
