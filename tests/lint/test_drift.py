"""Contracts against real databases, in both directions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import URL, types

from include.governance.lint import drift
from include.governance.lint.logical import agrees
from include.governance.model.contract import Column, Dataset, LogicalType
from include.governance.model.mistake import Mistake
from include.governance.source.database import Source

DDL = (
    "CREATE TABLE members "
    "(member_id INTEGER PRIMARY KEY, email TEXT, joined TEXT, paid NUMERIC(8,2))"
)
TYPES: dict[str, LogicalType] = {
    "member_id": "integer",
    "email": "string",
    "joined": "timestamp",
    "paid": "number",
}


def database(folder: Path, *statements: str) -> Source:
    path = folder / "shop.db"
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return Source("shop", URL.create("sqlite", database=str(path)))


def promised(
    table: str = "members",
    columns: dict[str, LogicalType] | None = None,
    key: tuple[str, ...] = ("member_id",),
) -> Dataset:
    names = TYPES if columns is None else columns
    return Dataset(
        source="shop",
        table=table,
        name=table,
        kind="subject_master",
        columns=tuple(Column(name=name, logical_type=kind) for name, kind in names.items()),
        primary_key=key,
        file=f"{table}.odcs.yaml",
        lines={"": 5, **{f"columns[{at}]": 10 + at for at in range(len(names))}},
    )


def said(mistakes: Iterable[Mistake]) -> list[tuple[str, int, str, str]]:
    found = [(m.file, m.line, m.path, m.code) for m in mistakes]
    for mistake in mistakes:
        assert mistake.say("en")
        assert mistake.say("ja")
        assert mistake.level == "error"
    return found


def test_a_contract_that_says_what_the_database_holds_has_no_drift(tmp_path: Path) -> None:
    assert drift([promised()], {"shop": database(tmp_path, DDL)}) == []


def test_a_table_without_contract_is_personal_until_it_is_declared(tmp_path: Path) -> None:
    source = database(tmp_path, DDL, "CREATE TABLE vip_list (name TEXT)")
    assert said(drift([promised()], {"shop": source})) == [
        ("shop", 1, "vip_list", "table_undeclared")
    ]


def test_tables_of_this_product_need_no_contract(tmp_path: Path) -> None:
    source = database(tmp_path, DDL, "CREATE TABLE receipts (id TEXT)")
    assert drift([promised()], {"shop": source}, own_tables={"receipts"}) == []


def test_a_promised_table_that_is_not_there(tmp_path: Path) -> None:
    datasets = [promised(), promised("orders", {"order_id": "integer"}, ("order_id",))]
    assert said(drift(datasets, {"shop": database(tmp_path, DDL)})) == [
        ("orders.odcs.yaml", 5, "orders", "table_missing")
    ]


def test_a_renamed_table_is_said_as_such(tmp_path: Path) -> None:
    source = database(tmp_path, DDL.replace("members", "member"))
    found = drift([promised()], {"shop": source})
    assert said(found) == [
        ("members.odcs.yaml", 5, "members", "table_missing_near"),
        ("shop", 1, "member", "table_undeclared"),
    ]


def test_columns_are_compared_both_ways(tmp_path: Path) -> None:
    source = database(tmp_path, DDL.replace("email TEXT", "mail TEXT, zodiac TEXT"))
    assert said(drift([promised()], {"shop": source})) == [
        ("members.odcs.yaml", 5, "members", "column_undeclared"),
        ("members.odcs.yaml", 5, "members", "column_undeclared"),
        ("members.odcs.yaml", 11, "members.email", "column_missing_near"),
    ]


def test_a_type_that_cannot_hold_what_is_promised(tmp_path: Path) -> None:
    source = database(tmp_path, DDL)
    wrong: dict[str, LogicalType] = {**TYPES, "email": "integer", "paid": "integer"}
    found = drift([promised(columns=wrong)], {"shop": source})
    assert said(found) == [
        ("members.odcs.yaml", 11, "members.email", "type_disagrees"),
        ("members.odcs.yaml", 13, "members.paid", "type_disagrees"),
    ]
    assert found[0].facts["found"] == "TEXT"


def test_another_primary_key_than_the_database_has(tmp_path: Path) -> None:
    found = drift([promised(key=("email",))], {"shop": database(tmp_path, DDL)})
    assert said(found) == [("members.odcs.yaml", 5, "members", "key_disagrees")]


def test_a_table_without_declared_key_may_be_given_one(tmp_path: Path) -> None:
    source = database(tmp_path, DDL.replace(" PRIMARY KEY", ""))
    assert drift([promised()], {"shop": source}) == []


def test_an_unreachable_source_is_an_error_and_never_silence(tmp_path: Path) -> None:
    gone = Source("shop", URL.create("sqlite", database=str(tmp_path / "none.db")))
    found = drift([promised()], {"shop": gone})
    assert said(found) == [("members.odcs.yaml", 1, "shop", "source_unreachable")]
    assert found[0].facts["tables"] == 1


def test_a_source_nobody_gave_is_an_error(tmp_path: Path) -> None:
    assert said(drift([promised()], {})) == [
        ("members.odcs.yaml", 5, "members", "source_not_given")
    ]


def test_a_source_without_contracts_is_looked_at_as_well(tmp_path: Path) -> None:
    assert said(drift([], {"shop": database(tmp_path, DDL)})) == [
        ("shop", 1, "members", "table_undeclared")
    ]


def test_one_unreachable_source_does_not_hide_the_drift_of_another(tmp_path: Path) -> None:
    gone = Source("crm", URL.create("sqlite", database=str(tmp_path / "none.db")))
    source = database(tmp_path, DDL, "CREATE TABLE vip (name TEXT)")
    elsewhere = promised().model_copy(update={"source": "crm", "file": "crm.odcs.yaml"})
    found = drift([promised(), elsewhere], {"crm": gone, "shop": source})
    assert [(m.file, m.code) for m in found] == [
        ("crm.odcs.yaml", "source_unreachable"),
        ("shop", "table_undeclared"),
    ]


HOSTILE = [
    '"; DROP TABLE members; --',
    "'; DELETE FROM members; --",
    "会員 台帳",
    "select",
    "a.b.c",
    "with space",
    "{name}",
    "%s",
    "💥",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_a_name(name: str, tmp_path: Path) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    source = database(tmp_path, DDL, f"CREATE TABLE {quoted} ({quoted} TEXT, other TEXT)")
    hostile = promised(name, {name: "string"}, (name,))
    assert said(drift([promised()], {"shop": source})) == [("shop", 1, name, "table_undeclared")]
    found = drift([promised(), hostile], {"shop": source})
    assert [(m.code, m.facts["column"]) for m in found] == [("column_undeclared", "other")]
    assert "members" in source.table_names()


@pytest.mark.parametrize(
    ("promise", "live", "dialect", "fits"),
    [
        (None, types.Integer(), "postgresql", True),
        ("string", types.NullType(), "postgresql", True),
        ("string", types.Uuid(), "postgresql", True),
        ("string", types.Integer(), "postgresql", False),
        ("integer", types.Numeric(38, 0), "snowflake", True),
        ("integer", types.Numeric(8, 2), "postgresql", False),
        ("integer", types.Float(), "postgresql", False),
        ("boolean", types.SmallInteger(), "mysql", True),
        ("timestamp", types.DateTime(), "postgresql", True),
        ("timestamp", types.Text(), "sqlite", True),
        ("timestamp", types.Text(), "postgresql", False),
        ("timestamp", types.Date(), "postgresql", False),
        ("date", types.DateTime(), "postgresql", True),
        ("object", types.JSON(), "postgresql", True),
        ("array", types.ARRAY(types.Integer()), "postgresql", True),
        ("time", types.Time(), "mysql", True),
    ],
)
def test_what_a_column_type_can_hold(
    promise: LogicalType | None, live: types.TypeEngine[object], dialect: str, fits: bool
) -> None:
    assert agrees(promise, live, dialect) is fits
