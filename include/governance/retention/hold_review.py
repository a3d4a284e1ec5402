"""Whether an open hold is in order: a clear scope, a declared reason, a review within its time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from include.governance.model.contract import Dataset
from include.governance.model.register import HoldRow
from include.governance.model.schedule import RetentionSchedule
from include.governance.retention.hold_scope import OpenHold, fault, meant

#: Every rule and the fields of the register that it looks at.
RULES: Mapping[str, tuple[str, ...]] = {
    "hold_review": ("review_due",),
    "hold_reason": ("reason",),
    "hold_scope": ("table_name", "subject_ref"),
}


@dataclass(frozen=True)
class ReviewTerms:
    """The day, and what holds are held against."""

    as_of: date
    schedule: RetentionSchedule
    datasets: tuple[Dataset, ...]


@dataclass(frozen=True)
class Problem:
    """A rule that a hold breaks; with a ``code``, it could not even be evaluated."""

    rule: str
    code: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def is_open(hold: HoldRow, as_of: date) -> bool:
    """Whether it keeps its rows on a day; a release that is still to come is none."""
    return hold.released_at is None or hold.released_at > as_of


def problems(hold: HoldRow, scope: OpenHold, terms: ReviewTerms) -> Iterator[Problem]:
    """Everything that is wrong with an open hold, each rule at most once."""
    if not _reviewed_in_time(hold.review_due, terms):
        yield Problem("hold_review")
    if wrong := fault(scope, terms.datasets):
        yield Problem("hold_scope", wrong.code, wrong.facts)
    written = (hold.reason or "").strip()
    if not written:
        yield Problem("hold_reason")
        return
    reason = terms.schedule.hold_reason(written)
    if reason is None:
        allowed = ", ".join(terms.schedule.hold_reasons)
        yield Problem("hold_reason", "hold_reason_unknown", {"allowed": allowed})
    elif not _may_hold(reason, scope, terms):
        yield Problem("hold_reason")


def _reviewed_in_time(due: date | None, terms: ReviewTerms) -> bool:
    """The next review is neither missing, nor past, nor further off than the schedule allows."""
    last = terms.schedule.max_hold_review.after(terms.as_of)
    return due is not None and terms.as_of <= due <= last


def _may_hold(reason: str, scope: OpenHold, terms: ReviewTerms) -> bool:
    """Every record class of the tables that the hold is on may be held for this reason."""
    classes = terms.schedule.record_classes
    return all(
        reason in classes[use.record_class].holds
        for dataset in meant(scope, terms.datasets)
        for use in dataset.record_classes
        if use.record_class in classes
    )
