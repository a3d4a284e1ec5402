"""What happens to the columns of a row that stays: emptied, pseudonymised, made coarser, fixed."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, literal, null, types

from include.governance.erasure.change import Assignments
from include.governance.erasure.coarser import AgeCap, generalised
from include.governance.erasure.pseudonym import HEX_DIGITS, Pseudonym, PseudonymKey
from include.governance.erasure.reflect import Shape
from include.governance.erasure.selection import Selection
from include.governance.erasure.target import Kind
from include.governance.errors import PlanError
from include.governance.model.schedule import Action
from include.governance.retention.emptied import ERASED, NO_DAY

_LONG_ENOUGH = 16


def assignments_of(shape: Shape, selection: Selection, kind: Kind) -> Assignments:
    """A new value per column; raises PlanError for an action that a column cannot take."""
    found: dict[str, ColumnElement[Any] | Pseudonym | None] = {}
    for name, action in selection.actions.items():
        if name in shape.key:
            raise _impossible(shape, name, action)
        if name not in shape.types or name not in shape.table.c:
            raise PlanError("erasure_key_undeclared", table=shape.dataset.id, column=name)
        if action != "keep" and name in shape.referenced:
            raise PlanError("erasure_referenced", table=shape.dataset.id, column=name)
        if action not in ("keep", "null") and name in shape.unique.computed:
            raise _impossible(shape, name, action)
        match action:
            case "keep":
                continue
            case "null":
                found[name] = _null(shape, name)
            case "fixed":
                found[name] = _fixed(shape, name)
            case "generalise":
                found[name] = _generalised(shape, name, kind, selection.age_cap)
            case "pseudonymise":
                found[name] = _pseudonym(shape, name, selection.key)
            case _:
                raise _impossible(shape, name, action)
    for name, day in selection.marks.items():
        if name in shape.referenced:
            raise PlanError("erasure_referenced", table=shape.dataset.id, column=name)
        found[name] = _mark(shape, name, day, kind)
    return found


def _mark(shape: Shape, name: str, day: date, kind: Kind) -> ColumnElement[Any]:
    """The day of the disposal, as the column keeps days."""
    stored = shape.types.get(name)
    if name not in shape.table.c or name in shape.key:
        raise PlanError("erasure_key_undeclared", table=shape.dataset.id, column=name)
    if kind == "sqlite" or (isinstance(stored, types.String) and shape.takes_any_text(name)):
        return literal(day.isoformat(), Text)
    if not isinstance(stored, types.Date | types.DateTime):
        raise _impossible(shape, name, "fixed")
    return literal(day, types.Date)


def _impossible(shape: Shape, name: str, action: Action) -> PlanError:
    return PlanError("erasure_action", table=shape.dataset.id, column=name, action=action)


def _null(shape: Shape, name: str) -> ColumnElement[Any]:
    if name in shape.required:
        raise _impossible(shape, name, "null")
    return null()


def _fixed(shape: Shape, name: str) -> ColumnElement[Any]:
    """The same for all rows, or where values must differ, the row's own key behind it."""
    length = shape.lengths[name] or 1_000
    kind: Any = shape.types[name]
    if name in shape.unique.compared:
        if not shape.takes_any_text(name) or length < 2 * HEX_DIGITS:
            raise _impossible(shape, name, "fixed")
        value: ColumnElement[Any] = literal(ERASED, Text)
        for part in shape.key:
            value = value.concat("-").concat(cast(shape.table.c[part], Text))
        return value
    match kind:
        case types.String() if shape.takes_any_text(name):
            return literal(ERASED[:length], Text)
        case types.Boolean():
            return literal(False)
        case types.Numeric() | types.Integer():
            return literal(0)
        case types.DateTime():
            return literal(datetime.combine(NO_DAY, time()), types.DateTime)
        case types.Date():
            return literal(NO_DAY, types.Date)
        case _:
            raise _impossible(shape, name, "fixed")


def _generalised(shape: Shape, name: str, kind: Kind, cap: AgeCap | None) -> ColumnElement[Any]:
    found = generalised(shape, name, kind, cap)
    if found is None:
        raise _impossible(shape, name, "generalise")
    return found


def _pseudonym(shape: Shape, name: str, key: PseudonymKey | None) -> Pseudonym:
    length = shape.lengths[name] or HEX_DIGITS
    if key is None:
        raise PlanError("erasure_no_secret", table=shape.dataset.id, column=name)
    if not shape.takes_any_text(name) or length < _LONG_ENOUGH:
        raise _impossible(shape, name, "pseudonymise")
    return Pseudonym(key, min(length, HEX_DIGITS))
