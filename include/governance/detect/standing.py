"""Whether a person's verdict on a column still stands beside what a later scan found."""

from __future__ import annotations

from include.governance.detect.bounds import at_least, upper_bound
from include.governance.model.classification import Classification, Standing
from include.governance.model.contract import Dataset
from include.governance.model.verdict import HumanVerdict

SURPRISE = 0.001
"""Counts that are less likely than this under what the person saw are new evidence."""


def with_standing(found: Classification, dataset: Dataset | None) -> Classification:
    """The scan's verdict, marked with how a person's verdict on the column fares beside it."""
    column = dataset.column(found.stored_in) if dataset else None
    if column is None or column.verdict is None:
        return found
    return found.model_copy(update={"standing": standing(found, column.verdict)})


def standing(found: Classification, verdict: HumanVerdict) -> Standing:
    """``contradicted`` by a kind that the person did not see, or by clearly more rows.

    The person counted rows of the column, which says nothing of how many values of a path count.
    """
    if {part.entity for part in found.prevalence} - set(verdict.kinds):
        return "contradicted"
    if found.within:
        return "stands"
    seen = upper_bound(verdict.hits, verdict.rows)
    return "contradicted" if at_least(found.hits, found.rows, seen) < SURPRISE else "stands"
