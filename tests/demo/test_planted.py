"""The planted company breaks exactly the promises it is known to break."""

from __future__ import annotations

import sqlite3

import pytest

from tests.demo.conftest import Demo

SHOP, CRM, SUPPORT, DWH, OPS, GOV = "shop", "crm", "support", "dwh", "ops", "gov"
MEMBERS = "SELECT member_id FROM shop_members WHERE "
DSR = "SELECT request_id FROM gov_dsr WHERE "
PLANTED = [
    ("S1-01", SHOP, MEMBERS + "acquisition_channel = 'purchased_list'", [201, 202]),
    ("S1-01", SHOP, MEMBERS + "policy_version IS NULL", [203]),
    ("S1-02", DWH, "SELECT count(*) FROM dwh_adhoc_vip_2021", [20]),
    ("S1-03", OPS, "SELECT job_id FROM ops_jobs WHERE purpose IN ('P9')", ["J9"]),
    ("S1-04", SUPPORT, "SELECT inquiry_id FROM support_inquiries WHERE body LIKE '%うつ病%'", [21]),
    (
        *("S1-04", SHOP),
        *("SELECT delivery_id FROM shop_deliveries WHERE delivery_note LIKE '%身体障害%'", [31]),
    ),
    (
        *("S2-00", SUPPORT),
        "SELECT inquiry_id FROM support_inquiries WHERE body LIKE '%マイナンバー 1234 5678 9018%'",
        [22, 23],
    ),
    (
        *("S2-02c", SHOP),
        *("SELECT payment_id FROM shop_payments WHERE card_no_legacy IS NOT NULL", [41, 42]),
    ),
    (
        *("S2-02d", SHOP),
        *("SELECT payment_id FROM shop_payments WHERE security_code IS NOT NULL", [41]),
    ),
    (
        *("S3-01", OPS),
        "SELECT log_id FROM ops_app_logs WHERE message LIKE '%@%' OR message LIKE '%090-%'"
        " OR message LIKE '%5555555555554444%'",
        [101, 102, 103],
    ),
    (
        *("S6-01", SHOP),
        MEMBERS + "email LIKE '%@@%' OR length(postal_code) <> 8 AND postal_code LIKE '%A%'"
        " OR length(phone) < 10 OR date_of_birth > '2026-11-30'",
        [110, 111, 112, 113],
    ),
    ("S6-02", SHOP, MEMBERS + "prefecture = '沖縄県' AND postal_code LIKE '100-%'", [114, 115]),
    (
        *("S6-03", SHOP, "SELECT lower(email) FROM shop_members GROUP BY 1 HAVING count(*) > 1"),
        ["user0116@mail1.example"],
    ),
    (
        *("S6-04", SHOP),
        *(MEMBERS + "email_bounced_at IS NOT NULL AND mail_magazine_flag = 1", [118, 119]),
    ),
    ("S6-10a", SHOP, MEMBERS + "last_login_at < '2023-11-30'", [130, 131, 132]),
    ("S6-10b", SHOP, MEMBERS + "withdrawn_at < '2026-09-01'", [133, 134]),
    (
        *("S6-10c", SUPPORT),
        "SELECT inquiry_id FROM support_inquiries WHERE closed_at < '2023-11-30'",
        [25, 26, 27],
    ),
    (
        *("S6-10d", CRM),
        "SELECT event_id FROM crm_mail_events WHERE occurred_at < '2025-10-30'",
        [204, 205, 206, 207],
    ),
    (
        *("S6-10e", CRM),
        "SELECT entry_id FROM crm_campaign_entries WHERE prize_shipped_at < '2026-05-30'",
        [5, 6],
    ),
    ("S6-10f", SHOP, "SELECT cart_id FROM shop_carts WHERE updated_at < '2026-09-01'", [7, 8, 9]),
    (
        *("S6-10g", DWH),
        "SELECT event_id FROM dwh_web_events WHERE occurred_at < '2025-10-30'",
        [10, 11, 12],
    ),
    (
        *("S6-10h", SHOP),
        "SELECT token_id FROM shop_payment_tokens"
        " WHERE removed_at IS NOT NULL OR expires_on < '2026-11-30'",
        [13],
    ),
    (
        *("S6-10i", SHOP),
        *("SELECT order_id FROM shop_orders WHERE ordered_at < '2016-01-01'", [9001, 9002]),
    ),
    ("S6-11", SHOP, "SELECT order_id FROM shop_orders WHERE anonymised_at IS NOT NULL", [51]),
    ("S6-12", GOV, "SELECT hold_id FROM gov_holds WHERE review_due < '2026-11-30'", ["H9"]),
    (
        *("S6-15", GOV),
        "SELECT deletion_id FROM gov_deletions WHERE recipients_notified_at IS NULL",
        ["DL9"],
    ),
    ("S6-20a", GOV, DSR + "closed_at IS NULL AND received_at >= '2026-10-31'", ["Q30"]),
    ("S6-20b", GOV, DSR + "closed_at IS NULL AND received_at < '2026-10-31'", ["Q31"]),
    ("S6-21", GOV, DSR + "executed_at IS NOT NULL AND identity_verified_at IS NULL", ["Q32"]),
    ("S6-22", GOV, DSR + "decision = 'refused' AND reason IS NULL", ["Q33"]),
    ("S6-23", SHOP, MEMBERS + "use_suspended_at < '2026-11-10'", [154]),
    ("S6-24", GOV, DSR + "fee_yen > 0 AND type = 'correction'", ["Q35"]),
    ("S6-25", GOV, DSR + "closed_at < '2026-06-03' AND contact_purged_at IS NULL", ["Q36"]),
    ("S6-26", GOV, DSR + "type = 'records_disclosure' AND records_returned = 0", ["Q37"]),
    (
        *("S8-03", DWH),
        *(
            "SELECT event_id FROM dwh_web_events WHERE page_url LIKE '%\\%40%' ESCAPE '\\'",
            [20, 21],
        ),
    ),
]


@pytest.mark.parametrize(("control", "source", "sql", "ids"), PLANTED)
def test_each_breach_is_planted_once(
    planted: Demo, control: str, source: str, sql: str, ids: list[object]
) -> None:
    assert sorted(map(str, planted.column(source, sql))) == sorted(map(str, ids)), control


@pytest.mark.parametrize(
    ("control", "source", "sql"),
    [plant[:3] for plant in PLANTED if plant[0] not in {"S1-02", "S6-23"}],
)
def test_the_clean_company_has_none_of_them(
    clean: Demo, control: str, source: str, sql: str
) -> None:
    assert clean.column(source, sql) == [], control


def across(demo: Demo, sql: str) -> list[object]:
    """Run a query over all sources at once."""
    connection = sqlite3.connect(":memory:")
    for source, engine in demo.engines.items():
        connection.execute(f"ATTACH ? AS {source}", [engine.url.database])
    result = [row[0] for row in connection.execute(sql)]
    connection.close()
    return result


ACROSS = [
    (
        "S2-04a",
        "SELECT event_id FROM crm_mail_events e WHERE campaign_id = 'C1' AND member_id NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM crm_consents c WHERE c.member_id = e.member_id"
        " AND granted_at <= occurred_at AND coalesce(withdrawn_at, '9') > occurred_at)",
        [68, 69, 201],
    ),
    (
        "S2-06a",
        "SELECT event_id FROM crm_mail_events WHERE member_id IS NULL"
        " AND email IN (SELECT email FROM support_inquiries)",
        [202, 203],
    ),
    (
        "S6-05",
        "SELECT request_id FROM gov_dsr JOIN shop_members USING (member_id)"
        " WHERE type = 'correction' AND json_extract(payload, '$.city') <> city",
        ["Q20"],
    ),
    (
        "S6-06",
        "SELECT member_id FROM dwh_member_features f JOIN shop_members m USING (member_id)"
        " WHERE f.prefecture <> m.prefecture",
        [121],
    ),
    (
        "S6-14",
        "SELECT deletion_id FROM gov_deletions JOIN shop_members USING (member_id)",
        ["DL9"],
    ),
]


@pytest.mark.parametrize(("control", "sql", "ids"), ACROSS)
def test_breaches_between_sources(
    clean: Demo, planted: Demo, control: str, sql: str, ids: list[object]
) -> None:
    assert across(clean, sql) == [], control
    assert across(planted, sql) == ids, control
