"""Whether a row that is marked as disposed of is really empty, as far as SQL can tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, false, func, literal, or_, true

from include.governance.model.contract import Dataset, RecordClassUse
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.schedule import Action, RecordClass
from include.governance.plan.build import column_actions
from include.governance.retention.condition import compared
from include.governance.source.clocks import any_of
from include.governance.source.rows import table_of
from include.governance.source.types import Stored

#: What an erasure writes where a text must not be empty, and where no date may be.
ERASED = "erased"
NO_DAY = date(1900, 1, 1)


def emptied(
    dataset: Dataset,
    use: RecordClassUse,
    record: RecordClass,
    policy: PrivacyPolicy,
    stored: Mapping[str, Stored],
) -> ColumnElement[bool]:
    """Every column that the schedule empties holds nothing; never NULL.

    A column may also hold what one of the conditions of ``disposed`` says. What a coarser or
    pseudonymised value looks like cannot be told, so those columns are not looked at.
    """
    table = table_of(dataset)
    return and_(
        true(),
        *(
            or_(
                _empty(table.c[name], stored.get(name, "other"), action),
                any_of(
                    and_(table.c[name].is_not(None), table.c[name] == compared(where, stored))
                    for where in use.disposed
                    if where.column == name and where.equals is not None
                ),
            )
            for name, action in _to_empty(dataset, use, record, policy).items()
        ),
    )


def _to_empty(
    dataset: Dataset, use: RecordClassUse, record: RecordClass, policy: PrivacyPolicy
) -> dict[str, Action]:
    """What disposal empties; of a row that should be gone, everything personal.

    Clocks and the columns that say so are left out: they tell what became of the row.
    """
    if record.action == "delete":
        record = record.model_copy(update={"action": "null", "actions": {}})
    told = {use.disposed_at, use.when.column if use.when else None}
    told |= {where.column for where in use.disposed if where.is_null is False}
    told |= {column.name for column in dataset.columns if column.clocks}
    actions = column_actions(dataset, record, policy)
    return {n: a for n, a in actions.items() if a in ("null", "fixed") and n not in told}


def _empty(column: ColumnElement[Any], stored: Stored, action: Action) -> ColumnElement[bool]:
    filler = _filler(column, stored, action) if action == "fixed" or stored == "text" else false()
    return or_(column.is_(None), and_(column.is_not(None), filler))


def _filler(column: ColumnElement[Any], stored: Stored, action: Action) -> ColumnElement[bool]:
    """What an erasure leaves in a column that may not be empty, as far as its length allows."""
    match stored:
        case "text":
            text = cast(column, Text)
            cut = func.substr(literal(ERASED, Text), 1, func.length(text), type_=Text)
            fillers = (func.trim(text) == "", text.like(f"{ERASED}-%"), text.like(f"{NO_DAY}%"))
            return or_(*fillers, text == (cut if action == "fixed" else ERASED))
        case "number":
            return column == 0
        case "boolean":
            return column.is_(False)
        case "date" | "timestamp" | "timestamp_tz":
            near = timedelta(days=1)  # a session's zone moves midnight
            return and_(column >= NO_DAY - near, column <= NO_DAY + near)
        case _:
            return false()
