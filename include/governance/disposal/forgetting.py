"""Forget keys that nobody needs: of certified plans, and of choices that no plan waits for."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import inspect

from include.governance.disposal.desk import Desk
from include.governance.erasure.chosen import choices, drop_choice
from include.governance.erasure.record import forget
from include.governance.erasure.strays import strays
from include.governance.erasure.tables import SELECTION, purge
from include.governance.model.disposal import UNFINISHED, PlanRecord

#: Longer than anybody needs to write a plan beside the data and then into the store.
PATIENCE = timedelta(days=1)


def purge_keys(desk: Desk, plan: PlanRecord) -> None:
    """Forget the keys of a plan whose certificate was issued."""
    with desk.target(plan.source).writing() as connection:
        purge(connection, plan.plan_id)
    forget_choice_of(desk, plan)


def forget_choice_of(desk: Desk, plan: PlanRecord) -> None:
    """Forget what an operator chose, once the last plan that was made of it is over."""
    if plan.kind == "adhoc" and plan.reference:
        forget_choice(desk, plan.reference, but=plan.plan_id)


def forget_choice(desk: Desk, selection_id: str, but: str | None = None) -> bool:
    """Forget what an operator chose unless a plan of it, ``but`` one that ends, is unfinished."""
    for status in desk.records.plans(UNFINISHED):
        plan = status.plan
        if plan.kind == "adhoc" and plan.reference == selection_id and plan.plan_id != but:
            return False
    with desk.target(desk.records.selection(selection_id).source).writing() as connection:
        return drop_choice(connection, selection_id)


def forget_unused_choices(desk: Desk) -> int:
    """Forget choices of which no plan is unfinished and none was approved in time; how many."""
    patience = desk.workspace.rulebook.policy.approvals.expires_after
    known = [
        each
        for each in desk.records.selections()
        if patience.after(desk.day(each.at)) < desk.today()
    ]
    there = {source: _choices(desk, source) for source in {each.source for each in known}}
    old = [each.selection_id for each in known if each.selection_id in there[each.source]]
    return sum(forget_choice(desk, selection_id) for selection_id in old)


def _choices(desk: Desk, source: str) -> frozenset[str]:
    with desk.target(source).snapshot() as connection:
        if not inspect(connection).has_table(SELECTION.name):
            return frozenset()
        return choices(connection)


def forget_stray_plans(desk: Desk) -> int:
    """Forget plans that a kill left beside the data, unknown to the store or over; how many."""
    wanted = frozenset(each.plan.plan_id for each in desk.records.plans(UNFINISHED))
    forgotten = 0
    for source in desk.workspace.source_names:
        target = desk.target(source)
        with target.snapshot() as connection:
            found = strays(connection, wanted, desk.clock() - PATIENCE)
        if found:  # a source that nothing is erased from may be read-only
            with target.writing() as connection:
                for plan_id in found:
                    forget(connection, plan_id)
            forgotten += len(found)
    return forgotten
