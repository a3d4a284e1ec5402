"""The registers that the privacy office keeps in the governance store."""

from __future__ import annotations

from include.demo.columns import day, long_text, number, text
from include.demo.metadata import GOV, table

DATA_MAP = table(
    GOV,
    "gov_data_map",
    text("table_name", 100, key=True),
    text("column_name", 100, key=True),
    text("category", 50),
    text("purposes"),
    text("owner"),
    text("retention_rule"),
)
PURPOSE_CATEGORIES = table(
    GOV, "gov_purpose_categories", text("purpose", 50, key=True), text("category", 50, key=True)
)
PURPOSE_SERVICES = table(
    GOV, "gov_purpose_services", text("purpose", 50, key=True), text("service", 50, key=True)
)
JOINT_ITEMS = table(GOV, "gov_joint_items", text("category", 50, key=True))
RECIPIENTS = table(
    GOV,
    "gov_recipients",
    text("recipient_id", 50, key=True),
    text("name", 200),
    text("kind", 50),
    text("service", 50),
    text("country", 10),
    day("nda_signed_at"),
    day("contract_end"),
    day("last_audit_at"),
    text("parent_id", 50),
    day("sub_approved_at"),
    number("equivalent_measures"),
    number("links_identity"),
)
PROVISION_RECORDS = table(
    GOV,
    "gov_provision_records",
    text("record_id", 50, key=True),
    text("transfer_id", 50),
    text("kind", 50),
    day("provided_on"),
    text("recipient_name", 200),
    text("recipient_address", 250),
    text("representative", 200),
    text("subject_ref", 100),
    text("items", 1000),
    text("consent_ref", 100),
    day("created_at", clock=True),
)
DSR = table(
    GOV,
    "gov_dsr",
    text("request_id", 50, key=True),
    number("member_id", index=True),
    text("requester_email", 254),
    text("type", 50),
    day("received_at"),
    day("identity_verified_at"),
    text("decision", 50),
    text("reason", 500),
    day("notified_at"),
    day("executed_at"),
    day("closed_at", clock=True),
    number("fee_yen"),
    long_text("payload"),
    number("records_returned"),
    day("contact_purged_at"),
)
HOLDS = table(
    GOV,
    "gov_holds",
    text("hold_id", 50, key=True),
    text("table_name"),
    text("subject_ref"),
    text("reason", 200),
    day("review_due"),
    day("released_at"),
)
DELETIONS = table(
    GOV,
    "gov_deletions",
    text("deletion_id", 50, key=True),
    number("member_id", index=True),
    day("deleted_at", clock=True),
    text("action", 50),
    day("recipients_notified_at"),
)
INCIDENTS = table(
    GOV,
    "gov_incidents",
    text("incident_id", 50, key=True),
    day("known_at", clock=True),
    text("category", 50),
    day("preliminary_at"),
    day("final_at"),
    day("subjects_notified_at"),
)
POLICY_VERSIONS = table(
    GOV,
    "gov_policy_versions",
    text("version", 50, key=True),
    day("effective_from"),
    day("notified_at"),
    text("approved_by"),
)
POLICY_DOC = table(GOV, "gov_policy_doc", text("item", 100, key=True), text("value", 2000))
REVIEWS = table(GOV, "gov_reviews", text("review", 100, key=True), day("done_at"), day("next_due"))
TRAINING = table(GOV, "gov_training", text("employee", 100, key=True), day("completed_at"))
