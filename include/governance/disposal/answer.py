"""What a person's request comes to: plans for their rows, and a reason for every row that stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from sqlalchemy import ColumnElement, and_, not_

from include.governance.disposal.desk import Desk
from include.governance.disposal.kept import kept_rows
from include.governance.disposal.quarantine import open_windows
from include.governance.disposal.request import rows_of_person, rows_shared_with, subject_of
from include.governance.disposal.rules import holds_of, terms_of
from include.governance.disposal.select import (
    Cause,
    Named,
    cause_of,
    of_first_class,
    select_rows,
)
from include.governance.disposal.write_plan import Asked, write_plans
from include.governance.model.contract import Dataset
from include.governance.model.disposal import KeptReason, KeptRows, RequestPlans
from include.governance.model.occasion import Occasion
from include.governance.retention.measure import counted, open_rule
from include.governance.source.clocks import any_of


def plan_request(
    desk: Desk, request_id: str, as_of: date, requester: str, occasion: Occasion
) -> RequestPlans:
    """One plan per table and record class with rows of the person whose request this is.

    Every other row of theirs is counted with its reason, but for those that went before and are
    kept under an undo window: whose they are is not to be seen. Raises PlanError as ``subject_of``.
    """
    person = subject_of(desk, request_id)
    theirs = partial(rows_of_person, desk, person=person)
    shared = partial(rows_shared_with, desk, person=person)
    causes = tuple(_causes(desk, request_id, as_of))
    plans = write_plans(desk, causes, Asked(requester, occasion, theirs))
    planned = {cause_of(plan) for plan in plans}
    stays = (
        kept for cause in causes if cause not in planned for kept in _kept(desk, cause, theirs)
    )
    return RequestPlans(
        request=request_id,
        plans=plans,
        left=(*_ungoverned(desk, theirs, shared, as_of), *stays),
        searched=tuple(sorted(dataset.id for dataset in desk.workspace.datasets)),
        sealed=open_windows(desk),
    )


def _causes(desk: Desk, request_id: str, as_of: date) -> Iterator[Cause]:
    for dataset in desk.workspace.datasets:
        if _left_alone(desk, dataset) is None:
            for use in dataset.record_classes:
                yield Cause(
                    "request", dataset.source, dataset.table, use.record_class, as_of, request_id
                )


def _left_alone(desk: Desk, dataset: Dataset) -> KeptReason | None:
    """Why no request reaches a table: evidence of its own period, no rule, rows without a key."""
    if dataset.kind == "register" or dataset.fills_register is not None:
        return "register"
    if not dataset.record_classes:
        return "no_rule"
    live = desk.workspace.source(dataset.source).live_table(dataset.table, dataset.schema_name)
    return None if live.primary_key else "no_key"


def _ungoverned(desk: Desk, theirs: Named, shared: Named, as_of: date) -> Iterator[KeptRows]:
    """Rows that no cause wants: of tables left alone, of no class, disposed of before, shared."""
    terms = terms_of(desk, as_of)
    for dataset in desk.workspace.datasets:
        source, reason = desk.workspace.source(dataset.source), _left_alone(desk, dataset)
        of_person = theirs(source, dataset)
        if reason:
            parts: dict[KeptReason, ColumnElement[bool]] = {reason: of_person}
        else:
            uses = dataset.record_classes
            some = any_of(open_rule(source, dataset, use, terms).of_class for use in uses)
            first = partial(of_first_class, desk, source, dataset, as_of=as_of)
            wanted = any_of(first(use) for use in uses)
            parts = {
                "no_rule": and_(of_person, not_(some)),
                "disposed": and_(of_person, some, not_(wanted)),
            }
        parts["shared"] = shared(source, dataset)
        for why, condition in parts.items():
            if rows := counted(source, dataset, condition):
                yield KeptRows(table=dataset.id, reason=why, rows=rows)


def _kept(desk: Desk, cause: Cause, theirs: Named) -> Iterator[KeptRows]:
    """Rows of a cause that got no plan, because all of them must stay."""
    selection = select_rows(desk, cause, theirs)
    source, terms = desk.workspace.source(cause.source), terms_of(desk, cause.as_of)
    for kept in kept_rows(source, selection, terms, tuple(holds_of(desk)())):
        yield kept.model_copy(update={"table": selection.root.id})
