"""Plan what a record class makes due, or what an operator chose."""

from __future__ import annotations

from datetime import date

from include.governance.disposal.desk import Desk
from include.governance.disposal.occasion import require_reference
from include.governance.disposal.rules import dataset_of
from include.governance.disposal.select import Cause
from include.governance.disposal.write_plan import Asked, write_plans
from include.governance.errors import PlanError
from include.governance.model.disposal import PlanRecord
from include.governance.model.occasion import Occasion


def plan_retention(
    desk: Desk,
    source: str,
    as_of: date,
    requester: str,
    record_class: str | None = None,
    occasion: Occasion | None = None,
) -> tuple[PlanRecord, ...]:
    """One plan per table and record class of a source that has due rows, kept in the store.

    All of them or, when one cannot be made, none. With ``record_class`` only those of that class;
    raises PlanError when no table of the source has it.
    """
    causes = [
        Cause("retention", source, dataset.table, use.record_class, as_of)
        for dataset in desk.workspace.of_source(source)
        for use in dataset.record_classes
        if record_class in (None, use.record_class)
    ]
    if record_class and not causes:
        raise PlanError("disposal_class_unknown", source=source)
    return write_plans(desk, causes, Asked(requester, occasion))


def plan_adhoc(
    desk: Desk, selection_id: str, as_of: date, requester: str, occasion: Occasion | None = None
) -> tuple[PlanRecord, ...]:
    """One plan per record class for the rows of a stored selection.

    Without an ``occasion`` it is the one that the selection was stored with.
    """
    stored = desk.records.selection(require_reference("selection", selection_id))
    dataset = dataset_of(desk, stored.source, stored.table)
    if not dataset.record_classes:
        raise PlanError("disposal_no_rule", table=dataset.id)
    causes = (
        Cause("adhoc", stored.source, stored.table, use.record_class, as_of, selection_id)
        for use in dataset.record_classes
    )
    return write_plans(desk, causes, Asked(requester, occasion or stored.occasion))
