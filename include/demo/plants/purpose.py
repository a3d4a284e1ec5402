"""Sections 1 and 2: how data was acquired, and what it is used for."""

from __future__ import annotations

from collections.abc import Iterator

from include.demo import people, schema
from include.demo.company import FIRST_PLANTED_MAIL, Company
from include.demo.draw import Draw
from include.demo.moment import Moment
from include.demo.plants.plant import Plant, added, changed, mail, members
from include.demo.rows import recipient, transfers, words

_TRANSFERS = """
T20 6 shop_orders name,order 50 R-NONDA entrustment P1 27-5-1 - - - - 1
T21 6 shop_orders name,email 50 R-EXPIRED entrustment P1 27-5-1 - - - - 1
T22 6 shop_deliveries name,address 50 R-MAIL entrustment P2 27-5-1 - - - - 1
T23 6 shop_members name,address,phone,date_of_birth,gender 50 R-WH entrustment P2 27-5-1 - - - - 1
T24 6 shop_orders name,email,order,rank 50 R-MAIL entrustment P3 27-5-1 - - - - 1
"""
_ASKERS = ((61, "ask1@inq.example"), (62, "ask2@inq.example"))


def acquisition(company: Company) -> Iterator[Plant]:
    """A purchased list, a missing notice, an undeclared table, special-care texts."""
    yield members(201, 202, acquisition_channel="purchased_list")
    yield members(203, policy_version=None)
    yield added(schema.VIP_LIST, (_vip(company, number) for number in range(20)))
    yield changed(schema.INQUIRIES, [21], body="うつ病で通院歴があり返品したい")
    yield changed(schema.DELIVERIES, [31], delivery_note="身体障害のため玄関先まで")
    yield changed(
        schema.INQUIRIES, [22, 23], body="本人確認のため マイナンバー 1234 5678 9018 を送ります"
    )


def _vip(company: Company, number: int) -> tuple[str, str, str, str]:
    name = people.name(Draw(company.seed, "vip", number), "F").full
    return name, f"vip{number}@mail.example", f"090-1111-{number:04d}", "VIP"


def entrustment(company: Company) -> Iterator[Plant]:
    """Subcontractors without a live contract, and transfers of more than the purpose needs."""
    moment = company.moment
    audited = moment.day(100)
    yield added(
        schema.RECIPIENTS,
        [
            recipient(
                *("R-NONDA", "Nai Studio", "subcontractor", "hosting"),
                contract_end=moment.fixed(2028, 3, 31),
                last_audit_at=audited,
            ),
            recipient(
                *("R-EXPIRED", "Mukashi Print", "subcontractor", "mail"),
                nda_signed_at=moment.fixed(2020, 1, 1),
                contract_end=moment.day(40),
                last_audit_at=audited,
            ),
        ],
    )
    yield added(schema.TRANSFERS, transfers(moment, _TRANSFERS))


def purposes(company: Company) -> Iterator[Plant]:
    """Jobs and columns beyond their purpose, card data, an inquiry sent to a stranger."""
    yield added(
        schema.JOBS,
        [
            ("J7", "shop_payments", words("payment_token"), "P4", "CRM"),
            ("J8", "support_inquiries", words("inquiry,email"), "P4", "CRM"),
            ("J9", "shop_members", words("name,phone"), "P9", "Credit"),
        ],
    )
    yield changed(schema.PAYMENTS, [41, 42], card_no_legacy="4111111111111111")
    yield changed(schema.PAYMENTS, [41], security_code="123")
    yield added(
        schema.DATA_MAP,
        [("dwh_member_features", "phone", "phone", "P5", "Data", "with-member")],
    )
    yield changed(schema.MEMBER_FEATURES, range(1, 20), phone="090-2222-3333")
    yield changed(schema.INQUIRIES, [24], forwarded_to="R-UNKNOWN")
    yield added(
        schema.CAMPAIGNS,
        [("C9", "提携先PR", "P4", "R-ADNET", company.moment.at(10))],
    )


def marketing(company: Company) -> Iterator[Plant]:
    """Mails after a withdrawal, without any consent, and to people who only asked something."""
    moment = company.moment
    consents = schema.CONSENTS
    for member_ids, withdrawn, flag in (((101, 103), 60, 0), ((104, 106), 5, 1)):
        yield (
            consents.update()
            .where(consents.c.member_id.in_(member_ids))
            .values(status="withdrawn", withdrawn_at=moment.at(withdrawn))
        )
        yield members(*member_ids, mail_magazine_flag=flag)
    yield added(schema.INQUIRIES, (_question(moment, *asker) for asker in _ASKERS))
    recipients = [(102, people.email(102)), *((None, email) for _, email in _ASKERS)]
    yield added(
        schema.MAIL_EVENTS,
        (
            mail(event_id, member_id, email, moment.at(20))
            for event_id, (member_id, email) in enumerate(recipients, FIRST_PLANTED_MAIL)
        ),
    )


def _question(moment: Moment, inquiry_id: int, email: str) -> tuple[object, ...]:
    return (
        *(inquiry_id, None, "非会員", email, "03-0000-0000", "在庫", "在庫確認"),
        *(moment.at(50), moment.at(48), None),
    )
