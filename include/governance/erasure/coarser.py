"""Values made coarser: years, the beginning of a postal code, prefectures, ages up to a cap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Text, case, cast, func, literal, null, types

from include.governance.erasure.reflect import Shape
from include.governance.erasure.target import Kind
from include.governance.model.prefecture import PREFECTURES


@dataclass(frozen=True)
class AgeCap:
    """Whoever is older than so many years on a day counts as that old."""

    years: int
    as_of: date

    @property
    def year(self) -> int:
        """The year of birth of everybody born before it."""
        return self.as_of.year - self.years


def generalised(
    shape: Shape, name: str, kind: Kind, cap: AgeCap | None
) -> ColumnElement[Any] | None:
    """The coarser value by the column's category; None where a column cannot have one.

    Not where values must differ: two rows would come to be the same.
    """
    declared, stored = shape.dataset.column(name), shape.types[name]
    if name in shape.unique.compared:
        return None
    column, is_text = shape.table.c[name], shape.takes_any_text(name)
    match declared.category if declared else None:
        case "date_of_birth":
            return _birthday(shape, name, kind, cap)
        case "birth_year" if cap and isinstance(stored, types.Integer):
            return case((column < cap.year, cap.year), else_=column)
        case "age" if cap and isinstance(stored, types.Integer):
            return case((column > cap.years, cap.years), else_=column)
        case "postal_code" if is_text:
            return func.substr(column, 1, 3, type_=Text)
        case "address" if is_text:
            return _prefecture(shape, name)
        case _:
            return None


def _birthday(shape: Shape, name: str, kind: Kind, cap: AgeCap | None) -> ColumnElement[Any] | None:
    """1 January of the same year; text that is no date becomes empty."""
    column, stored = shape.table.c[name], shape.types[name]
    if kind == "sqlite" or isinstance(stored, types.String):
        year: ColumnElement[Any] = func.substr(column, 1, 4, type_=Text)
        if cap:
            first = literal(f"{cap.year:04d}", Text)
            year = case((year < first, first), else_=year)
        is_date = column.like("____-__-__%")
        return case((is_date, year.concat("-01-01")), else_=_nothing(shape, name))
    if not isinstance(stored, types.Date | types.DateTime):
        return None
    if kind == "mariadb":
        day: ColumnElement[Any] = func.makedate(func.year(column), 1)
    else:
        day = cast(func.date_trunc("year", column), stored)
    if not cap:
        return day
    first = literal(date(cap.year, 1, 1), types.Date)
    return case((column < first, first), else_=day)


def _prefecture(shape: Shape, name: str) -> ColumnElement[Any]:
    """The prefecture at the beginning of a Japanese address, nothing of any other.

    Names are compared whole: 太宰府市 begins with a city, not with a prefecture.
    """
    column = shape.table.c[name]
    starts = [func.substr(column, 1, length, type_=Text) for length in (3, 4)]
    return case(
        *((start.in_(PREFECTURES), start) for start in starts),
        else_=_nothing(shape, name),
    )


def _nothing(shape: Shape, name: str) -> ColumnElement[Any]:
    """NULL, or where that is forbidden an empty text."""
    return literal("", Text) if name in shape.required else null()
