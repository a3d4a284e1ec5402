"""Which rows a selection wants and which keep themselves, on the three databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import URL
from sqlalchemy.dialects import postgresql

from include.governance.erasure.selection import (
    Selection,
    of_condition,
    of_keys,
    of_record_class,
)
from include.governance.model.contract import Column, Dataset, RecordClassUse
from include.governance.model.policy import PrivacyPolicy
from include.governance.plan.build import column_actions
from include.governance.policy.load import load_rulebook
from include.governance.retention.facts import due_rows
from include.governance.retention.holds import OpenHold
from include.governance.settings import ROOT
from include.governance.source.database import Source
from include.governance.source.rows import table_of
from tests.source import tables
from tests.source.tables import HASHING, keys_where

PAST, BOOKS = RecordClassUse(record_class="past"), RecordClassUse(record_class="books")
SCHEDULE = tables.schedule(
    past=tables.record_class({"latest_of": ["seen"]}, {"period": "P3Y"}),
    books=tables.record_class(
        {"latest_of": ["sold"]},
        {"period": "P10Y"},
        keep_at_least={"period": "P7Y"},
        action="generalise",
    ),
)
NUMBER = Column(name="id", logical_type="integer")
MEMBERS = tables.dataset(
    "members",
    [NUMBER, Column(name="seen", clocks=("seen",))],
    kind="subject_master",
    entity="member",
    uses=[PAST],
)
ORDERS = tables.dataset(
    "orders",
    [
        NUMBER,
        Column(name="member_id", logical_type="integer"),
        Column(name="sold", clocks=("sold",)),
    ],
    entity="order",
    subject_key="member_id",
    links=[(["member_id"], "members", ["id"])],
    uses=[BOOKS],
)
LINES = tables.dataset(
    "lines",
    [NUMBER, Column(name="order_id", logical_type="integer")],
    links=[(["order_id"], "orders", ["id"])],
)
PARTS = tables.dataset("parts", ["code", "line"], ["code", "line"])
DATASETS = (MEMBERS, ORDERS, LINES, PARTS)
SEEN = {1: "2023-11-29", 2: "2023-11-30", 3: "2020-01-01", 4: None, 5: "2010-01-01"}
SOLD = {10: (1, "2018-01-01"), 30: (3, "2024-01-01"), 40: (4, None), 50: (5, "2010-01-01")}
HOLD = OpenHold(None, "member:3")


@pytest.fixture
def shop(any_database: URL) -> Source:
    metadata = sa.MetaData()
    text = sa.String(20)
    key = {"primary_key": True, "autoincrement": False}
    members = sa.Table(
        "members", metadata, sa.Column("id", sa.Integer, **key), sa.Column("seen", sa.Date)
    )
    orders = sa.Table(
        "orders", metadata, sa.Column("id", sa.Integer, **key),
        sa.Column("member_id", sa.ForeignKey("members.id"), index=True), sa.Column("sold", sa.Date),
    )  # fmt: skip
    lines = sa.Table(
        "lines", metadata, sa.Column("id", sa.Integer, **key), sa.Column("order_id", sa.Integer)
    )
    parts = sa.Table(
        "parts", metadata, sa.Column("code", text, **key), sa.Column("line", sa.Integer, **key)
    )
    tables.fill(any_database, members, [{"id": k, "seen": day(d)} for k, d in SEEN.items()])
    rows = [{"id": k, "member_id": m, "sold": day(d)} for k, (m, d) in SOLD.items()]
    tables.fill(any_database, orders, rows)
    tables.fill(any_database, lines, [{"id": k + 1, "order_id": k} for k in SOLD])
    tables.fill(any_database, parts, [{"code": c, "line": n} for c in "ab" for n in (1, 2)])
    return Source("shop", any_database)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def rows(
    source: Source, selection: Selection, holds: Sequence[OpenHold] = ()
) -> dict[str, set[Any]]:
    """The rows that are wanted, and per table those that must stay."""
    found = {"wanted": keys_where(source, selection.root, selection.wanted)}
    for own in DATASETS:
        found[own.table] = keys_where(source, own, selection.kept(holds)[own.id])
    return found


def test_a_record_class_wants_exactly_the_rows_that_retention_calls_due(shop: Source) -> None:
    terms = tables.terms(SCHEDULE, DATASETS)
    for own, use in ((MEMBERS, PAST), (ORDERS, BOOKS)):
        wanted = rows(shop, of_record_class(shop, own, use, terms, {}))["wanted"]
        due = due_rows(shop, own, use, tables.terms(SCHEDULE, [own]), HASHING)
        assert len(wanted) == due.due.rows
        assert wanted == ({1, 3, 5} if own is MEMBERS else {50})


def test_holds_keep_rows_and_are_asked_anew_each_time(shop: Source) -> None:
    terms = tables.terms(SCHEDULE, DATASETS, [HOLD])
    selection = of_record_class(shop, MEMBERS, PAST, terms, {})
    assert rows(shop, selection)["wanted"] == {1, 3, 5}
    assert rows(shop, selection)["members"] == set()
    assert rows(shop, selection, [HOLD])["members"] == {3}
    assert 30 in rows(shop, selection, [HOLD])["orders"]


def test_a_hold_on_a_person_is_asked_by_columns_that_have_an_index(shop: Source) -> None:
    """Of tables that hang on others too: a converted column would be read row by row."""
    terms = tables.terms(SCHEDULE, DATASETS)
    selection = of_record_class(shop, MEMBERS, PAST, terms, {})
    for own in (ORDERS, LINES):
        condition = selection.on_hold([HOLD])[own.id]
        assert "CAST" not in str(condition.compile(dialect=postgresql.dialect()))
    assert rows(shop, selection, [HOLD])["lines"] == {31}


@pytest.mark.parametrize("actions", [{}, {"sold": "null"}], ids=["delete", "change"])
def test_floors_keep_what_is_younger_or_undated(shop: Source, actions: Any) -> None:
    terms = tables.terms(SCHEDULE, DATASETS)
    selection = of_condition(shop, ORDERS, "request", sa.true(), terms, actions)
    found = rows(shop, selection)
    assert found["wanted"] == {10, 30, 40, 50}
    assert found["orders"] == {30, 40}


@pytest.mark.parametrize(
    ("own", "keys", "wanted"),
    [
        (MEMBERS, [(2,), (5,), (99,)], {2, 5}),
        (MEMBERS, [], set()),
        (PARTS, [("a", 1), ("b", 2)], {"a", "b"}),
        (PARTS, [("A", 1), ("a ", 1), ("ａ", 1), ("b", 2)], {"b"}),
        (MEMBERS, [(n,) for n in range(5_000)], {1, 2, 3, 4, 5}),
    ],
    ids=["some", "none", "two-columns", "other-letters", "many"],
)
def test_keys_want_exactly_those_rows(
    shop: Source, own: Dataset, keys: list[tuple[int | str, ...]], wanted: set[Any]
) -> None:
    where = of_keys(shop, own, keys)
    assert keys_where(shop, own, where) == wanted
    if own is PARTS:
        named = {("a", 1), ("b", 2)} & set(keys)
        with shop.reading("parts") as connection:
            query = sa.select(sa.func.count()).select_from(table_of(PARTS)).where(where)
            assert connection.scalar(query) == len(named)


def test_actions_go_by_the_kind_of_a_columns_category() -> None:
    rulebook, _ = load_rulebook(ROOT / "include" / "policies", ROOT)
    assert rulebook
    policy: PrivacyPolicy = rulebook.policy
    columns = [
        Column(name=name, category=category, required=required)
        for name, category, required in (
            ("id", "member_id", True), ("family", "name", False), ("mail", "email", True),
            ("born", "date_of_birth", False), ("sex", "gender", False), ("note", None, False),
            ("by", "governance", False), ("hash", "password_hash", False),
        )
    ]  # fmt: skip
    own = tables.dataset("members", columns)
    found = column_actions(own, rulebook.schedule.record_classes["member_inactive"], policy)
    assert found == {
        "family": "null", "mail": "fixed", "born": "generalise", "note": "null", "hash": "null"
    }  # fmt: skip
    assert column_actions(own, rulebook.schedule.record_classes["inquiry"], policy) == {}
