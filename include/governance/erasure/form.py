"""Tell rows that were masked from rows that were not, by the form of their values alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, true

from include.governance.erasure.actions import assignments_of
from include.governance.erasure.coarser import AgeCap
from include.governance.erasure.pseudonym import HEX_DIGITS
from include.governance.erasure.reflect import Shape
from include.governance.erasure.selection import Selection
from include.governance.erasure.target import Kind
from include.governance.errors import PlanError
from include.governance.model.schedule import Action
from include.governance.plan.build import AGES
from include.governance.source.clocks import any_of

_HEX = "0123456789abcdef"


def unmasked(shape: Shape, actions: Mapping[str, Action], kind: Kind) -> ColumnElement[bool]:
    """Rows in which a column has a value that its action would have changed.

    An action done twice gives what it gave once, except for a pseudonym: that is told by being
    nothing but hexadecimal digits of the right number. Ages that only a cap changes are not looked
    at.
    """
    return any_of(unmasked_columns(shape, actions, kind, None).values())


def unmasked_columns(
    shape: Shape, actions: Mapping[str, Action], kind: Kind, cap: AgeCap | None
) -> dict[str, ColumnElement[bool]]:
    """The same for each column that an action changes, and also for ages where there is a cap."""
    capped = () if cap else shape.dataset.with_category(*AGES)
    untold = {column.name for column in capped}
    plain = {
        name: action
        for name, action in actions.items()
        if action not in ("keep", "pseudonymise")
        and not (action == "generalise" and name in untold)
    }
    again = Selection(shape.dataset, "form", date.min, true(), lambda _: {}, {}, plain, age_cap=cap)
    found = {
        name: _differs(shape.table.c[name], new, plain[name])
        for name, new in assignments_of(shape, again, kind).items()
        if isinstance(new, ColumnElement)
    }
    for name, action in actions.items():
        if action == "pseudonymise":
            found[name] = _no_pseudonym(shape, name)
    return found


def _differs(
    column: ColumnElement[Any], new: ColumnElement[Any], action: Action
) -> ColumnElement[bool]:
    match action:
        case "null":
            return column.is_not(None)
        case "fixed":
            return or_(column.is_(None), column != new)
        case _:
            return and_(column.is_not(None), or_(new.is_(None), column != new))


def _no_pseudonym(shape: Shape, name: str) -> ColumnElement[bool]:
    if name not in shape.table.c or name not in shape.types:
        raise PlanError("erasure_key_undeclared", table=shape.dataset.id, column=name)
    column: ColumnElement[Any] = cast(shape.table.c[name], Text)
    digits = min(shape.lengths[name] or HEX_DIGITS, HEX_DIGITS)
    rest: ColumnElement[Any] = column
    for digit in _HEX:
        rest = func.replace(rest, digit, "", type_=Text)
    other = or_(func.length(column) != digits, rest != "")
    return and_(shape.table.c[name].is_not(None), other)
