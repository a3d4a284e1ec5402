"""The systems around the shop: marketing, support, warehouse and operations."""

from __future__ import annotations

from sqlalchemy import Column

from include.demo.columns import at, day, long_text, number, text, words
from include.demo.metadata import CRM, DWH, OPS, SUPPORT, UNDECLARED, table

CONSENTS = table(
    CRM,
    "crm_consents",
    number("consent_id", key=True),
    number("member_id", index=True),
    text("purpose", 50),
    text("channel", 50),
    text("status", 50),
    at("granted_at"),
    at("withdrawn_at"),
    text("policy_version", 50),
    text("evidence", 200),
)
CAMPAIGNS = table(
    CRM,
    "crm_campaigns",
    text("campaign_id", 50, key=True),
    text("name", 200),
    text("purpose", 50),
    text("sender_id", 50),
    at("sent_at"),
)
MAIL_EVENTS = table(
    CRM,
    "crm_mail_events",
    number("event_id", key=True),
    Column("campaign_id", words(50), index=True),  # no foreign key: old campaigns are gone
    number("member_id", index=True),
    text("email", 254),
    text("event_type", 50),
    at("occurred_at"),
)
CAMPAIGN_ENTRIES = table(
    CRM,
    "crm_campaign_entries",
    number("entry_id", key=True),
    text("campaign", 50),
    text("name", 200),
    text("phone", 50),
    text("street", 250),
    at("entered_at"),
    at("prize_shipped_at"),
)
SURVEYS = table(
    CRM,
    "crm_surveys",
    number("response_id", key=True),
    number("member_id", index=True),
    long_text("answer"),
    at("answered_at"),
)

INQUIRIES = table(
    SUPPORT,
    "support_inquiries",
    number("inquiry_id", key=True),
    number("member_id", index=True),
    text("name", 200),
    text("email", 254),
    text("phone", 50),
    text("subject", 200),
    long_text("body"),
    at("received_at"),
    at("closed_at"),
    text("forwarded_to", 50),
)

MEMBER_FEATURES = table(
    DWH,
    "dwh_member_features",
    number("member_id", index=True),
    text("age_band", 20),
    text("gender", 10),
    text("prefecture", 50),
    number("orders_12m"),
    text("phone", 50),
    at("loaded_at"),
)
MEMBERS_PSEUDO = table(
    DWH,
    "dwh_members_pseudo",
    Column("pseudo_id", words(128), index=True),
    number("birth_year"),
    text("postal3", 10),
    text("membership_rank", 50),
    number("spend_12m"),
)
PURCHASES_ANON = table(
    DWH,
    "dwh_purchases_anon",
    number("row_id"),
    text("age_band", 20),
    text("gender", 10),
    text("prefecture", 50),
    text("category", 50),
    text("spend_band", 50),
)
WEB_EVENTS = table(
    DWH,
    "dwh_web_events",
    number("event_id", key=True),
    text("cookie_id"),
    text("ip", 45),
    text("page_url", 2000),
    number("member_id", index=True),
    at("occurred_at"),
)
# The table nobody declared: part of the planted breaches, of no source's schema.
VIP_LIST = table(
    UNDECLARED,
    "dwh_adhoc_vip_2021",
    text("name", 200),
    text("email", 254),
    text("phone", 50),
    text("note", 200),
)

APP_LOGS = table(
    OPS, "ops_app_logs", number("log_id", key=True), at("logged_at"), long_text("message")
)
TRANSFERS = table(
    OPS,
    "ops_transfers",
    text("transfer_id", 50, key=True),
    at("transferred_at"),
    text("source_table"),
    text("columns", 1000),
    number("row_count"),
    text("recipient_id", 50),
    text("kind", 50),
    text("purpose", 50),
    text("basis", 50),
    number("consent_id"),
    text("document_ref", 200),
    text("approved_by"),
    number("subject_member_id", index=True),
    number("encrypted"),
)
ACCESS_GRANTS = table(
    OPS,
    "ops_access_grants",
    number("grant_id", key=True),
    text("principal"),
    text("employment", 50),
    text("table_name"),
    day("last_used_at"),
    day("reviewed_at"),
)
JOBS = table(
    OPS,
    "ops_jobs",
    text("job_id", 50, key=True),
    text("reads_table"),
    text("categories", 1000),
    text("purpose", 50),
    text("owner"),
)
