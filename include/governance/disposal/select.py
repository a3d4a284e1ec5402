"""Which rows a plan is about, put together anew from its cause, never from what was stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, and_, not_, or_

from include.governance.disposal.choice import chosen_rows
from include.governance.disposal.desk import Desk
from include.governance.disposal.request import rows_of_person, subject_of
from include.governance.disposal.rules import dataset_of, terms_of, use_of
from include.governance.disposal.treatment import treatment
from include.governance.erasure.selection import Selection, of_condition, of_record_class
from include.governance.model.contract import Dataset, RecordClassUse
from include.governance.model.disposal import PlanKind, PlanRecord
from include.governance.retention.measure import open_rule
from include.governance.source.database import Source

Named = Callable[[Source, Dataset], ColumnElement[bool]]


@dataclass(frozen=True)
class Cause:
    """Why rows go: a record class of a table on a day, and the request or selection behind it."""

    kind: PlanKind
    source: str
    table: str
    record_class: str
    as_of: date
    reference: str | None = None


def cause_of(plan: PlanRecord) -> Cause:
    """The cause that a plan was made for."""
    return Cause(plan.kind, plan.source, plan.table, plan.rule, plan.as_of, plan.reference)


def select_rows(desk: Desk, cause: Cause, named: Named | None = None) -> Selection:
    """The rows as conditions over source, contracts and registers as they are now.

    ``named`` is what ``names_of`` gave, for whoever asks about many tables.
    """
    dataset = dataset_of(desk, cause.source, cause.table)
    use = use_of(dataset, cause.record_class)
    book, terms = desk.workspace.rulebook, terms_of(desk, cause.as_of)
    treated = treatment(dataset, use, book.schedule, book.policy, cause.as_of)
    source = desk.workspace.source(cause.source)
    if cause.kind == "retention":
        found = of_record_class(source, dataset, use, terms, treated.actions)
    else:
        theirs = (named or names_of(desk, cause.kind, cause.reference or ""))(source, dataset)
        wanted = and_(of_first_class(desk, source, dataset, use, cause.as_of), theirs)
        found = of_condition(source, dataset, use.record_class, wanted, terms, treated.actions)
    return replace(found, marks=treated.marks, key=desk.pseudonym_key, age_cap=treated.age_cap)


def names_of(desk: Desk, kind: PlanKind, reference: str) -> Named:
    """Which rows of a table a request or a stored selection is about, whatever their class."""
    if kind == "request":
        person = subject_of(desk, reference)
        return lambda source, dataset: rows_of_person(desk, source, dataset, person)
    return lambda source, dataset: chosen_rows(desk, source, dataset, reference)


def of_first_class(
    desk: Desk, source: Source, dataset: Dataset, use: RecordClassUse, as_of: date
) -> ColumnElement[bool]:
    """Rows that a class governs and none that the contract names before it."""
    terms = terms_of(desk, as_of)
    before = []
    for each in dataset.record_classes:
        if each.record_class == use.record_class:
            break
        before.append(open_rule(source, dataset, each, terms).of_class)
    own = open_rule(source, dataset, use, terms).alive
    return and_(own, not_(or_(*before))) if before else own
