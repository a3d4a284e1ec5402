"""What the schedule does to rows of a record class, column by column, and the mark it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from include.governance.erasure.coarser import AgeCap
from include.governance.errors import ContractError, PlanError
from include.governance.model.contract import Dataset, RecordClassUse, Where
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.schedule import Action, RetentionSchedule
from include.governance.plan.build import AGES, column_actions
from include.governance.retention.emptied import ERASED


@dataclass(frozen=True)
class Treatment:
    """Actions per column, none for whole rows that go, and columns that say on which day."""

    actions: Mapping[str, Action]
    marks: Mapping[str, date]
    age_cap: AgeCap | None = None


def treatment(
    dataset: Dataset,
    use: RecordClassUse,
    schedule: RetentionSchedule,
    policy: PrivacyPolicy,
    as_of: date,
) -> Treatment:
    """What happens to the rows of a class.

    Raises PlanError when nothing would change, or when a changed row would still count as not
    disposed of: it would be planned again for ever.
    """
    record = schedule.record_classes.get(use.record_class)
    if record is None:
        raise ContractError("record_class_unknown", table=dataset.id, name=use.record_class)
    if record.action == "delete":
        return Treatment({}, {})
    marks = {use.disposed_at: as_of} if use.disposed_at else {}
    planned = column_actions(dataset, record, policy)
    actions = {name: action for name, action in planned.items() if name not in marks}
    if not actions:
        raise PlanError("disposal_changes_nothing", table=dataset.id, name=use.record_class)
    if not any(_meets(where, actions, marks) for where in use.disposed):
        raise PlanError("disposal_never_done", table=dataset.id, name=use.record_class)
    coarser = {name for name, action in actions.items() if action == "generalise"}
    aged = {column.name for column in dataset.with_category("date_of_birth", *AGES)}
    cap = AgeCap(record.age_cap, as_of) if record.age_cap and coarser & aged else None
    return Treatment(actions, marks, cap)


def _meets(where: Where, actions: Mapping[str, Action], marks: Mapping[str, date]) -> bool:
    """A row that was changed meets a condition by which it counts as disposed of."""
    if where.column in marks:
        return where.is_null is False
    match actions.get(where.column):
        case "null":
            return where.is_null is True
        case "fixed":
            return where.equals == ERASED
        case _:
            return False
