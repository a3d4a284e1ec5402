"""A member and an order, each made again from its id whenever a table needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from include.demo import people, places
from include.demo.company import RESERVED, Company
from include.demo.draw import Draw
from include.demo.people import Name
from include.demo.places import Place
from include.demo.products import ARTICLES, Article

ORDERS_PER_SCALE = 700
CHUNK = 2_000  # members or orders whose rows are made together; the caches hold one chunk


@dataclass(frozen=True, slots=True)
class Member:
    """What the tables of several sources say alike about one member."""

    member_id: int
    name: Name
    gender: str
    born: date
    home: Place
    street: str
    phone: str
    rank: str
    registered_days_ago: int
    registered_at: datetime

    @property
    def email(self) -> str:
        """The member's address for mail."""
        return people.email(self.member_id)


@dataclass(frozen=True, slots=True)
class Order:
    """One order of one article."""

    order_id: int
    member_id: int
    days_ago: int
    ordered_at: datetime
    article: Article
    qty: int

    @property
    def total(self) -> int:
        """Yen to pay."""
        return self.qty * self.article.price


@lru_cache(maxsize=CHUNK + 500)
def member(company: Company, member_id: int) -> Member:
    """The member with this id."""
    draw = Draw(company.seed, "member", member_id)
    gender = draw.pick("FFFFMMMX")
    home = places.home(draw)
    registered = draw.between(45, 700)
    return Member(
        member_id=member_id,
        name=people.name(draw, gender),
        gender=gender,
        born=date(1960 + draw.between(0, 44), 1, 1) + timedelta(draw.between(0, 364)),
        home=home,
        street=places.street(draw, home.town),
        phone=people.member_phone(draw, member_id),
        rank=draw.pick(("regular", "regular", "silver", "gold")),
        registered_days_ago=registered,
        registered_at=company.moment.at(registered, draw.between(7, 23), draw.between(0, 59)),
    )


def owner(company: Company, order_id: int) -> int:
    """The member who placed an order; members order in turn."""
    return (order_id - 1) % company.members + 1


@lru_cache(maxsize=3 * CHUNK + 500)
def order(company: Company, order_id: int) -> Order:
    """The order with this id, placed after its member registered and at least three days ago."""
    member_id = owner(company, order_id)
    draw = Draw(company.seed, "order", order_id)
    days_ago = draw.between(3, member(company, member_id).registered_days_ago - 1)
    return Order(
        order_id=order_id,
        member_id=member_id,
        days_ago=days_ago,
        ordered_at=company.moment.at(days_ago, draw.between(0, 23), draw.between(0, 59)),
        article=draw.pick(ARTICLES),
        qty=1 if draw.between(1, 6) > 1 else 2,
    )


def orders_of(company: Company, member_id: int) -> list[Order]:
    """The two or three orders of a member."""
    every = range(member_id, ORDERS_PER_SCALE * company.scale + 1, company.members)
    return [order(company, order_id) for order_id in every if order_id not in RESERVED["order"]]
