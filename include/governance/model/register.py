"""The registers: evidence that is not in the data, such as recipients, consents, requests, holds.

A row comes from the governance store or from a user's own table that a contract maps. Every field
but the key may be empty, because an empty field is often the very breach to find; what a row
entered into the store must have is ``required``.
"""

from __future__ import annotations

from typing import get_args

from pydantic import Field

from include.governance.model.control import IncidentCategory
from include.governance.model.register_row import (
    Day,
    Flag,
    Hash,
    Key,
    Moment,
    Name,
    Note,
    Number,
    RegisterRow,
    Subject,
    Transient,
    Words,
)


class RecipientRow(RegisterRow):
    """Somebody who receives data, with the agreement and supervision of art. 25."""

    register_name = "recipients"
    key_field = "recipient_id"
    required = ("name", "kind", "country")
    choices = {"kind": ("self", "subcontractor", "joint", "third", "authority")}

    recipient_id: Key
    name: Name | None = None
    kind: Name | None = None
    service: Name | None = None
    country: Name | None = None
    agreement_signed_on: Day | None = None
    agreement_ends_on: Day | None = None
    last_audited_on: Day | None = None
    parent_recipient_id: Key | None = None
    sub_approved_on: Day | None = None
    equivalent_measures: Flag | None = None
    foreign_basis: Name | None = None
    assessed_on: Day | None = None
    links_identity: Flag | None = None


class TransferRow(RegisterRow):
    """One hand-over of data: to whom, what, for which purpose, on which ground."""

    register_name = "transfers"
    key_field = "transfer_id"
    required = ("transferred_at", "table_name", "categories", "recipient_id", "kind", "purpose")
    choices = {"kind": ("entrustment", "joint", "authority", "third", "personal_related")}

    transfer_id: Key
    transferred_at: Moment | None = None
    table_name: Name | None = None
    categories: Words | None = None
    row_count: Number | None = None
    recipient_id: Key | None = None
    kind: Name | None = None
    purpose: Name | None = None
    basis: Name | None = None
    consent_id: Key | None = None
    document_ref: Name | None = None
    approved_by: Name | None = None
    consent_difficult: Note | None = None
    subject_id: Subject | None = None
    encrypted: Flag | None = None


class ConsentRow(RegisterRow):
    """A consent as given or withdrawn; a withdrawal is a new row that corrects the old."""

    register_name = "consents"
    key_field = "consent_id"
    required = ("subject_id", "purpose", "status", "granted_at", "policy_version")
    choices = {"status": ("granted", "withdrawn")}
    append_only = True

    consent_id: Key
    subject_id: Subject | None = None
    purpose: Name | None = None
    channel: Name | None = None
    recipient_id: Key | None = None
    status: Name | None = None
    granted_at: Moment | None = None
    withdrawn_at: Moment | None = None
    policy_version: Name | None = None
    evidence: Name | None = None
    corrects: Key | None = None


class RequestRow(RegisterRow):
    """A person's request with its clocks; ``requester_contact`` is a keyed hash of the contact."""

    register_name = "requests"
    key_field = "request_id"
    required = ("right", "received_on")

    request_id: Key
    subject_id: Subject | None = None
    requester_contact: Hash | None = None
    right: Name | None = None
    ground: Name | None = None
    received_on: Day | None = None
    acknowledged_on: Day | None = None
    identity_verified_on: Day | None = None
    identity_level: Name | None = None
    decision: Name | None = None
    reason: Note | None = None
    notified_on: Day | None = None
    executed_on: Day | None = None
    closed_on: Day | None = None
    fee_yen: Number | None = None
    records_returned: Number | None = None
    contact_purged_on: Day | None = None
    payload: Transient | None = Field(default=None, repr=False)


class HoldRow(RegisterRow):
    """Rows that must not be erased for now, with a review date: no hold is without an end."""

    register_name = "holds"
    key_field = "hold_id"
    decided = True
    required = ("table_name", "reason", "approver", "placed_on", "review_due")

    hold_id: Key
    scope: Name | None = None
    table_name: Name | None = None
    subject_ref: Subject | None = None
    reason: Note | None = None
    approver: Name | None = None
    placed_on: Day | None = None
    review_due: Day | None = None
    released_at: Day | None = None
    released_by: Name | None = None


class IncidentRow(RegisterRow):
    """A leak or loss with the clocks of art. 26."""

    register_name = "incidents"
    key_field = "incident_id"
    required = ("known_on", "category")
    choices = {"category": get_args(IncidentCategory)}

    incident_id: Key
    known_on: Day | None = None
    category: Name | None = None
    persons_affected: Number | None = None
    preliminary_report_on: Day | None = None
    final_report_on: Day | None = None
    subjects_notified_on: Day | None = None
    document_ref: Name | None = None


class ReviewRow(RegisterRow):
    """A recurring duty of the office, such as an audit or the law watch."""

    register_name = "reviews"
    key_field = "review"
    required = ("next_due",)

    review: Key
    done_on: Day | None = None
    next_due: Day | None = None
    done_by: Name | None = None
    document_ref: Name | None = None


class TrainingRow(RegisterRow):
    """When an employee was last trained."""

    register_name = "training"
    key_field = "employee"

    employee: Key
    completed_on: Day | None = None
    course: Name | None = None


class GrantRow(RegisterRow):
    """An access right to a table."""

    register_name = "grants"
    key_field = "grant_id"
    required = ("principal", "table_name")

    grant_id: Key
    principal: Name | None = None
    employment: Name | None = None
    table_name: Name | None = None
    last_used_on: Day | None = None
    reviewed_on: Day | None = None


class JobRow(RegisterRow):
    """A program that reads personal data, and its purpose."""

    register_name = "jobs"
    key_field = "job_id"
    required = ("table_name", "categories", "purpose", "owner")

    job_id: Key
    table_name: Name | None = None
    categories: Words | None = None
    purpose: Name | None = None
    owner: Name | None = None


class DeletionRow(RegisterRow):
    """An erasure that was carried out."""

    register_name = "deletions"
    key_field = "deletion_id"
    required = ("deleted_on", "action")

    deletion_id: Key
    subject_id: Subject | None = None
    deleted_on: Day | None = None
    action: Name | None = None
    recipients_notified_on: Day | None = None
    certificate: Name | None = None


class ProvisionRecordRow(RegisterRow):
    """The record of a provision to a third party (APPI arts. 29 to 31)."""

    register_name = "provision_records"
    key_field = "record_id"
    required = ("kind", "provided_on", "created_at")
    choices = {"kind": ("personal_data", "personal_related")}
    append_only = True

    record_id: Key
    transfer_id: Key | None = None
    kind: Name | None = None
    provided_on: Day | None = None
    recipient_name: Name | None = None
    recipient_address: Name | None = None
    representative: Name | None = None
    subject_ref: Subject | None = None
    items: Words | None = None
    consent_ref: Name | None = None
    created_at: Day | None = None
    corrects: Key | None = None


class PolicyVersionRow(RegisterRow):
    """A published version of the policy and when people were told."""

    register_name = "policy_versions"
    key_field = "version"
    required = ("effective_from",)

    version: Key
    effective_from: Day | None = None
    notified_on: Day | None = None
    approved_by: Name | None = None


REGISTERS: dict[str, type[RegisterRow]] = {
    model.register_name: model
    for model in (
        RecipientRow,
        TransferRow,
        ConsentRow,
        RequestRow,
        HoldRow,
        IncidentRow,
        ReviewRow,
        TrainingRow,
        GrantRow,
        JobRow,
        DeletionRow,
        ProvisionRecordRow,
        PolicyVersionRow,
    )
}
