"""Sections 3 to 5, 9 and 10: security, joint use, the organisation and its reviews."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from include.demo import people, schema
from include.demo.analytics import pseudo_id
from include.demo.company import Company
from include.demo.plants.plant import Plant, added, changed
from include.demo.rows import recipient, row, transfers

_TRANSFERS = """
T30 6 shop_deliveries name,address,phone 50 R-CARRIER entrustment P2 27-5-1 - - - - 0
T40 6 shop_members name,email,inquiry,password 300 R-STORES joint P7 27-5-3 - - - - 1
T41 6 shop_members name,email 300 R-OUTSIDE joint P7 27-5-3 - - - - 1
"""


def security(company: Company) -> Iterator[Plant]:
    """Personal data in logs, stale access rights, subcontractors nobody looks after."""
    moment = company.moment
    lines = (
        f"login failed for {people.email(7)}",
        "sms to 090-1234-5678 queued",
        "psp request card=5555555555554444",
    )
    yield added(
        schema.APP_LOGS, ((number, moment.at(3), line) for number, line in enumerate(lines, 101))
    )
    yield added(
        schema.ACCESS_GRANTS,
        [
            (20, "exemp", "left", "shop_members", moment.day(10), moment.day(50)),
            (21, "emp6", "active", "shop_payments", moment.day(120), moment.day(50)),
            (22, "emp7", "active", "shop_members", moment.day(5), moment.day(500)),
        ],
    )
    yield changed(schema.RECIPIENTS, ["R-CALL"], last_audit_at=moment.day(800))
    yield changed(schema.RECIPIENTS, ["R-HOST"], last_audit_at=None)
    subcontractor = recipient(
        *("R-SUBSUB", "Mago Works", "subcontractor", "support"),
        nda_signed_at=moment.fixed(2024, 1, 1),
        contract_end=moment.fixed(2028, 1, 1),
        last_audit_at=moment.day(100),
        parent_id="R-CALL",
    )
    outsider = recipient("R-OUTSIDE", "Tonari Mode", "third", "apparel")
    yield added(schema.RECIPIENTS, [subcontractor, outsider])
    yield added(schema.TRANSFERS, transfers(moment, _TRANSFERS))


def organisation(company: Company) -> Iterator[Plant]:
    """Overdue reviews and training, a gap in the notice, an owner gone, late reports."""
    moment = company.moment
    yield changed(schema.REVIEWS, ["law_watch"], next_due=moment.day(10))
    yield changed(schema.REVIEWS, ["internal_audit"], next_due=moment.day(5))
    yield changed(schema.POLICY_DOC, ["joint.manager_representative"], value="")
    effective = moment.fixed(2026, 10, 1)
    yield added(schema.POLICY_VERSIONS, [(moment.version(effective), effective, None, "CPO")])
    yield changed(schema.DATA_MAP, ["dwh_web_events"], owner=None)
    yield changed(schema.TRAINING, ["emp3", "emp4"], completed_at=moment.day(500))
    late = row(
        schema.INCIDENTS,
        incident_id="I9",
        known_at=moment.day(45),
        category="over_1000",
        preliminary_at=moment.day(42),
        subjects_notified_at=moment.day(40),
    )
    unreported = row(
        schema.INCIDENTS, incident_id="I8", known_at=moment.day(9), category="special_care"
    )
    yield added(schema.INCIDENTS, [unreported, late])


def processed_data(company: Company) -> Iterator[Plant]:
    """Pseudonyms that anyone can recompute, and a person alone in an anonymised cell."""
    guessable = sha256(people.email(1).encode()).hexdigest()
    keys = [pseudo_id(company, member_id) for member_id in (1, 2, 3)]
    yield changed(schema.MEMBERS_PSEUDO, keys, pseudo_id=guessable)
    yield added(schema.PURCHASES_ANON, [(999, "90s", "M", "島根県", "ドレス", "100万-")])
