"""The standing registers: who receives data, what each purpose covers, who owns a column."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Table

from include.demo import schema
from include.demo.company import Company
from include.demo.moment import Moment
from include.demo.rows import Row, recipient

_RECIPIENTS = (
    ("R-SELF", "Yukimidori Apparel", "self", "self"),
    ("R-STORES", "Yukimidori Stores", "joint", "group"),
    ("R-BEAUTY", "Haneiro Beauty", "joint", "group"),
    ("R-WH", "Kumonoki Logistics", "subcontractor", "warehouse"),
    ("R-CARRIER", "Hayakaze Express", "subcontractor", "transport"),
    ("R-PSP", "Ishibashi Payment", "subcontractor", "payment"),
    ("R-MAIL", "Tegami Cloud", "subcontractor", "mail"),
    ("R-CALL", "Koe Center", "subcontractor", "support"),
    ("R-HOST", "Midori Hosting", "subcontractor", "hosting"),
    ("R-ADNET", "Sora DMP", "third", "ads"),
    ("R-POLICE", "Police", "authority", "authority"),
)

_CATEGORIES = {
    "P1": "name kana email phone address order purchase member_id status",
    "P2": "name address phone email contact order tracking payment_token billing",
    "P3": "name address phone email order billing purchase",
    "P4": "usage purchase name address phone email consent rank",
    "P5": "opinion survey usage purchase age_band gender prefecture member_id",
    "P6": "name address phone email inquiry member_id",
    "P7": "registration_site customer_category name gender date_of_birth email address phone"
    " mail_flag rank registered_at purchase",
}

_SERVICES = {
    "P1": "warehouse transport payment hosting support mail",
    "P2": "warehouse transport payment",
    "P3": "mail support hosting",
    "P4": "mail group",
    "P5": "hosting group",
    "P6": "support hosting",
    "P7": "group",
}

# table, column, category, purposes, owner, retention rule
_DATA_MAP = """
shop_members email email P1,P3,P4,P7 EC inactive-3y
shop_members phone phone P1,P2,P7 EC inactive-3y
shop_orders billing_name name P1,P2,P3 EC contact-3y
shop_orders billing_email email P1,P3 EC contact-3y
shop_orders billing_phone phone P1,P2 EC contact-3y
shop_deliveries phone phone P2 Logistics contact-3y
crm_mail_events email email P4 CRM mail-13m
crm_campaign_entries phone phone P4 CRM entry-6m
support_inquiries email email P6 CS inquiry-3y
support_inquiries phone phone P6 CS inquiry-3y
gov_dsr requester_email email P6 Privacy request-180d
dwh_member_features prefecture prefecture P5 Data with-member
dwh_web_events cookie_id usage P5 Data web-13m
"""

_POLICY_ITEMS = (
    *("joint.items", "joint.range", "joint.purpose", "joint.manager_name"),
    *("joint.manager_address", "joint.manager_representative", "contact.desk", "fees"),
    *("safety.measures", "controller.address", "controller.representative"),
)


def registers(company: Company) -> Iterator[tuple[Table, list[Row]]]:
    """The filled registers of the governance store."""
    moment = company.moment
    yield schema.RECIPIENTS, _recipients(moment)
    yield schema.PURPOSE_CATEGORIES, _pairs(_CATEGORIES)
    yield schema.PURPOSE_SERVICES, _pairs(_SERVICES)
    yield schema.JOINT_ITEMS, [(category,) for category in _CATEGORIES["P7"].split()]
    yield schema.DATA_MAP, [tuple(line.split()) for line in _DATA_MAP.strip().split("\n")]
    yield schema.POLICY_VERSIONS, _versions(moment)
    yield schema.POLICY_DOC, [(item, "記載あり") for item in _POLICY_ITEMS]


def _recipients(moment: Moment) -> list[Row]:
    signed, end = moment.fixed(2024, 1, 10), moment.fixed(2028, 3, 31)
    audited = moment.day(120)
    return [
        recipient(*entry, nda_signed_at=signed, contract_end=end, last_audit_at=audited)
        for entry in _RECIPIENTS
    ]


def _pairs(register: dict[str, str]) -> list[Row]:
    return [(purpose, word) for purpose, words in register.items() for word in words.split()]


def _versions(moment: Moment) -> list[Row]:
    return [
        (moment.version(effective), effective, effective - timedelta(days=17), "CPO")
        for effective in moment.policies
    ]
