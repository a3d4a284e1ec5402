"""Rows of the shop: members, orders, deliveries, payments and carts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from include.demo.company import RESERVED, Company, wants_mail
from include.demo.draw import Draw, opaque
from include.demo.members import Member, Order, member, order, orders_of, owner
from include.demo.rows import Row
from include.demo.texts import delivery_note, order_no


def members(company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """Active members with a recent login."""
    for member_id in ids:
        person = member(company, member_id)
        bought = max((bought.ordered_at for bought in orders_of(company, member_id)), default=None)
        yield (*_identity(person), *_account(company, person), bought, *_state(company, person))


def _identity(person: Member) -> Row:
    name, home = person.name, person.home
    return (
        *(person.member_id, "yukimidori-online", "individual"),
        *(name.family, name.given, name.family_kana, name.given_kana),
        *(person.gender, person.born, person.email),
        *(home.postal_code, home.prefecture, home.city, person.street, person.phone),
    )


def _account(company: Company, person: Member) -> Row:
    draw = Draw(company.seed, "login", person.member_id)
    login = company.moment.at(draw.between(1, 39), draw.between(0, 23), draw.between(0, 59))
    mail_flag = 1 if wants_mail(person.member_id) else 0
    return mail_flag, person.rank, person.registered_at, login


def _state(company: Company, person: Member) -> Row:
    draw = Draw(company.seed, "state", person.member_id)
    updated = company.moment.at(draw.between(1, 39), draw.between(0, 23), draw.between(0, 59))
    return (
        *(None, "active", opaque(company.seed, "password", person.member_id, 40)),
        *(draw.pick(("web_form", "web_form", "app", "store")),),
        *(company.moment.policy_shown(person.registered_at), None, updated, None),
    )


def _placed(company: Company, ids: Iterable[int]) -> Iterator[Order]:
    """All orders of members who still exist."""
    for order_id in ids:
        if owner(company, order_id) not in RESERVED["member"]:
            yield order(company, order_id)


def orders(company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """Delivered orders, billed to the member."""
    for placed in _placed(company, ids):
        buyer = member(company, placed.member_id)
        yield (
            *(placed.order_id, placed.member_id, order_no(placed.order_id), placed.ordered_at),
            *("delivered", placed.total, buyer.name.full, buyer.email, buyer.phone, None),
        )


def order_items(company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """The one article of each order."""
    for placed in _placed(company, ids):
        article = placed.article
        yield placed.order_id, placed.order_id, article.sku, article.name, placed.qty, article.price


def deliveries(company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """Each order sent to the member's home the next day and delivered a day later."""
    for placed in _placed(company, ids):
        buyer = member(company, placed.member_id)
        home, at = buyer.home, company.moment.at
        draw = Draw(company.seed, "delivery", placed.order_id)
        shipped = at(placed.days_ago - 1, draw.between(9, 18))
        delivered = at(placed.days_ago - 2, draw.between(9, 20), draw.between(0, 59))
        yield (
            *(placed.order_id, placed.order_id, buyer.name.full, home.postal_code),
            *(home.prefecture, home.city + buyer.street, buyer.phone, "R-CARRIER"),
            *(shipped, delivered, None, delivery_note(draw)),
        )


def payments(company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """Each order paid by card, kept as a token of the payment service."""
    for placed in _placed(company, ids):
        token = f"tok_{opaque(company.seed, 'card', placed.order_id, 16)}"
        yield (
            *(placed.order_id, placed.order_id, "card", "R-PSP", token),
            *(_last4(company, placed.member_id), placed.total, placed.ordered_at, None, None),
        )


def _last4(company: Company, member_id: int) -> str:
    return f"{Draw(company.seed, 'card', member_id).between(0, 9_999):04d}"


def payment_tokens(company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """Cards that members keep for the next order."""
    for token_id in ids:
        draw = Draw(company.seed, "token", token_id)
        expires: date = company.moment.fixed(2028 + draw.between(0, 2), 12, 31)
        created = company.moment.at(draw.between(1, 44), draw.between(0, 23))
        token = f"tok_m_{opaque(company.seed, 'token', token_id, 16)}"
        yield token_id, token_id, token, _last4(company, token_id), expires, created, None


def carts(company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """Carts touched within the last eighty days."""
    for cart_id in ids:
        yield cart_id, cart_id, company.moment.at((cart_id - 1) % 80 + 1)
