"""Every place that holds data is scanned, and what is not read is named."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from include.governance.lint import drift
from include.governance.model.result import RuleResult
from include.governance.pipeline.scan import scan_source
from tests.pipeline.company import Declared, recorder, workspace
from tests.source import tables

MAIL = "CONCAT('u', id, '@m.example')"
NUMBERS = "(SELECT 1 AS id UNION SELECT 2 UNION SELECT 3) n"
SHOP = [
    "CREATE TABLE t (id INTEGER PRIMARY KEY, note VARCHAR(40))",
    "INSERT INTO t VALUES (1, 'a@m.example'), (2, 'b@m.example'), (3, 'c@m.example')",
    "CREATE VIEW seen AS SELECT id, note FROM t",
    "CREATE VIEW declared_view AS SELECT id, note FROM t",
]
POSTGRES = [
    *SHOP,
    "CREATE SCHEMA other",
    f"CREATE TABLE other.leads AS SELECT id, {MAIL} AS contact FROM {NUMBERS}",
    f"CREATE TABLE other.t AS SELECT id, {MAIL} AS contact FROM {NUMBERS}",
    "CREATE MATERIALIZED VIEW copied AS SELECT note AS contact FROM t",
    "CREATE TABLE parts (id INTEGER, contact TEXT) PARTITION BY RANGE (id)",
    "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (9)",
    f"INSERT INTO parts SELECT id, {MAIL} FROM {NUMBERS}",
    "CREATE FOREIGN DATA WRAPPER nowhere",
    "CREATE SERVER far FOREIGN DATA WRAPPER nowhere",
    "CREATE FOREIGN TABLE abroad (id INTEGER) SERVER far",
]
MARIADB = [
    *SHOP,
    "CREATE TABLE versioned (id INTEGER, contact VARCHAR(40)) WITH SYSTEM VERSIONING",
    f"INSERT INTO versioned SELECT id, {MAIL} FROM {NUMBERS}",
    "CREATE SEQUENCE numbers",
]
NONE: Mapping[str, str] = {"dataCategory": "none"}
COLUMNS = [("id", "integer", NONE), ("note", "string", {"dataCategory": "email"})]
FOUND = {"fail": 1}
#: A view is judged by its definition, a table of another server by nothing.
NOT_READ = ("seen", "abroad")
PLACES: dict[str, tuple[list[str], dict[str, str]]] = {
    "sqlite": (SHOP, {"t": "pass", "declared_view": "pass", "seen": "fail"}),
    "mysql": (
        MARIADB,
        {
            "t": "pass",
            "declared_view": "pass",
            "seen": "fail",
            "versioned": "fail",
        },
    ),
    "postgresql": (
        POSTGRES,
        {
            "t": "pass",
            "declared_view": "pass",
            "seen": "fail",
            "other.leads": "fail",
            "other.t": "fail",
            "copied": "fail",
            "parts": "fail",
            "abroad": "foreign_table_not_scanned",
        },
    ),
}


def _scanned(home: Path, url: URL, names: tuple[str, ...] = ("t", "declared_view")):
    own = workspace(home, url, [Declared(name, COLUMNS, ["id"]) for name in names])
    return {found.table: found for found in scan_source(own, "shop")}


def _drift(home: Path, url: URL) -> dict[str, str]:
    """What `daicho lint --live` says about the same places: how bad, by their names."""
    own = workspace(home, url, [Declared(name, COLUMNS, ["id"]) for name in ("t", "declared_view")])
    found = drift(own.datasets, {"shop": own.source("shop")})
    return {mistake.path: mistake.level for mistake in found if mistake.say("ja")}


def _said(result: RuleResult) -> str:
    return str(result.reason or result.status)


def test_every_place_is_scanned_once_or_named(any_database: URL, tmp_path: Path) -> None:
    statements, expected = PLACES[any_database.get_backend_name()]
    tables.run(any_database, *(statement.replace("%", "%%") for statement in statements))
    found = _scanned(tmp_path, any_database)
    undeclared = {
        table: _said(next(r for r in scanned.results if r.control == "S1-02"))
        for table, scanned in found.items()
    }
    assert undeclared == expected
    assert _drift(tmp_path, any_database) == {
        table: "warning" if table in NOT_READ else "error"
        for table, word in expected.items()
        if word != "pass"
    }
    for table, scanned in found.items():
        assert scanned.rows == (3 if scanned.read else 0), table
        assert scanned.read is (table not in NOT_READ)


def test_what_the_login_may_not_read_is_an_error_that_names_it(
    postgres_database: URL, tmp_path: Path
) -> None:
    login = f"reader_{str(postgres_database.database)[-6:]}"
    tables.run(
        postgres_database,
        *SHOP,
        "CREATE SCHEMA closed",
        "CREATE TABLE closed.leads (contact TEXT)",
        "CREATE TABLE hidden (contact TEXT)",
        "CREATE TABLE by_row (contact TEXT)",
        "ALTER TABLE by_row ENABLE ROW LEVEL SECURITY",
        f"CREATE ROLE {login} LOGIN PASSWORD 'x'",
        f"GRANT SELECT ON t, by_row, declared_view TO {login}",
    )
    try:
        url = postgres_database.set(username=login, password="x")
        found = _scanned(tmp_path, url)
    finally:
        tables.run(postgres_database, f"DROP OWNED BY {login}", f"DROP ROLE {login}")
    for table in ("closed.leads", "hidden", "by_row"):
        controls = {r.control: _said(r) for r in found[table].results}
        assert controls == dict.fromkeys(
            ("S1-02", "S1-04", "S2-00", "S2-02c", "S2-02d"), "access_denied"
        )
    assert {r.status for r in found["t"].results} == {"pass"}


def test_views_are_counted_apart(sqlite_database: URL, tmp_path: Path) -> None:
    tables.run(sqlite_database, *SHOP)
    own = workspace(tmp_path, sqlite_database, [Declared("t", COLUMNS, ["id"])])
    counts = recorder(own).scan("shop")
    assert counts == {"tables": 1, "rows": 3, "not_read": 2, "failed": 2, "errors": 0}


def test_a_declared_place_that_is_gone_is_an_error(sqlite_database: URL, tmp_path: Path) -> None:
    tables.run(sqlite_database, *SHOP[:2])
    found = _scanned(tmp_path, sqlite_database)
    assert {_said(r) for r in found["declared_view"].results} == {"table_missing"}


SECRETS = [
    "CREATE TABLE dump (id INTEGER PRIMARY KEY, cvv VARCHAR(4), my_number VARCHAR(14),"
    " memo VARCHAR(80), card VARCHAR(30))",
    "INSERT INTO dump VALUES (1, '123', '123456789018', 'うつ病で通院中', '4111111111111111')",
    "INSERT INTO dump VALUES (2, NULL, NULL, '個人番号 1234-5678-9018',"
    " '4111 - 1111 - 1111 - 1111')",
    "INSERT INTO dump VALUES (3, '456', NULL, NULL, 'card4111111111111111exp0127')",
]
SECRET_ROWS = {"S1-02": 1, "S1-04": 1, "S2-00": 2, "S2-02c": 3, "S2-02d": 2}


@pytest.mark.parametrize("declared", ["table", "columns"])
def test_what_nobody_declared_is_judged_as_what_somebody_did(
    declared: str, sqlite_database: URL, tmp_path: Path
) -> None:
    tables.run(sqlite_database, *SHOP[:2], *SECRETS)
    given = [Declared("t", COLUMNS, ["id"])]
    if declared == "columns":
        given.append(Declared("dump", COLUMNS[:1], ["id"]))
    own = workspace(tmp_path, sqlite_database, given)
    dump = next(found for found in scan_source(own, "shop") if found.table == "dump")
    assert {r.control: r.rows for r in dump.results if r.status == "fail"} == SECRET_ROWS
    counted = [(r.rows, len(r.row_refs)) for r in dump.results]
    assert all(rows == refs for rows, refs in counted)
