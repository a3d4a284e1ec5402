"""Must-keep beats must-delete: what a hold keeps, and what it leaves alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from include.governance.errors import GovernanceError, PlanError
from include.governance.model.contract import Column, Dataset, RecordClassUse
from include.governance.retention.declared import RuleNames
from include.governance.retention.hold_scope import OpenHold
from include.governance.retention.holds import held
from include.governance.retention.key_kinds import KeyColumns
from include.governance.retention.measure import due, measure, open_rule
from include.governance.source.database import Source
from include.governance.source.rows import table_of
from tests.source import tables
from tests.source.tables import HASHING, keys_where

USE = RecordClassUse(record_class="c")
RULES = RuleNames("S6-19", "S6-11")
CLOCKED = Column(name="closed", clocks=("closed",))
RECORD = tables.record_class({"latest_of": ["closed"]}, {"period": "P1Y"})
SCHEDULE = tables.schedule(c=RECORD)

MEMBERS = tables.dataset(
    "members",
    [Column(name="id", logical_type="integer"), "code", CLOCKED],
    kind="subject_master",
    entity="member",
    uses=[USE],
)
ORDERS = tables.dataset(
    "orders",
    [Column(name="id", logical_type="integer"), "member_id", CLOCKED],
    entity="order",
    subject_key="member_id",
    links=[(["member_id"], "members", ["id"])],
    uses=[USE],
)
ITEMS = tables.dataset(
    "items",
    ["id", "order_id", CLOCKED],
    entity="item",
    links=[(["order_id"], "orders", ["id"])],
    uses=[USE],
)
BY_CODE = tables.dataset(
    "letters",
    ["id", "member_code", CLOCKED],
    links=[(["member_code"], "members", ["code"])],
    uses=[USE],
)
PARTS = tables.dataset(
    "parts", ["a", "b", CLOCKED], ["a", "b"], entity="part", uses=[USE], name="spare_parts"
)
PIECES = tables.dataset(
    "pieces",
    ["id", "part_a", "part_b", CLOCKED],
    links=[(["part_a", "part_b"], "spare_parts", ["a", "b"])],
    uses=[USE],
)
TOKENS = tables.dataset(
    "tokens", [Column(name="id", logical_type="string"), CLOCKED], entity="token", uses=[USE]
)
ALL = (MEMBERS, ORDERS, ITEMS, BY_CODE, PARTS, PIECES, TOKENS)

OLD, NEW = "'2020-01-01'", "'2026-11-01'"


@pytest.fixture
def shop(any_database: URL) -> Source:
    """Everything is past its period but the rows numbered 9."""
    unique = "CHAR(36)" if any_database.get_backend_name() == "mysql" else "VARCHAR(36)"
    if any_database.get_backend_name() == "postgresql":
        unique = "UUID"
    tables.run(
        any_database,
        "CREATE TABLE members (id INTEGER PRIMARY KEY, code VARCHAR(10), closed DATE)",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, member_id INTEGER, closed DATE)",
        "CREATE TABLE items (id INTEGER PRIMARY KEY, order_id INTEGER, closed DATE)",
        "CREATE TABLE letters (id INTEGER PRIMARY KEY, member_code VARCHAR(10), closed DATE)",
        "CREATE TABLE parts (a INTEGER, b VARCHAR(10), closed DATE, PRIMARY KEY (a, b))",
        "CREATE TABLE pieces (id INTEGER PRIMARY KEY, part_a INTEGER, part_b VARCHAR(10),"
        " closed DATE)",
        f"CREATE TABLE tokens (id {unique} PRIMARY KEY, closed DATE)",
        f"INSERT INTO members VALUES (1, 'x', {OLD}), (2, 'y', {OLD}), (9, 'z', {NEW})",
        f"INSERT INTO orders VALUES (1, 1, {OLD}), (2, 2, {OLD}), (3, NULL, {OLD}), (9, 1, {NEW})",
        f"INSERT INTO items VALUES (1, 1, {OLD}), (2, 2, {OLD}), (3, NULL, {OLD}), (4, 3, {OLD})",
        f"INSERT INTO letters VALUES (1, 'x', {OLD}), (2, 'y', {OLD}), (3, NULL, {OLD})",
        f"INSERT INTO parts VALUES (1, 'p', {OLD}), (1, 'q', {OLD}), (2, 'p', {OLD}),"
        f" (3, '|p', {OLD})",
        f"INSERT INTO pieces VALUES (1, 1, 'p', {OLD}), (2, 1, 'q', {OLD}), (3, 1, NULL, {OLD})",
        "INSERT INTO tokens VALUES ('00000000-0000-4000-8000-0000000000ab',"
        f" {OLD}), ('00000000-0000-4000-8000-0000000000ac', {OLD})",
    )
    return Source("shop", any_database)


def _kept(shop: Source, dataset: Dataset, *holds: OpenHold) -> set[Any]:
    return keys_where(shop, dataset, held(dataset, KeyColumns(shop), holds, ALL))


TOKEN = "00000000-0000-4000-8000-0000000000ab"


WHAT_A_HOLD_KEEPS: list[tuple[OpenHold, Dataset, set[Any]]] = [
    # a whole table, under any of its names
    (OpenHold("orders", None), ORDERS, {1, 2, 3, 9}),
    (OpenHold("shop.orders", ""), ORDERS, {1, 2, 3, 9}),
    (OpenHold(" orders  ", " "), ORDERS, {1, 2, 3, 9}),
    (OpenHold("spare_parts", None), PARTS, {1, 2, 3}),
    (OpenHold("orders", None), MEMBERS, set()),
    # by the table's own key
    (OpenHold("orders", "order:2"), ORDERS, {2}),
    (OpenHold(None, "order:2"), ORDERS, {2}),
    (OpenHold(None, " order: 2 "), ORDERS, {2}),
    # a number, however its digits are written
    (OpenHold(None, "order:02"), ORDERS, {2}),
    (OpenHold(None, "order:2.0"), ORDERS, {2}),
    (OpenHold(None, "order:２"), ORDERS, {2}),
    (OpenHold(None, "ｏｒｄｅｒ：２"), ITEMS, {2}),
    # a slip in the table's name does not free the subject's rows
    (OpenHold("nowhere", "order:2"), ORDERS, {2}),
    # by a foreign key, and from row to row
    (OpenHold("orders", "order:2"), ITEMS, {2}),
    (OpenHold("members", "member:1"), ITEMS, {1}),
    (OpenHold("members", "member:1"), BY_CODE, {1}),
    # by the subject key; bare numbers are persons
    (OpenHold("members", "member:1"), ORDERS, {1, 9}),
    (OpenHold("members", "1"), MEMBERS, {1}),
    (OpenHold("members", "1"), ORDERS, {1, 9}),
    (OpenHold("members", "01"), ORDERS, {1, 9}),
    # never upwards: the member stays free, and so do other orders
    (OpenHold("orders", "order:1"), MEMBERS, set()),
    # composite keys
    (OpenHold(None, "part:1|p"), PARTS, {1}),
    (OpenHold(None, "part:1|p"), PIECES, {1}),
    (OpenHold(None, r"part:03|\|p"), PARTS, {3}),
    # keys of another type
    (OpenHold(None, f"token:{TOKEN}"), TOKENS, {TOKEN}),
    (OpenHold(None, f"token:{TOKEN.upper()}"), TOKENS, {TOKEN}),
    (OpenHold(None, f"token:{TOKEN[:-1]}f"), TOKENS, set()),
]


def test_a_hold_keeps_the_rows_a_contract_leads_to(shop: Source, subtests: pytest.Subtests) -> None:
    for hold, dataset, kept in WHAT_A_HOLD_KEEPS:
        with subtests.test(hold=hold, table=dataset.table):
            found = {str(key) for key in _kept(shop, dataset, hold)}
            assert found == {str(key) for key in kept}


#: Of no row, and beyond what any driver would send.
FAR = ["order:" + "9" * digits for digits in (18, 19, 20, 5_000)] + [
    "order:-1",
    "member:" + "9" * 30,
]
#: No number, which the key of an order is.
HOSTILE = [
    *("order:--5", "order:10,000", "order:٣", "order:1e3", "order:0x1", "order:1.5", "order:M-10"),
    *("order:1 OR 1=1", "order:1'; DROP TABLE orders; --", "order:1\x00", "order:\ud800"),
    *(
        "order:%s",
        "order:%(x)s",
        "order::1",
        "order:NULL",
        "member:𠮷",
        "--",
        "\x00",
        "\udfff",
        "+",
    ),
]


def test_a_number_beyond_all_rows_keeps_nothing_and_breaks_no_other_hold(
    shop: Source, subtests: pytest.Subtests
) -> None:
    for subject in FAR:
        with subtests.test(subject=subject[:40]):
            assert _kept(shop, ORDERS, OpenHold(None, subject)) == set()
            assert _kept(shop, ITEMS, OpenHold(None, subject), OpenHold(None, "order:2")) == {2}


def test_a_key_that_no_column_can_hold_is_an_error_where_it_would_count(
    shop: Source, subtests: pytest.Subtests
) -> None:
    """It is not known what it keeps, so nothing may be called free."""
    for subject in HOSTILE:
        with subtests.test(subject=ascii(subject)):
            for dataset in (ORDERS, ITEMS):
                with pytest.raises(PlanError) as raised:
                    _kept(shop, dataset, OpenHold("orders", subject, "ref"))
                assert (raised.value.code, raised.value.facts["hold"]) == ("hold_key", "ref")
            assert _kept(shop, PARTS, OpenHold("orders", subject)) == set()
    for subject in ("part:1", "part:1|p|p", "part:p|p"):
        with pytest.raises(PlanError):
            _kept(shop, PARTS, OpenHold(None, subject))


#: A column of keys, what it holds, and how a hold names that.
KEYED: dict[str, list[tuple[str, str, str]]] = {
    "sqlite": [
        *((kind, "'M-10'", "M-10") for kind in ("STRING", "UUID", "NUMERIC", "TEXT", "")),
        *((kind, "10", "10") for kind in ("STRING", "INTEGER", "NUMERIC", "TEXT", "REAL", "")),
        *((kind, "'10'", "１０") for kind in ("STRING", "INTEGER", "TEXT", "")),
        *((kind, f"{2**63 - 1}", f"{2**63 - 1}") for kind in ("BIGINT", "NUMERIC", "TEXT", "")),
        ("BIGINT", f"{2**64 - 1}", f"{2**64 - 1}"),
        ("TEXT", f"'{2**64 - 1}'", f"{2**64 - 1}"),
        ("TEXT", "'Ａ１'", "Ａ１"),
        ("TEXT", "'A1'", "Ａ１"),
    ],
    "postgresql": [
        ("BIGINT", f"{2**63 - 1}", f"{2**63 - 1}"),
        ("NUMERIC(30)", f"{2**64 - 1}", f"0{2**64 - 1}"),
        ("NUMERIC(9, 2)", "7.50", "7.5"),
        ("DOUBLE PRECISION", "7", "7"),
        ("CHAR(5)", "'M-10'", "M-10"),
        ("letter", "'a'", "a"),
        ("whole", "10", "10"),
        ("UUID", f"'{TOKEN}'", TOKEN.replace("-", "")),
    ],
    "mysql": [
        ("BIGINT", f"{2**63 - 1}", f"{2**63 - 1}"),
        ("BIGINT UNSIGNED", f"{2**64 - 1}", f"{2**64 - 1}"),
        ("DECIMAL(30)", f"{2**64 - 1}", f"{2**64 - 1}"),
        ("DECIMAL(9, 2)", "7.50", "7.5"),
        ("CHAR(5)", "'M-10'", "M-10"),
        ("ENUM('a', 'b')", "'a'", "a"),
        ("UUID", f"'{TOKEN}'", TOKEN.upper()),
    ],
}


def test_a_key_is_found_in_a_column_of_any_kind(
    any_database: URL, subtests: pytest.Subtests
) -> None:
    source = Source("shop", any_database)
    if source.dialect == "postgresql":
        tables.run(any_database, "CREATE TYPE letter AS ENUM ('a')", "CREATE DOMAIN whole AS INT")
    for number, (kind, value, key) in enumerate(KEYED[source.dialect]):
        things = tables.dataset(f"t{number}", ["no", "id"], ["no"], entity="thing")
        keyed = things.model_copy(update={"primary_key": ("id",)})
        tables.run(
            any_database,
            f"CREATE TABLE t{number} (no INTEGER, id {kind})",
            f"INSERT INTO t{number} VALUES (1, {value}), (2, NULL)",
        )
        rows = held(keyed, KeyColumns(source), [OpenHold(None, f"thing:{key}")], (keyed,))
        with subtests.test(kind, value=value):
            assert keys_where(source, things, rows) == {1}


PEOPLE = tables.dataset(
    "people",
    ["id", "boss", "home"],
    kind="subject_master",
    entity="person",
    links=[(["boss"], "people", ["id"]), (["home"], "homes", ["id"])],
)
HOMES = tables.dataset("homes", ["id", "owner"], links=[(["owner"], "people", ["id"])])
VISITS = tables.dataset("visits", ["id", "home"], links=[(["home"], "homes", ["id"])])
CIRCLE = (PEOPLE, HOMES, VISITS)
CIRCLE_TABLES = (
    "CREATE TABLE people (id INTEGER PRIMARY KEY, boss INTEGER, home INTEGER)",
    "CREATE TABLE homes (id INTEGER PRIMARY KEY, owner INTEGER)",
    "CREATE TABLE visits (id INTEGER PRIMARY KEY, home INTEGER)",
    "CREATE INDEX by_boss ON people (boss)",
    "CREATE INDEX by_home ON people (home)",
    "CREATE INDEX by_owner ON homes (owner)",
)


def test_a_hold_follows_foreign_keys_in_circles_to_the_end(any_database: URL) -> None:
    """Person 2 is under 1 and 3 under 2; 4 lives in a home of 3, and 5 in one of 4."""
    tables.run(
        any_database,
        *CIRCLE_TABLES,
        "INSERT INTO people VALUES (1, 1, NULL), (2, 1, NULL), (3, 2, NULL), (4, NULL, 30),"
        " (5, NULL, 40), (6, NULL, 70), (7, 6, NULL), (8, NULL, NULL)",
        "INSERT INTO homes VALUES (30, 3), (40, 4), (50, 5), (70, 7), (80, NULL)",
        "INSERT INTO visits VALUES (301, 30), (501, 50), (701, 70), (801, 80), (802, NULL)",
    )
    source = Source("shop", any_database)
    for person, kept in (
        ("1", [{1, 2, 3, 4, 5}, {30, 40, 50}, {301, 501}]),
        ("4", [{4, 5}, {40, 50}, {501}]),
        ("6", [{6, 7}, {70}, {701}]),
        ("8", [{8}, set(), set()]),
    ):
        hold = OpenHold(None, f"person:{person}")
        found = [
            keys_where(source, each, held(each, KeyColumns(source), [hold], CIRCLE))
            for each in CIRCLE
        ]
        assert found == kept


def test_a_circle_is_followed_by_index(tmp_path: Path) -> None:
    url = URL.create("sqlite", database=str(tmp_path / "circle.sqlite"))
    tables.run(url, *CIRCLE_TABLES)
    source = Source("shop", url)
    for each in CIRCLE:
        table = table_of(each)
        kept = held(each, KeyColumns(source), [OpenHold(None, "person:1")], CIRCLE)
        query = sa.select(table.c.id).where(table.c.id == 1, kept)
        with source.reading() as connection:
            asked = query.compile(connection, compile_kwargs={"literal_binds": True})
            steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}")]
        read = [step for step in steps if re.search("(people|homes|visits)", step)]
        assert read
        assert all(step.startswith("SEARCH") for step in read), steps


def test_thousands_of_held_subjects_are_one_condition(shop: Source) -> None:
    holds = [OpenHold("orders", f"order:{number}") for number in range(2, 3_000)]
    assert {str(key) for key in _kept(shop, ORDERS, *holds)} == {"2", "3", "9"}
    assert {str(key) for key in _kept(shop, ITEMS, *holds)} >= {"2"}


BLANK = [(None, None), ("", ""), (" ", None), ("\u3000", "  ")]
UNCLEAR: list[tuple[OpenHold, str]] = [
    *((OpenHold(table, subject, "ref"), "hold_names_nothing") for table, subject in BLANK),
    (OpenHold("zodiac", None, "ref"), "hold_table_unknown"),
    (OpenHold("zodiac", "patient:5", "ref"), "hold_table_unknown"),
    (OpenHold("Orders", None, "ref"), "hold_table_unknown_near"),
    (OpenHold("order", "", "ref"), "hold_table_unknown_near"),
    (OpenHold(None, "order:", "ref"), "hold_unresolved"),
    (OpenHold("orders", "order: ", "ref"), "hold_unresolved"),
]


def test_a_hold_of_which_nobody_can_say_what_it_keeps_is_an_error(
    shop: Source, subtests: pytest.Subtests
) -> None:
    """It neither holds everything nor is it forgotten."""
    for hold, code in UNCLEAR:
        with subtests.test(hold=hold), pytest.raises(PlanError) as raised:
            _kept(shop, ORDERS, hold)
        assert (raised.value.code, raised.value.facts["hold"]) == (code, "ref")
        said = raised.value.say("en") + raised.value.say("ja")
        assert "zodiac" not in said
        assert "patient" not in said
    results = measure(shop, ORDERS, tables.terms(SCHEDULE, ALL, [UNCLEAR[0][0]]), RULES, HASHING)
    assert [r.reason for r in results if r.rule == "c"] == ["hold_names_nothing", None]


def test_held_rows_are_counted_beside_those_that_are_due(shop: Source) -> None:
    for holds, free, kept in (
        ([OpenHold("orders", None)], 0, {"held_rows": 3}),
        ([OpenHold(None, "order:2")], 2, {"held_rows": 1}),
        ([OpenHold(None, "token:1")], 3, {}),
        ([], 3, {}),
    ):
        over, *_ = measure(shop, ORDERS, tables.terms(SCHEDULE, ALL, holds), RULES, HASHING)
        assert (over.rows, over.facts) == (free, kept)


def test_a_subject_of_an_unknown_kind_is_an_error(shop: Source, subtests: pytest.Subtests) -> None:
    """Nobody can say which rows it keeps, so none may be called free."""
    for subject in ("patient:5", "Order:2", ":", "order 2:", "http://x"):
        everywhere, one = OpenHold(None, subject), OpenHold("orders", subject)
        with subtests.test(subject=subject):
            for hold in (everywhere, one):
                with pytest.raises(PlanError) as raised:
                    _kept(shop, ORDERS, hold)
                assert raised.value.code == "hold_unresolved"
                assert subject == ":" or subject not in raised.value.say("en")
            assert _kept(shop, MEMBERS, one) == set()
            with pytest.raises(PlanError):
                _kept(shop, MEMBERS, everywhere)
    [over, *_] = measure(shop, ORDERS, tables.terms(SCHEDULE, ALL, [one]), RULES, HASHING)
    assert (over.status, over.reason) == ("error", "hold_unresolved")


def test_a_bare_number_without_any_table_of_persons_is_an_error(shop: Source) -> None:
    with pytest.raises(GovernanceError):
        held(ORDERS, KeyColumns(shop), [OpenHold(None, "1")], (ORDERS,))


def test_a_row_without_a_subject_is_not_hidden_by_somebodys_hold(shop: Source) -> None:
    """NULL IN (1) is NULL, and NOT NULL is no row: order 3 must still be found."""
    rule = open_rule(shop, ORDERS, USE, tables.terms(SCHEDULE, ALL))
    free, kept = due(shop, rule, tables.terms(SCHEDULE, ALL, [OpenHold(None, "member:1")]))
    assert keys_where(shop, ORDERS, free) == {2, 3}
    assert keys_where(shop, ORDERS, kept) == {1}


subjects = st.one_of(
    st.sampled_from([None, "", "order:1", "order:2", "member:1", "member:2", "1", "2", "item:3"]),
    st.sampled_from(FAR),
)
some_holds = st.lists(
    st.builds(OpenHold, st.sampled_from([None, "orders", "members", "items"]), subjects).filter(
        lambda hold: bool(hold.table_name or hold.subject_ref)
    ),
    max_size=4,
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_holds=some_holds)
def test_a_held_row_is_never_due_and_every_other_one_is(
    shop: Source, given_holds: list[OpenHold]
) -> None:
    terms = tables.terms(SCHEDULE, ALL, given_holds)
    for dataset, everyone in ((ORDERS, {1, 2, 3}), (ITEMS, {1, 2, 3, 4})):
        rule = open_rule(shop, dataset, USE, terms)
        free, kept = due(shop, rule, terms)
        verdict = sa.case((free, "due"), (kept, "held"), else_="-")
        query = sa.select(rule.table.c.id, verdict, sa.or_(free, kept))
        rows = [row for batch in shop.rows(query, dataset.table) for row in batch]
        assert {row[0] for row in rows if row[1] != "-"} == everyone
        held_keys = _kept(shop, dataset, *given_holds)
        assert {row[0] for row in rows if row[1] == "held"} == held_keys & everyone
