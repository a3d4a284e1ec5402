"""What operations and the privacy office wrote down about a company that keeps its policy."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Table

from include.demo import schema
from include.demo.company import ERASED_MEMBER, Company
from include.demo.members import member
from include.demo.moment import Moment
from include.demo.rows import Row, provision, requests, row, transfers, words

_TRANSFERS = """
T1 5 shop_deliveries name,address,phone,order 100 R-WH entrustment P2 27-5-1 - - - - 1
T2 5 shop_members name,email,rank,purchase 300 R-STORES joint P7 27-5-3 - - - - 1
T3 30 shop_orders name,order 1 R-POLICE authority P1 27-1-1 - 照会書-2026-18 CPO 5 1
T4 40 shop_members email 1 R-ADNET third P4 consent 7 - - 10 1
T5 40 dwh_web_events usage 10 R-ADNET personal_related P5 consent_confirmed - - - - 1
"""

_REQUESTS = """
Q1 11 disclosure 60 58 granted 50 50 50 0 -
Q2 10 records_disclosure 50 49 granted 45 45 45 0 1
Q3 12 correction 30 29 granted 25 25 25 0 -
"""

DMP = {
    "recipient_name": "Sora DMP",
    "recipient_address": "東京都千代田区1-1",
    "representative": "代表 空",
}


def evidence(company: Company) -> Iterator[tuple[Table, list[Row]]]:
    """The filled tables of the ``ops`` source and the records of the privacy office."""
    moment = company.moment
    yield schema.TRANSFERS, transfers(moment, _TRANSFERS)
    yield schema.PROVISION_RECORDS, _provisions(moment)
    yield schema.ACCESS_GRANTS, _grants(moment)
    yield schema.JOBS, _jobs()
    yield schema.DSR, _requests(company)
    yield (
        schema.HOLDS,
        [
            ("H1", "shop_orders", "order:1", "消費者紛争", moment.day(-30), None),
        ],
    )
    yield (
        schema.DELETIONS,
        [
            ("DL1", ERASED_MEMBER, moment.day(60), "delete", moment.day(50)),
        ],
    )
    yield schema.INCIDENTS, [_incident(moment)]
    yield schema.REVIEWS, _reviews(moment)
    yield schema.TRAINING, [(f"emp{number}", moment.day(100)) for number in range(1, 11)]


def _provisions(moment: Moment) -> list[Row]:
    on = moment.day(40)
    personal = {"kind": "personal_data", "subject_ref": "member:10", "items": "email"}
    related = {"kind": "personal_related", "subject_ref": "cookie", "items": "usage"}
    return [
        provision("PR4", on, transfer_id="T4", consent_ref="consent:7", **DMP, **personal),
        provision("PR5", on, transfer_id="T5", consent_ref="confirmed", **DMP, **related),
    ]


def _grants(moment: Moment) -> list[Row]:
    used, reviewed = moment.day(10), moment.day(100)
    return [
        (number, f"emp{number}", "active", "shop_members", used, reviewed) for number in range(1, 6)
    ]


def _jobs() -> list[Row]:
    return [
        ("J1", "shop_orders", words("name,order"), "P1", "EC"),
        ("J2", "dwh_member_features", words("usage,age_band"), "P5", "Data"),
        ("J3", "shop_payments", words("payment_token,billing"), "P2", "EC"),
    ]


def _requests(company: Company) -> list[Row]:
    city = member(company, 12).home.city
    corrected = json.dumps({"city": city}, ensure_ascii=False)
    return requests(company.moment, _REQUESTS, {"Q3": corrected})


def _incident(moment: Moment) -> Row:
    return row(
        schema.INCIDENTS,
        incident_id="I1",
        known_at=moment.day(200),
        category="unauthorised_access",
        preliminary_at=moment.day(197),
        final_at=moment.day(150),
        subjects_notified_at=moment.day(190),
    )


def _reviews(moment: Moment) -> list[Row]:
    due = {"policy_review": 100, "internal_audit": 60, "law_watch": 20}
    return [(review, moment.day(200), moment.day(-days)) for review, days in due.items()]
