"""Customers, their orders with items, inquiries about either, and notes that outlive them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import URL

from tests.erasure.bench import Bench


def shop_tables() -> sa.MetaData:
    metadata = sa.MetaData()
    name = sa.String(60)
    sa.Table(
        "customers", metadata,
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.Column("email", name),
    )  # fmt: skip
    sa.Table(
        "orders", metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("customer", sa.ForeignKey("customers.id"), nullable=False, index=True),
        sa.Column("day", sa.Integer),
    )  # fmt: skip
    sa.Table(
        "items", metadata,
        sa.Column("order_id", sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
    )  # fmt: skip
    sa.Table(
        "inquiries", metadata,
        sa.Column("code", sa.String(20), primary_key=True),
        sa.Column("customer", sa.ForeignKey("customers.id"), index=True),
        sa.Column("order_id", sa.ForeignKey("orders.id"), index=True),
    )  # fmt: skip
    sa.Table(
        "notes", metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("customer", sa.ForeignKey("customers.id", ondelete="SET NULL"), index=True),
    )  # fmt: skip
    return metadata


def shop_rows(customers: int) -> dict[str, list[dict[str, Any]]]:
    """Every second customer was seen long ago; each has two orders of two items, and so on."""
    ids = range(1, customers + 1)
    orders = [{"id": 10 * c + n, "customer": c, "day": n} for c in ids for n in (1, 2)]
    return {
        "customers": [{"id": c, "seen": c % 2, "email": f"c{c}@example.jp"} for c in ids],
        "orders": orders,
        "items": [{"order_id": o["id"], "line": n} for o in orders for n in (1, 2)],
        "inquiries": [
            {
                "code": f"q{c}",
                "customer": c if c % 3 else None,
                "order_id": 10 * c + 1 if c % 5 else None,
            }
            for c in ids
        ],
        "notes": [{"id": c, "customer": c} for c in ids],
    }


def shop(url: URL, customers: int = 20, **more: Any) -> Bench:
    bench = Bench(url, shop_tables(), "customers", lambda c: c.seen == 0, **more)
    return bench.create(shop_rows(customers))
