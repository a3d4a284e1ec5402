"""A view that no contract declares is a finding where it shows personal columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from include.governance.pipeline.scan import scan_source
from tests.pipeline.company import Declared, workspace
from tests.source.tables import run

MEMBERS = Declared(
    "members",
    (
        ("id", "integer", {"dataCategory": "none"}),
        ("mail", "string", {"dataCategory": "email"}),
        ("shop", "string", {"dataCategory": "none"}),
    ),
    ("id",),
)
TABLES = (
    "CREATE TABLE members (id INTEGER PRIMARY KEY, mail VARCHAR(99), shop VARCHAR(99),"
    " added VARCHAR(99))",
    "INSERT INTO members VALUES (1, 'a@m.example', 'Osaka', NULL)",
    "CREATE TABLE goods (id INTEGER PRIMARY KEY, label VARCHAR(99))",
)
#: Views, and which of their columns show personal data.
VIEWS = {
    "addresses": ("SELECT id, mail AS contact FROM members", ("contact",)),
    "first_letters": ("SELECT substr(mail, 1, 2) AS s FROM members", ("s",)),
    "of_a_view": ("SELECT contact, id FROM addresses", ("contact",)),
    "undeclared_column": ("SELECT shop, added FROM members", ("added",)),
    "numbers": ("SELECT shop, count(mail) AS n FROM members GROUP BY shop", ()),
    "harmless": ("SELECT id, shop FROM members WHERE mail LIKE 'a%'", ()),
    "of_an_undeclared_table": ("SELECT id, label FROM goods", ()),
}
UNREADABLE = {
    "sqlite": "CREATE VIEW cells AS SELECT j.value AS v FROM members, json_each(members.shop) j",
    "postgresql": "CREATE VIEW cells AS SELECT row_to_json(m) AS v FROM members m",
    "mysql": "CREATE VIEW cells AS SELECT j.v FROM members,"
    " JSON_TABLE(members.shop, '$[*]' COLUMNS (v VARCHAR(9) PATH '$')) j",
}


def test_only_what_shows_personal_columns_is_found(any_database: URL, tmp_path: Path) -> None:
    views = [f"CREATE VIEW {name} AS {query}" for name, (query, _) in VIEWS.items()]
    unreadable = UNREADABLE[any_database.get_backend_name()]
    run(any_database, *TABLES, *(v.replace("%", "%%") for v in (*views, unreadable)))
    own = workspace(tmp_path, any_database, [MEMBERS])
    found = {s.table: s.results[0] for s in scan_source(own, "shop") if not s.read}
    expected = {name: columns for name, (_, columns) in VIEWS.items()} | {"cells": ("v",)}
    assert {name: result.columns for name, result in found.items()} == expected
    for name, result in found.items():
        ref = own.hashing.ref("shop", name, (name,))
        said = ("fail", 1, (ref,)) if expected[name] else ("pass", 0, ())
        assert (result.control, result.rule) == ("S1-02", "view")
        assert (result.status, result.rows, result.row_refs) == said


def test_a_view_of_another_schema_is_traced(postgres_database: URL, tmp_path: Path) -> None:
    run(
        postgres_database,
        *TABLES,
        "CREATE SCHEMA marketing",
        'CREATE TABLE marketing.members (id INTEGER, "Mail" TEXT)',
        "CREATE VIEW marketing.lists AS SELECT m.shop, m.mail FROM public.members m",
        'CREATE VIEW others AS SELECT "Mail" FROM marketing.members',
        "CREATE EXTENSION pg_buffercache",  # which brings a view
        "CREATE FOREIGN DATA WRAPPER nowhere",
        "CREATE SERVER far FOREIGN DATA WRAPPER nowhere",
        "CREATE FOREIGN TABLE abroad (id INTEGER) SERVER far",
        "CREATE VIEW of_abroad AS SELECT id FROM abroad",
    )
    own = workspace(tmp_path, postgres_database, [MEMBERS])
    found = {s.table: s.results[0] for s in scan_source(own, "shop") if not s.read}
    assert {name: r.columns for name, r in found.items()} == {
        "abroad": (),
        "marketing.lists": ("mail",),
        "of_abroad": ("id",),
        "others": (),
    }


def test_a_view_whose_table_is_gone_shows_nobody_knows_what(
    sqlite_database: URL, tmp_path: Path
) -> None:
    run(sqlite_database, *TABLES, "CREATE VIEW v AS SELECT label FROM goods", "DROP TABLE goods")
    own = workspace(tmp_path, sqlite_database, [MEMBERS])
    [found] = [s.results for s in scan_source(own, "shop") if s.table == "v"]
    assert {result.status for result in found} == {"error"}


@pytest.mark.server
def test_a_view_of_another_database_may_show_anything(
    mariadb_database: URL, tmp_path: Path
) -> None:
    run(
        mariadb_database,
        *TABLES,
        "CREATE VIEW abroad AS SELECT table_name AS x FROM information_schema.tables",
    )
    own = workspace(tmp_path, mariadb_database, [MEMBERS])
    [found] = [s.results[0] for s in scan_source(own, "shop") if s.table == "abroad"]
    assert (found.status, found.columns) == ("fail", ("x",))
