"""The request of a person: whether it may be carried out, and which rows are theirs."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from include.governance.disposal.desk import Desk
from include.governance.disposal.occasion import require_reference
from include.governance.disposal.person import Person, person_of, rows_of, shared_rows_of
from include.governance.errors import PlanError
from include.governance.model.contract import Dataset
from include.governance.model.register import RequestRow
from include.governance.pipeline.registers import entries
from include.governance.source.database import Source

#: What a person may ask for that ends in rows going (APPI arts. 34 and 35).
ERASING_RIGHTS = ("erasure",)
GRANTED = "granted"


def subject_of(desk: Desk, request_id: str) -> Person:
    """Whose rows are to go, as the register names them.

    Raises PlanError unless the request is one for erasure, the identity was verified, the request
    granted, and one person named.
    """
    row = _request(desk, require_reference("request", request_id))
    facts = {"request": request_id}
    if row.right not in ERASING_RIGHTS:
        raise PlanError("disposal_request_right", **facts, allowed=", ".join(ERASING_RIGHTS))
    if row.identity_verified_on is None:
        raise PlanError("disposal_request_identity", **facts)
    if row.decision != GRANTED:
        raise PlanError("disposal_request_undecided", **facts, allowed=GRANTED)
    if not row.subject_id:
        raise PlanError("disposal_request_nobody", **facts)
    return person_of(row.subject_id, request_id, desk.workspace.datasets)


def _request(desk: Desk, request_id: str) -> RequestRow:
    found = [
        entry
        for entry in entries(desk.workspace, RequestRow)
        if str(entry.row.request_id) == request_id
    ]
    if len(found) != 1:
        raise PlanError("disposal_request_unknown", found=len(found))
    if found[0].unreadable:
        fields = ", ".join(found[0].unreadable)
        raise PlanError("disposal_request_unreadable", request=request_id, fields=fields)
    return found[0].row


def rows_of_person(
    desk: Desk, source: Source, dataset: Dataset, person: Person
) -> ColumnElement[bool]:
    """The person's rows of a table: by its own key, its subject key, or along foreign keys."""
    return rows_of(source, dataset, person, desk.workspace.datasets)


def rows_shared_with(
    desk: Desk, source: Source, dataset: Dataset, person: Person
) -> ColumnElement[bool]:
    """Rows of a table that are the person's and somebody else's too; no request reaches them."""
    return shared_rows_of(source, dataset, person, desk.workspace.datasets)
