"""The registers and the history of their changes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from include.governance.store.columns import MARIADB, Utc, long_text, moment_type

revision = "0002"
down_revision = "0001"

KEY, NAME, HASH = sa.String(100), sa.String(255), sa.String(64)
LONG, DAY, MOMENT = long_text(), sa.Date(), moment_type()
NUMBER, FLAG = sa.Integer(), sa.Boolean()

#: The first column of each is its key.
TABLES: dict[str, dict[str, sa.types.TypeEngine[Any]]] = {
    "register_recipients": {
        "recipient_id": KEY,
        "name": NAME,
        "kind": NAME,
        "service": NAME,
        "country": NAME,
        "agreement_signed_on": DAY,
        "agreement_ends_on": DAY,
        "last_audited_on": DAY,
        "parent_recipient_id": KEY,
        "sub_approved_on": DAY,
        "equivalent_measures": FLAG,
        "foreign_basis": NAME,
        "assessed_on": DAY,
        "links_identity": FLAG,
    },
    "register_transfers": {
        "transfer_id": KEY,
        "transferred_at": MOMENT,
        "table_name": NAME,
        "categories": LONG,
        "row_count": NUMBER,
        "recipient_id": KEY,
        "kind": NAME,
        "purpose": NAME,
        "basis": NAME,
        "consent_id": KEY,
        "document_ref": NAME,
        "approved_by": NAME,
        "consent_difficult": LONG,
        "subject_id": KEY,
        "encrypted": FLAG,
    },
    "register_consents": {
        "consent_id": KEY,
        "subject_id": KEY,
        "purpose": NAME,
        "channel": NAME,
        "recipient_id": KEY,
        "status": NAME,
        "granted_at": MOMENT,
        "withdrawn_at": MOMENT,
        "policy_version": NAME,
        "evidence": NAME,
        "corrects": KEY,
    },
    "register_requests": {
        "request_id": KEY,
        "subject_id": KEY,
        "requester_contact": HASH,
        "right": NAME,
        "ground": NAME,
        "received_on": DAY,
        "acknowledged_on": DAY,
        "identity_verified_on": DAY,
        "identity_level": NAME,
        "decision": NAME,
        "reason": LONG,
        "notified_on": DAY,
        "executed_on": DAY,
        "closed_on": DAY,
        "fee_yen": NUMBER,
        "records_returned": NUMBER,
        "contact_purged_on": DAY,
    },
    "register_holds": {
        "hold_id": KEY,
        "scope": NAME,
        "table_name": NAME,
        "subject_ref": KEY,
        "reason": LONG,
        "approver": NAME,
        "placed_on": DAY,
        "review_due": DAY,
        "released_at": DAY,
        "released_by": NAME,
    },
    "register_incidents": {
        "incident_id": KEY,
        "known_on": DAY,
        "category": NAME,
        "persons_affected": NUMBER,
        "preliminary_report_on": DAY,
        "final_report_on": DAY,
        "subjects_notified_on": DAY,
        "document_ref": NAME,
    },
    "register_reviews": {
        "review": KEY,
        "done_on": DAY,
        "next_due": DAY,
        "done_by": NAME,
        "document_ref": NAME,
    },
    "register_training": {
        "employee": KEY,
        "completed_on": DAY,
        "course": NAME,
    },
    "register_grants": {
        "grant_id": KEY,
        "principal": NAME,
        "employment": NAME,
        "table_name": NAME,
        "last_used_on": DAY,
        "reviewed_on": DAY,
    },
    "register_jobs": {
        "job_id": KEY,
        "table_name": NAME,
        "categories": LONG,
        "purpose": NAME,
        "owner": NAME,
    },
    "register_deletions": {
        "deletion_id": KEY,
        "subject_id": KEY,
        "deleted_on": DAY,
        "action": NAME,
        "recipients_notified_on": DAY,
        "certificate": NAME,
    },
    "register_provision_records": {
        "record_id": KEY,
        "transfer_id": KEY,
        "kind": NAME,
        "provided_on": DAY,
        "recipient_name": NAME,
        "recipient_address": NAME,
        "representative": NAME,
        "subject_ref": KEY,
        "items": LONG,
        "consent_ref": NAME,
        "created_at": DAY,
        "corrects": KEY,
    },
    "register_policy_versions": {
        "version": KEY,
        "effective_from": DAY,
        "notified_on": DAY,
        "approved_by": NAME,
    },
}
APPEND_ONLY = ("register_consents", "register_provision_records")


def upgrade() -> None:
    """Make the tables."""
    for name, columns in TABLES.items():
        key, *rest = columns
        op.create_table(
            name,
            sa.Column(key, columns[key], primary_key=True, nullable=False),
            *(sa.Column(each, columns[each]) for each in rest),
            **MARIADB,
        )
    for name in APPEND_ONLY:
        op.create_index(f"ix_{name}_corrects", name, ["corrects"], unique=True)
    op.create_table(
        "register_event",
        sa.Column("event_id", sa.Integer, primary_key=True),
        sa.Column("register", sa.String(50), nullable=False),
        sa.Column("row_key", sa.String(100), nullable=False),
        sa.Column("action", sa.String(50), nullable=False),
        sa.Column("fields", long_text(), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("at", Utc, nullable=False),
        **MARIADB,
    )
    op.create_index("ix_register_event_register_row_key", "register_event", ["register", "row_key"])
    op.execute(sa.text("INSERT INTO write_lock (name) VALUES ('register')"))


def downgrade() -> None:
    """Drop the tables."""
    op.execute(sa.text("DELETE FROM write_lock WHERE name = 'register'"))
    for name in ("register_event", *TABLES):
        op.drop_table(name)
