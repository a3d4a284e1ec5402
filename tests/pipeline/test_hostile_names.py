"""Any name is only a name: tables and columns that try to break out, through every verb."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from include.governance.model.result import RuleResult
from include.governance.pipeline.everything import run_everything
from include.governance.pipeline.record import Recorder
from tests.pipeline.company import Declared, recorder, workspace
from tests.source import tables

#: The table, then its columns: key, address, status, birth, postal code, clock.
NAMES: list[tuple[str, tuple[str, str, str, str, str, str]]] = [
    (
        '"; DROP TABLE x; --',
        ('"', "e mail:%(x)s", "st'atus", "birth%day", "post:code", "log in"),
    ),
    ("x", ("id", "email", "status", "birth", "postal", "login")),
    ("会員", ("会員番号", "メールアドレス", "氏 名", "[e]", "(f)", "g,h")),
    ("select", ("order", "from", "where", "group", "--", "/*")),
    ("MiXed", ("ID", "Email", "eMAIL2", "Birth", "$$", "{{p}}")),
    ("a" * 60, ("k" * 60, "b" * 60, "?", "?1", ":p", "i;j")),
    ("100%s %(y)s %%", ("%s", "%(email)s", "%%", "%d", "%1$s", "%")),
    ("back\\sl$ash ${HOME}", ("\\", "\\n", "\\'", "\\\\", '\\"', "\\0")),
    ("tick`s", ("i`d", "``", "st`", "`b`", "po`stal", "`")),
    ("li\nne", ("番\n号", "m\nail", "a\n  `b` int,", "x\r\ny", "z\nz", "l\nm")),
    ("it's a.b", ("'", "''", "';", "c.d", "e\tmail", " l")),
]
#: Names beyond the BMP, which MariaDB does not take.
STRANGE: list[tuple[str, tuple[str, str, str, str, str, str]]] = [
    ("😀\nname", ("番\n号", "e-mail 😀", "ｽﾃｰﾀｽ", "Geburtstag", "почта", "ログイン")),
]


def _create(url: URL, name: str, columns: tuple[str, ...]) -> None:
    table = sa.Table(
        sa.quoted_name(name, quote=True),
        sa.MetaData(),
        sa.Column(sa.quoted_name(columns[0], quote=True), sa.Integer, primary_key=True, key="k"),
        sa.Column(sa.quoted_name(columns[1], quote=True), sa.String(80), key="e"),
        sa.Column(sa.quoted_name(columns[2], quote=True), sa.String(20), key="s"),
        sa.Column(sa.quoted_name(columns[3], quote=True), sa.Date, key="b"),
        sa.Column(sa.quoted_name(columns[4], quote=True), sa.String(20), key="p"),
        sa.Column(sa.quoted_name(columns[5], quote=True), sa.DateTime, key="l"),
    )
    day = tables.AS_OF

    rows = [
        {"k": n, "e": f"person{n}@mail.example", "s": "active", "b": day.replace(year=1980)}
        | {"p": "100-0001", "l": datetime(2026, 1, 1)}  # noqa: DTZ001
        for n in range(1, 20)
    ]
    rows[0] |= {"e": "no address"}  # S6-01
    rows[1] |= {"e": "PERSON3@mail.example"}  # S6-03, with the third
    rows[3] |= {"l": datetime(2020, 1, 1)}  # noqa: DTZ001 - S6-10a
    rows[4] |= {"l": None}  # S6-19
    tables.fill(url, table, rows)


def _declared(name: str, columns: tuple[str, ...]) -> Declared:
    kinds = ("integer", "string", "string", "date", "string", "timestamp")
    categories = ("member_id", "email", "status", "date_of_birth", "postal_code", "usage")
    words = [{"dataCategory": category} for category in categories]
    words[5] |= {"clock": ["last_login", "last_purchase", "registered"]}
    return Declared(
        name,
        list(zip(columns, kinds, words, strict=True)),
        [columns[0]],
        words={
            "owner": "EC",
            "entity": "member",
            "purposes": ["P1", "P7"],
            "recordClasses": [{"record_class": "member_inactive"}],
        },
    )


def test_every_verb_works_on_tables_of_any_name(
    any_database: URL, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    names = NAMES if any_database.get_backend_name() == "mysql" else [*NAMES, *STRANGE]
    for name, columns in names:
        _create(any_database, name, columns)
    own = workspace(tmp_path, any_database, [_declared(*given) for given in names])
    run = recorder(own)
    outcome, results = run_everything(run, lambda *_: None)

    for name, _ in names:
        with subtests.test(table=ascii(name)):
            _judged(name, results)
    assert not [r for r in results if r.status == "error"]
    assert outcome.result == "fail"
    _planned(run, {name for name, _ in names})
    source = own.source("shop")
    assert set(source.table_names()) == {name for name, _ in names}
    assert {source.count(name) for name, _ in names} == {19}


def _judged(name: str, results: tuple[RuleResult, ...]) -> None:
    found = {(r.control, r.rule.split("(")[0]): r for r in results if r.table == name}
    assert {r.status for r in found.values()} <= {"pass", "fail", "skip"}
    rows = {key: r.rows for key, r in found.items() if r.rows}
    assert rows[("S6-01", "email_is_an_address")] == 1
    assert rows[("S6-03", "person_is_registered_once")] == 1
    assert rows[("S6-10a", "member_inactive")] == 1
    assert rows[("S6-19", "member_inactive")] == 1
    assert ("S1-02", "undeclared") not in rows


def _planned(run: Recorder, names: set[str]) -> None:
    plan = run.plan(run.plan_facts("shop"))
    assert {step.table for step in plan.steps} == names
    assert {step.rows for step in plan.steps} == {1}
