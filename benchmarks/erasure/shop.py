"""A fictional shop of twelve years: customers and all that hangs on them, about 23 rows each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

TODAY = datetime(2026, 11, 1)  # noqa: DTZ001 - the columns have no zone
BEGAN = TODAY.replace(year=2014)
#: Inactive for eight years: one customer in eight or nine.
CUTOFF = TODAY.replace(year=2018)
#: Events of before: about a quarter of them.
EVENTS_CUTOFF = TODAY.replace(year=2018, month=2)
ROWS_PER_ROOT = 23.5
ROOTS_PER_CUSTOMER = 0.117

Rows = Iterator[tuple[Any, ...]]
NAMES = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤")
GIVEN = ("陽菜", "結衣", "美咲", "葵", "蓮", "翔", "健太", "大輔", "拓海", "さくら")
PLACES = ("東京都", "大阪府", "神奈川県", "愛知県", "福岡県", "北海道")


def tables() -> sa.MetaData:
    """Six tables, six foreign keys, an index on each of them and on each date."""
    metadata, big, text = sa.MetaData(), sa.BigInteger, sa.String(190)

    def table(name: str, *columns: sa.Column[Any]) -> None:
        key = sa.Column(f"{name}_id", big, primary_key=True, autoincrement=False)
        sa.Table(name, metadata, key, *columns)

    def of(parent: str, nullable: bool = False) -> sa.Column[Any]:
        key = sa.ForeignKey(f"{parent}.{parent}_id")
        return sa.Column(f"{parent}_id", big, key, nullable=nullable, index=True)

    def text_of(*names: str) -> list[sa.Column[Any]]:
        return [sa.Column(name, text) for name in names]

    def moment(name: str) -> sa.Column[Any]:
        return sa.Column(name, sa.DateTime, index=True)

    table(
        "customers", sa.Column("email", text, unique=True),
        *text_of("family_name", "given_name", "phone", "postal_code", "prefecture", "address"),
        sa.Column("birth_date", sa.Date), *text_of("status"),
        moment("registered_at"), moment("last_activity_at"),
    )  # fmt: skip
    shipped = text_of("ship_name", "ship_address", "ship_phone")
    table(
        "orders", of("customers"), moment("ordered_at"), *shipped, sa.Column("amount", sa.Integer)
    )
    table("order_items", of("orders"), *text_of("sku"), sa.Column("price", sa.Integer))
    table("inquiries", of("customers", nullable=True), of("orders", nullable=True),
          moment("received_at"), sa.Column("body", sa.Text))  # fmt: skip
    table("mail_events", of("customers"), moment("sent_at"), *text_of("kind", "email"))
    table("consents", of("customers"), *text_of("purpose"), moment("granted_at"))
    return metadata


def leaves(uuid_keys: bool) -> sa.MetaData:
    """One table on which nothing hangs and which names nothing."""
    metadata = sa.MetaData()
    sa.Table(
        "events", metadata,
        sa.Column("id", sa.Uuid if uuid_keys else sa.BigInteger, primary_key=True,
                  autoincrement=False),
        sa.Column("customer", sa.BigInteger, nullable=False, index=True),
        sa.Column("sent_at", sa.DateTime, index=True),
        sa.Column("kind", sa.String(20)), sa.Column("email", sa.String(190)),
    )  # fmt: skip
    return metadata


def customers_for(rows: int) -> int:
    """How many customers make about so many rows due."""
    return max(1_000, round(rows / ROWS_PER_ROOT / ROOTS_PER_CUSTOMER))


def rows(customers: int) -> Iterator[tuple[str, Rows]]:
    """Every table's rows, parents first; orders and mails in the order of their time."""
    random = Random(3)
    spans = list(_spans(customers, random))
    yield "customers", _customers(spans)
    orders = sorted(_moments(spans, random, 5))
    yield "orders", _orders(orders)
    pairs = range(2 * len(orders))
    yield "order_items", ((n, n // 2, f"SKU{n * 31 % 90_000}", n % 20_000) for n in pairs)
    yield "inquiries", _inquiries(orders)
    mails = sorted(_moments(spans, random, 5))
    yield "mail_events", ((n, c, at, "sent", _email(c)) for n, (at, c) in enumerate(mails))
    yield "consents", ((n, n // 2, ("ads", "sharing")[n % 2], spans[n // 2][0])
                       for n in range(2 * customers))  # fmt: skip


def events(number: int, uuid_keys: bool) -> Rows:
    """Rows of the leaf table in the order of their time."""
    random, step = Random(5), (TODAY - BEGAN) / number
    for n in range(number):
        key = f"{random.getrandbits(128):032x}" if uuid_keys else n
        yield key, random.randrange(number), BEGAN + n * step, "sent", _email(n)


def _spans(customers: int, random: Random) -> Iterator[tuple[datetime, datetime]]:
    """Registered over the years in the order of the key; active for some years after."""
    for number in range(customers):
        registered = BEGAN + (TODAY - BEGAN) * (number / customers)
        stayed = timedelta(days=-math.log(1 - random.random()) * 4.2 * 365)
        yield registered, min(TODAY, registered + stayed)


def _moments(
    spans: Sequence[tuple[datetime, datetime]], random: Random, each: int
) -> Iterator[tuple[datetime, int]]:
    for number, (first, last) in enumerate(spans):
        for _ in range(each):
            yield first + (last - first) * random.random(), number


def _email(number: int) -> str:
    return f"user{number}@example.jp"


def _customers(spans: Sequence[tuple[datetime, datetime]]) -> Rows:
    for n, (registered, seen) in enumerate(spans):
        yield (
            n, _email(n), NAMES[n % 10], GIVEN[n % 10], f"090-{n % 10_000:04d}-0000",
            f"{n * 7919 % 1000:03d}-{n * 104729 % 10_000:04d}", PLACES[n % 6],
            f"{PLACES[n % 6]}中央区{n % 20}-{n % 30}-{n % 50} マンション{n}",
            date(1950, 1, 1) + timedelta(days=n * 7919 % 20_000), "active", registered, seen,
        )  # fmt: skip


def _orders(orders: Sequence[tuple[datetime, int]]) -> Rows:
    for n, (at, customer) in enumerate(orders):
        name, phone = NAMES[customer % 10], f"090-{customer % 10_000:04d}-0000"
        yield n, customer, at, name, f"中央区{customer % 20}-{customer}", phone, 1_000 + n % 50_000


def _inquiries(orders: Sequence[tuple[datetime, int]]) -> Rows:
    for n in range(3, len(orders), 10):
        at, customer = orders[n]
        body = f"注文{n}について。" + "商品のサイズが合いませんでした。" * 3
        yield n // 10, customer, n, at + timedelta(days=3), body
