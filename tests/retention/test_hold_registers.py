"""Holds of the store's register and of a user's own table, from the row to the run's outcome."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from include.governance.model.register import HoldRow
from include.governance.model.result import RuleResult
from include.governance.pipeline.record import Recorder
from include.governance.store import register_table
from tests.pipeline.company import AT, Declared, recorder, workspace
from tests.source import tables

NONE = {"dataCategory": "none"}
INQUIRIES = Declared(
    "inquiries",
    [("id", "integer", NONE), ("closed_on", "date", {**NONE, "clock": "closed"})],
    ["id"],
    "transaction",
    {"owner": "CS", "entity": "inquiry", "recordClasses": [{"record_class": "inquiry"}]},
)
FIELDS = {"no": "hold_id", "tab": "table_name", "who": "subject_ref", "why": "reason"}
DAYS = {"due": "review_due", "until": "released_at"}
OWN = Declared(
    "own_holds",
    [
        *((name, "string", {**NONE, "registerField": field}) for name, field in FIELDS.items()),
        *((name, "date", {**NONE, "registerField": field}) for name, field in DAYS.items()),
    ],
    ["no"],
    "register",
    {"owner": "Legal", "entity": "hold", "register": "holds"},
)
GIVEN: dict[str, Any] = {
    "hold_id": "H1",
    "table_name": "inquiries",
    "subject_ref": "inquiry:2",
    "reason": "legal_hold",
    "review_due": date(2027, 1, 31),
    "released_at": None,
}
#: What is changed about the hold → rows due, held, and the statuses of the hold's own rules.
CASES: list[tuple[dict[str, Any], int | str, int, dict[str, str]]] = [
    ({}, 2, 1, {}),
    ({"subject_ref": None}, 0, 3, {}),
    ({"released_at": date(2026, 11, 30)}, 3, 0, {}),
    ({"released_at": date(2026, 12, 1)}, 2, 1, {}),
    ({"review_due": None}, 2, 1, {"hold_review": "fail"}),
    ({"review_due": date(2099, 1, 1)}, 2, 1, {"hold_review": "fail"}),
    ({"reason": None}, 2, 1, {"hold_reason": "fail"}),
    ({"reason": "whim"}, 2, 1, {"hold_reason": "hold_reason_unknown"}),
    (
        {"table_name": "", "subject_ref": " "},
        "hold_names_nothing",
        0,
        {"hold_scope": "hold_names_nothing"},
    ),
    (
        {"table_name": None, "subject_ref": None},
        "hold_names_nothing",
        0,
        {"hold_scope": "hold_names_nothing"},
    ),
    (
        {"table_name": "inquires", "subject_ref": None},
        "hold_table_unknown_near",
        0,
        {"hold_scope": "hold_table_unknown_near"},
    ),
    ({"table_name": "inquires"}, 2, 1, {"hold_scope": "hold_table_unknown_near"}),
    ({"subject_ref": "5"}, "hold_unresolved", 0, {"hold_scope": "hold_unresolved"}),
]


def _built(url: URL, home: Path) -> Recorder:
    """Three inquiries past their period and a table of holds without one."""
    tables.run(
        url,
        "CREATE TABLE inquiries (id INTEGER PRIMARY KEY, closed_on DATE)",
        "INSERT INTO inquiries VALUES (1, '2020-01-01'), (2, '2020-01-01'), (3, '2020-01-01')",
        "CREATE TABLE own_holds (no VARCHAR(9) PRIMARY KEY, tab VARCHAR(40), who VARCHAR(40),"
        " why VARCHAR(40), due DATE, until DATE)",
    )
    return recorder(workspace(home, url, [INQUIRIES, OWN]))


def _judged(run: Recorder) -> tuple[RuleResult, list[RuleResult]]:
    run.flag("shop")
    [over] = [r for r in run.results("flag", "shop") if r.control == "S6-10c"]
    _, results = run.conclude()
    return over, [r for r in results if r.control == "S6-12"]


def _check(run: Recorder, place: tuple[str, str], case: tuple[Any, ...]) -> None:
    changed, due, held, wrong = case
    over, reviews = _judged(run)
    if isinstance(due, str):
        assert (over.status, over.reason) == ("error", due)
    else:
        assert (over.rows, over.facts) == (due, {"held_rows": held} if held else {})
    ref = run.workspace.hashing.ref(*place, ("H1",))
    bad = [r for r in reviews if r.status != "pass"]
    assert {r.rule: r.reason or r.status for r in bad} == wrong, changed
    for result in bad:
        assert ((result.source, result.table), result.row_refs) == (place, (ref,))
        assert result.status != "error" or result.facts["hold"] == ref
    assert not [r for r in reviews if "inquiry:2" in r.model_dump_json()]


def test_a_hold_in_a_users_own_table(
    any_database: URL, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    run = _built(any_database, tmp_path)
    for case in CASES:
        row = GIVEN | case[0]
        values = ", ".join("NULL" if v is None else f"'{v}'" for v in row.values())
        insert = f"INSERT INTO own_holds VALUES ({values})"
        tables.run(any_database, "DELETE FROM own_holds", insert)
        with subtests.test(**case[0]):
            _check(run, ("shop", "own_holds"), case)


def test_a_hold_in_the_register_of_the_store(
    sqlite_database: URL, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    """Entered past the checks of the register, as an older version or a restore may leave it."""
    run = _built(sqlite_database, tmp_path)
    for case in CASES:
        with run.store.writing() as connection:
            before = register_table.find(connection, HoldRow, "H1")
            row = HoldRow.model_construct(
                **{**dict.fromkeys(HoldRow.model_fields), **GIVEN, **case[0]}
            )
            if before is None:
                register_table.enter(connection, row, "legal", AT)
            else:
                register_table.change(connection, before, row, "legal", AT)
        with subtests.test(**case[0]):
            _check(run, ("store", "register_holds"), case)
