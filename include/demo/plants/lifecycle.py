"""Section 6, accuracy and erasure: wrong values, and data kept too long or not long enough."""

from __future__ import annotations

from collections.abc import Iterator

from include.demo import people, schema
from include.demo.company import FIRST_PLANTED_MAIL, Company
from include.demo.members import member
from include.demo.places import TOKYO, other_prefecture
from include.demo.plants.plant import Plant, added, changed, members
from include.demo.rows import Row, row
from include.demo.texts import order_no

_FIRST_OPENED = FIRST_PLANTED_MAIL + 3


def accuracy(company: Company) -> Iterator[Plant]:
    """Invalid values, addresses that contradict themselves, a duplicate, bounces, drift."""
    moment = company.moment
    yield members(110, email="user0110@@mail0.example")
    yield members(111, postal_code="15-00A1")
    yield members(112, phone="12345")
    yield members(113, date_of_birth=moment.fixed(2031, 1, 1))
    # A town in Tokyo and a prefecture overwritten, whatever place the seed had drawn.
    yield members(*(114, 115), postal_code=TOKYO.postal_code, prefecture="沖縄県", city=TOKYO.city)
    yield changed(schema.MEMBER_FEATURES, [114, 115], prefecture="沖縄県")
    yield members(117, email=people.email(116).upper())
    yield members(118, 119, email_bounced_at=moment.at(30), mail_magazine_flag=1)
    drifted = other_prefecture(member(company, 121).home.prefecture)
    yield changed(schema.MEMBER_FEATURES, [121], prefecture=drifted)


def overdue(company: Company) -> Iterator[Plant]:
    """Rows whose retention period is over."""
    at = company.moment.at
    yield members(
        *(130, 131, 132), last_login_at=at(1200), last_purchase_at=at(1200), registered_at=at(1900)
    )
    yield members(133, 134, status="withdrawn", withdrawn_at=at(120))
    yield changed(schema.INQUIRIES, [25, 26, 27], received_at=at(1200), closed_at=at(1190))
    yield added(
        schema.MAIL_EVENTS,
        ((_FIRST_OPENED + n, "C0", 1, people.email(1), "opened", at(500 + n)) for n in range(4)),
    )
    yield changed(schema.CAMPAIGN_ENTRIES, [5, 6], prize_shipped_at=at(400))
    yield changed(schema.CARTS, [7, 8, 9], updated_at=at(200))
    yield changed(schema.WEB_EVENTS, [10, 11, 12], occurred_at=at(500))
    yield changed(schema.PAYMENT_TOKENS, [13], removed_at=at(30))


def statutory(company: Company) -> Iterator[Plant]:
    """Orders past the ten years of the tax law, one anonymised too early, a forgotten hold."""
    moment = company.moment
    yield added(
        schema.ORDERS,
        [_old_order(company, 9001, 2014, 6), _old_order(company, 9002, 2015, 5)],
    )
    yield changed(
        *(schema.ORDERS, [51]),
        billing_name="ANONYMISED",
        billing_email=None,
        billing_phone=None,
        anonymised_at=moment.at(10),
    )
    yield added(schema.HOLDS, [("H9", "shop_orders", "order:2", "返金紛争", moment.day(40), None)])
    yield added(schema.DELETIONS, [("DL9", 140, moment.day(90), "delete", None)])


def _old_order(company: Company, order_id: int, year: int, month: int) -> Row:
    moment = company.moment
    ordered = moment.fixed(year, month, 1)
    return row(
        schema.ORDERS,
        order_id=order_id,
        order_no=order_no(order_id),
        ordered_at=moment.at((moment.as_of - ordered).days),
        status="delivered",
        total_amount=8_000,
        billing_name="古い 顧客",
        billing_email="old@mail.example",
        billing_phone="090-0000-1111",
    )
