"""Write plans beside the data and into the store; older ones of the same cause give way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import and_, not_

from include.governance.disposal.desk import Desk
from include.governance.disposal.kept import kept_rows
from include.governance.disposal.quarantine import require_keepable
from include.governance.disposal.rules import basis_of, holds_of, terms_of, use_of
from include.governance.disposal.select import Cause, Named, cause_of, select_rows
from include.governance.disposal.shown import Shown, record_of
from include.governance.disposal.window import outside, window_of
from include.governance.erasure.actions import assignments_of
from include.governance.erasure.constraints import broken_checks
from include.governance.erasure.plan import make_plan, prepare
from include.governance.erasure.record import forget
from include.governance.erasure.reflect import read_closure
from include.governance.erasure.secrecy import key_in_logs
from include.governance.erasure.selection import Selection
from include.governance.erasure.target import Kind, Target
from include.governance.errors import PlanError, StoreError
from include.governance.model.disposal import PlanRecord, PlanState
from include.governance.model.erasure import ErasurePlan
from include.governance.model.occasion import Occasion
from include.governance.retention.hold_scope import OpenHold
from include.governance.retention.measure import counted
from include.governance.source.database import Source
from include.governance.store.officer_text import require_login

#: Rows a second, on the careful side of what was measured over foreign keys; for the estimate.
PACE: dict[Kind, int] = {"postgresql": 40_000, "mariadb": 30_000, "sqlite": 60_000}
WAITING: tuple[PlanState, ...] = ("planned",)


@dataclass(frozen=True)
class Asked:
    """Who asks for plans and why, and which rows are meant where that is known already."""

    requester: str
    occasion: Occasion | None
    named: Named | None = None


def write_plans(desk: Desk, causes: Iterable[Cause], asked: Asked) -> tuple[PlanRecord, ...]:
    """A plan for every cause that wants rows; when one cannot be made, none is kept."""
    asked = replace(asked, requester=require_login("as", asked.requester))
    made: list[PlanRecord] = []
    try:
        for cause in causes:
            if found := _plan(desk, cause, asked):
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


def _plan(desk: Desk, cause: Cause, asked: Asked) -> PlanRecord | None:
    """A plan beside the data; None when the cause wants no row that may go."""
    if desk.keeps and cause.as_of > desk.today():
        days = {"found": cause.as_of.isoformat(), "allowed": desk.today().isoformat()}
        raise PlanError("disposal_day_ahead", **days)
    selection = select_rows(desk, cause, asked.named)
    source = desk.workspace.source(cause.source)
    holds, terms = tuple(holds_of(desk)()), terms_of(desk, cause.as_of)
    if not _eligible(source, selection, holds):
        return None
    use = use_of(selection.root, cause.record_class)
    window = window_of(source, selection, use, terms, holds)
    aged = outside(window, cause.table, basis_of(desk).limits, cause.as_of)
    shown = Shown(
        kind=cause.kind,
        table=cause.table,
        reference=cause.reference,
        window=window,
        kept=tuple(kept_rows(source, selection, terms, holds)),
        over_limits=tuple(aged) if cause.kind == "retention" else (),
    )
    target, plan_id = desk.target(cause.source), f"p-{desk.random.getrandbits(48):012x}"
    prepare(target)
    _can_be_changed(desk, target, selection)
    erasure = make_plan(
        target,
        selection,
        basis_of(desk),
        holds,
        plan_id=plan_id,
        requester=asked.requester,
        occasion=asked.occasion,
        random_bits=desk.random.getrandbits(126),
        made_at=desk.clock(),
        chunk_roots=desk.chunk_roots,
        shown_sha256=shown.sha256,
    )
    return record_of(erasure, shown, desk.clock(), _seconds(target, erasure))


def _eligible(source: Source, selection: Selection, holds: tuple[OpenHold, ...]) -> int:
    """Rows that are wanted and keep nothing themselves."""
    kept = selection.kept(holds)[selection.root.id]
    return counted(source, selection.root, and_(selection.wanted, not_(kept)))


def _can_be_changed(desk: Desk, target: Target, selection: Selection) -> None:
    """Raise PlanError now for an action that a column cannot take, not when it is approved."""
    with target.snapshot() as connection:
        closure = read_closure(
            connection, target.kind, selection.root, desk.workspace.datasets, selection.deletes
        )
        for refusal in key_in_logs(connection, target.kind, selection.actions):
            raise refusal
        found = assignments_of(closure.root, selection, target.kind)
        for refusal in broken_checks(connection, target.kind, closure.root, selection, found):
            raise refusal
    require_keepable(desk, target, closure)


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
        except StoreError as error:
            if error.code != "disposal_state":
                raise
            continue  # somebody began to apply it meanwhile
        _take_back(desk, older.plan)


def _without_day(cause: Cause) -> tuple[object, ...]:
    return (cause.kind, cause.source, cause.table, cause.record_class, cause.reference)
