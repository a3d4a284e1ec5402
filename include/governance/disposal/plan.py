"""Plan what a record class makes due, what a person asked for, or what an operator chose."""

from __future__ import annotations

from datetime import date

from include.governance.disposal.desk import Desk
from include.governance.model.disposal import PlanRecord


def plan_retention(desk: Desk, source: str, as_of: date, requester: str) -> tuple[PlanRecord, ...]:
    """One plan per table and record class of a source that has due rows, kept in the store."""
    raise NotImplementedError


def plan_request(
    desk: Desk, request_id: str, as_of: date, requester: str
) -> tuple[PlanRecord, ...]:
    """One plan per table that holds rows of the person whose request this is."""
    raise NotImplementedError


def plan_adhoc(desk: Desk, selection_id: str, as_of: date, requester: str) -> PlanRecord:
    """A plan for the rows of a stored selection."""
    raise NotImplementedError
