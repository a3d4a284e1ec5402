"""A person's request reaches the rows of that person and of nobody else, on every engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.disposal.person import (
    Person,
    person_of,
    rows_of,
    shared_rows_of,
    whole_number,
)
from include.governance.errors import PlanError
from include.governance.model.contract import Column, Dataset, Relationship
from include.governance.source.database import Source
from include.governance.source.rows import table_of


def table(name: str, *columns: str, **more: object) -> Dataset:
    return Dataset.model_validate(
        {
            "source": "shop", "table": name, "name": name, "kind": "transaction", "entity": name,
            "columns": tuple(Column(name=each) for each in ("id", *columns)),
            "primary_key": ("id",), **more,
        }
    )  # fmt: skip


def link(here: str, to: str) -> Relationship:
    return Relationship(here=(here,), table=to, there=("id",))


MEMBERS = table("members", kind="subject_master", entity="member")
SELLERS = table("sellers", kind="subject_master", entity="seller")
ORDERS = table("orders", "member", relationships=(link("member", "members"),))
DELIVERIES = table("deliveries", "ord", relationships=(link("ord", "orders"),))
MAILS = table("mails", "member", subject_key="member")
COUPONS = table("coupons", "owner", relationships=(link("owner", "members"),))
BOUGHT = table(
    "bought", "member", "coupon",
    subject_key="member", relationships=(link("coupon", "coupons"),),
)  # fmt: skip
SHARED = table("shared", "a", "b", relationships=(link("a", "members"), link("b", "members")))
LABELS = table("labels", "shared", relationships=(link("shared", "shared"),))
ALL = (MEMBERS, ORDERS, DELIVERIES, MAILS, COUPONS, BOUGHT, SHARED, LABELS)
MADE = (
    "CREATE TABLE members (id varchar(20) PRIMARY KEY)",
    "CREATE TABLE orders (id int PRIMARY KEY, member varchar(20))",
    "CREATE TABLE deliveries (id int PRIMARY KEY, ord int)",
    "CREATE TABLE mails (id int PRIMARY KEY, member varchar(20))",
    "CREATE TABLE coupons (id int PRIMARY KEY, owner varchar(20))",
    "CREATE TABLE bought (id int PRIMARY KEY, member varchar(20), coupon int)",
    "CREATE TABLE shared (id int PRIMARY KEY, a varchar(20), b varchar(20))",
    "INSERT INTO members VALUES ('m1'), ('x2')",
    "INSERT INTO orders VALUES (1, 'm1'), (2, 'x2')",
    "INSERT INTO deliveries VALUES (10, 1), (20, 2), (30, NULL)",
    "INSERT INTO mails VALUES (1, 'm1'), (2, 'M1'), (3, 'ｍ1'), (4, 'm1 '), (5, NULL)",
    "INSERT INTO coupons VALUES (1, 'm1')",
    "INSERT INTO bought VALUES (1, 'm1', NULL), (2, 'x2', 1)",
    "CREATE TABLE labels (id int PRIMARY KEY, shared int)",
    "INSERT INTO shared VALUES (1, 'm1', 'x2'), (2, 'm1', 'm1'), (3, NULL, 'm1'), (4, NULL, NULL)",
    "INSERT INTO shared VALUES (5, NULL, 'x2'), (6, 'gone', 'm1')",
    "INSERT INTO labels VALUES (1, 1), (2, 2), (3, 5), (4, NULL)",
)
OWN = {
    "members": ["m1"], "orders": [1], "deliveries": [10], "mails": [1], "coupons": [1],
    "bought": [1], "shared": [2, 3], "labels": [2],
}  # fmt: skip


Search = Callable[[Source, Dataset, Person, Sequence[Dataset]], sa.ColumnElement[bool]]


@dataclass(frozen=True)
class Shop:
    source: Source
    engine: sa.Engine

    def found(self, dataset: Dataset, person: Person, search: Search = rows_of) -> list[object]:
        wanted = search(self.source, dataset, person, ALL)
        key = table_of(dataset).c.id
        with self.engine.connect() as connection:
            return list(connection.scalars(sa.select(key).where(wanted).order_by(key)))


def test_only_the_persons_own_rows_are_found(any_database: URL) -> None:
    engine = sa.create_engine(any_database)
    with engine.begin() as connection:
        for each in MADE:
            connection.exec_driver_sql(each)
    shop = Shop(Source("shop", any_database), engine)
    assert {each.table: shop.found(each, Person("member", "m1")) for each in ALL} == OWN
    both = {each.table: shop.found(each, Person("member", "m1"), shared_rows_of) for each in ALL}
    assert {table: rows for table, rows in both.items() if rows} == {
        "shared": [1, 6],
        "labels": [1],
    }
    for key in ("M1", "m1|x2", "m\0001", "9"):
        assert shop.found(ORDERS, Person("member", key)) == []
    engine.dispose()


@pytest.mark.parametrize(
    ("ref", "datasets", "found"),
    [
        ("10", (MEMBERS, ORDERS), Person("member", "10")),
        ("member:10", (MEMBERS, SELLERS), Person("member", "10")),
        ("member: 10", (MEMBERS,), None),
        ("10", (MEMBERS, SELLERS), None),
        ("orders:10", (MEMBERS, ORDERS), None),
        ("member:", (MEMBERS,), None),
        ("10", (ORDERS,), None),
    ],
    ids=["one kind", "said", "blank", "two kinds", "no person", "no number", "no kind"],
)
def test_a_request_names_one_person(
    ref: str, datasets: tuple[Dataset, ...], found: Person | None
) -> None:
    if found:
        assert person_of(ref, "Q1", datasets) == found
        return
    with pytest.raises(PlanError, match="does not name one person") as refused:
        person_of(ref, "Q1", datasets)
    assert "10" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("-7", -7),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        ("1_000", None),
        ("１２", None),
        (" 12", None),
        ("", None),
    ],
)
def test_a_key_is_a_number_of_ascii_digits_that_fits_a_column(
    text: str, number: int | None
) -> None:
    assert whole_number(text) == number


def test_a_subject_key_of_nobody_knows_whom_is_refused(tmp_path: object) -> None:
    source = Source("shop", URL.create("sqlite", database=f"{tmp_path}/shop.db"))
    with pytest.raises(PlanError, match="whose number"):
        rows_of(source, MAILS, Person("seller", "1"), (*ALL, SELLERS))
