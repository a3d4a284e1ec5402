"""Plan what a record class makes due, what a person asked for, or what an operator chose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import and_, not_

from include.governance.disposal.desk import Desk
from include.governance.disposal.kept import kept_rows
from include.governance.disposal.request import rows_of_person, subject_of
from include.governance.disposal.rules import basis_of, dataset_of, holds_of, terms_of, use_of
from include.governance.disposal.select import Cause, cause_of, select_rows
from include.governance.disposal.window import outside, window_of
from include.governance.erasure.actions import assignments_of
from include.governance.erasure.plan import make_plan, prepare
from include.governance.erasure.record import forget
from include.governance.erasure.reflect import read_closure
from include.governance.erasure.secrecy import key_in_logs
from include.governance.erasure.selection import Selection
from include.governance.erasure.target import Kind, Target
from include.governance.errors import GovernanceError, PlanError
from include.governance.model.contract import Dataset
from include.governance.model.disposal import KeptReason, KeptRows, PlanRecord, PlanState
from include.governance.model.erasure import ErasurePlan
from include.governance.retention.hold_scope import OpenHold
from include.governance.retention.measure import counted
from include.governance.source.database import Source
from include.governance.store.officer_text import require_login

#: Rows a second, on the careful side of what was measured over foreign keys; for the estimate.
PACE: dict[Kind, int] = {"postgresql": 40_000, "mariadb": 30_000, "sqlite": 60_000}
WAITING: tuple[PlanState, ...] = ("planned",)


def plan_retention(
    desk: Desk, source: str, as_of: date, requester: str, record_class: str | None = None
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
        raise PlanError("disposal_class_unknown", source=source, name=record_class[:40])
    return _all_or_none(desk, causes, requester)


def plan_request(
    desk: Desk, request_id: str, as_of: date, requester: str
) -> tuple[PlanRecord, ...]:
    """One plan per table and record class that holds rows of the person whose request this is."""
    subject_of(desk, request_id)
    return _all_or_none(desk, _causes(desk, request_id, as_of), requester)


def _causes(desk: Desk, request_id: str, as_of: date) -> Iterator[Cause]:
    for dataset in desk.workspace.datasets:
        if left_alone(desk, dataset) is None:
            for use in dataset.record_classes:
                yield Cause(
                    "request", dataset.source, dataset.table, use.record_class, as_of, request_id
                )


def left_of_person(desk: Desk, request_id: str, as_of: date) -> tuple[KeptRows, ...]:
    """The person's rows that no plan touches, each with its reason."""
    subject, found = subject_of(desk, request_id), []
    for dataset in desk.workspace.datasets:
        if (reason := left_alone(desk, dataset)) is None:
            continue
        source = desk.workspace.source(dataset.source)
        if rows := counted(source, dataset, rows_of_person(desk, source, dataset, subject)):
            found.append(KeptRows(table=dataset.id, reason=reason, rows=rows))
    terms, holds = terms_of(desk, as_of), tuple(holds_of(desk)())
    for cause in _causes(desk, request_id, as_of):
        selection, source = select_rows(desk, cause), desk.workspace.source(cause.source)
        if not _eligible(source, selection, holds):
            kept = kept_rows(source, selection, terms, holds)
            found += [each.model_copy(update={"table": selection.root.id}) for each in kept]
    return tuple(found)


def _eligible(source: Source, selection: Selection, holds: tuple[OpenHold, ...]) -> int:
    """Rows that are wanted and keep nothing themselves."""
    kept = selection.kept(holds)[selection.root.id]
    return counted(source, selection.root, and_(selection.wanted, not_(kept)))


def left_alone(desk: Desk, dataset: Dataset) -> KeptReason | None:
    """Why no request reaches a table: evidence of its own period, no rule, rows without a key."""
    if dataset.kind == "register" or dataset.fills_register is not None:
        return "register"
    if not dataset.record_classes:
        return "no_rule"
    live = desk.workspace.source(dataset.source).live_table(dataset.table, dataset.schema_name)
    return None if live.primary_key else "no_key"


def plan_adhoc(
    desk: Desk, selection_id: str, as_of: date, requester: str
) -> tuple[PlanRecord, ...]:
    """One plan per record class for the rows of a stored selection."""
    stored = desk.records.selection(selection_id)
    dataset = dataset_of(desk, stored.source, stored.table)
    if not dataset.record_classes:
        raise PlanError("disposal_no_rule", table=dataset.id)
    causes = (
        Cause("adhoc", stored.source, stored.table, use.record_class, as_of, selection_id)
        for use in dataset.record_classes
    )
    return _all_or_none(desk, causes, requester)


def _all_or_none(desk: Desk, causes: Iterable[Cause], requester: str) -> tuple[PlanRecord, ...]:
    person = require_login("as", requester)
    made: list[PlanRecord] = []
    try:
        for cause in causes:
            if found := _plan(desk, cause, person):
                made.append(found)
        if desk.keeps:
            desk.records.add_plans(made)
    except BaseException:
        for plan in made:
            _take_back(desk, plan)
        raise
    for plan in made:
        if desk.keeps:
            _supersede(desk, plan)
        else:
            _take_back(desk, plan)
    return tuple(made)


def _plan(desk: Desk, cause: Cause, requester: str) -> PlanRecord | None:
    """A plan beside the data; None when the cause wants no row that may go."""
    selection, source = select_rows(desk, cause), desk.workspace.source(cause.source)
    holds, terms = tuple(holds_of(desk)()), terms_of(desk, cause.as_of)
    if not _eligible(source, selection, holds):
        return None
    target, plan_id = desk.target(cause.source), f"p-{desk.random.getrandbits(48):012x}"
    prepare(target)
    _can_be_changed(desk, target, selection)
    erasure = make_plan(
        target,
        selection,
        basis_of(desk),
        holds,
        plan_id=plan_id,
        requester=requester,
        random_bits=desk.random.getrandbits(126),
        chunk_roots=desk.chunk_roots,
    )
    use = use_of(selection.root, cause.record_class)
    window = window_of(source, selection, use, terms, holds)
    aged = outside(window, cause.table, basis_of(desk).limits, cause.as_of)
    return PlanRecord(
        plan_id=plan_id,
        digest=erasure.digest,
        kind=cause.kind,
        source=cause.source,
        table=cause.table,
        rule=cause.record_class,
        as_of=cause.as_of,
        requester=requester,
        reference=cause.reference,
        created_at=desk.clock(),
        erasure=erasure,
        window=window,
        kept=tuple(kept_rows(source, selection, terms, holds, erasure)),
        over_limits=(*erasure.over_limits, *(aged if cause.kind == "retention" else ())),
        seconds=_seconds(target, erasure),
    )


def _can_be_changed(desk: Desk, target: Target, selection: Selection) -> None:
    """Raise PlanError now for an action that a column cannot take, not when it is approved."""
    with target.snapshot() as connection:
        closure = read_closure(
            connection, target.kind, selection.root, desk.workspace.datasets, selection.deletes
        )
        for refusal in key_in_logs(connection, target.kind, selection.actions):
            raise refusal
    assignments_of(closure.root, selection, target.kind, desk.pseudonym_key)


def _seconds(target: Target, plan: ErasurePlan) -> float:
    rows = sum(step.rows for step in plan.steps)
    return round(0.05 * plan.chunks + rows / PACE[target.kind], 1)


def _take_back(desk: Desk, plan: PlanRecord) -> None:
    with desk.target(plan.source).writing() as connection:
        forget(connection, plan.plan_id)


def _supersede(desk: Desk, plan: PlanRecord) -> None:
    """Older plans of the same cause that wait for approval end; their keys are forgotten."""
    for older in desk.records.plans(WAITING):
        same = _without_day(cause_of(older.plan)) == _without_day(cause_of(plan))
        if not same or older.plan.plan_id == plan.plan_id:
            continue
        try:
            with desk.records.alone() as connection:
                desk.records.move(
                    connection, older.plan.plan_id, "superseded", desk.clock(), WAITING
                )
        except GovernanceError:
            continue  # somebody began to apply it meanwhile
        _take_back(desk, older.plan)


def _without_day(cause: Cause) -> tuple[object, ...]:
    return (cause.kind, cause.source, cause.table, cause.record_class, cause.reference)
