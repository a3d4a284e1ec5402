"""What was declared and not evaluated is an error, rule by rule."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL

from include.governance.errors import SourceUnavailable
from include.governance.pipeline.flag import expected, missing, unreachable
from tests.pipeline.company import Declared, recorder, workspace
from tests.source import tables
from tests.source.tables import AS_OF

NONE = {"dataCategory": "none"}
ORDERS = Declared(
    "orders",
    [
        *(("id", "integer", NONE), ("state", "string", NONE)),
        ("ordered_on", "date", {**NONE, "clock": ["ordered", "updated"]}),
        ("gone_on", "date", NONE),
    ],
    ["id"],
    "transaction",
    {
        "owner": "EC",
        "entity": "order",
        "recordClasses": [
            {"record_class": "order_statutory", "disposed_at": "column_3"},
            {"record_class": "cart", "when": {"column": "column_1", "equals": "open"}},
        ],
    },
)
RULES = {
    ("S6-10i", "order_statutory"),
    ("S6-19", "order_statutory"),
    ("S6-11", "order_statutory"),
    ("S6-10f", "cart"),
    ("S6-19", "cart"),
    ("S6-19", "no_record_class"),
}

FINISHED = {("flag", "shop")}
JUDGED = {("flag", "registers")}
REVIEWS = (("S6-12", "hold_review"), ("S6-12", "hold_reason"), ("S6-12", "hold_scope"))
KEPT = (*(("holds", *each) for each in REVIEWS), ("deletions", "S6-14", "returned"))
HELD = ("register_holds", "own_holds")
HOLDS = {"owner": "Legal", "entity": "hold", "register": "holds"}


def test_each_rule_that_is_missing_is_noticed(sqlite_database: URL, tmp_path: Path) -> None:
    tables.run(
        sqlite_database,
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, state TEXT, ordered_on DATE, gone_on DATE)",
    )
    own = workspace(tmp_path, sqlite_database, [ORDERS])
    run = recorder(own)
    run.flag("shop")
    results = run.results("flag", "shop")
    assert {(r.control, r.rule) for r in results} >= RULES
    before = {(r.control, r.rule) for r in missing(own, results, AS_OF, FINISHED)}
    assert not before & RULES
    for left_out in results:
        rest = [result for result in results if result is not left_out]
        now = {(r.control, r.rule) for r in missing(own, rest, AS_OF, FINISHED)}
        assert now - before == {(left_out.control, left_out.rule)}
        assert {r.status for r in missing(own, rest, AS_OF, FINISHED)} == {"error"}
        found = missing(own, rest, AS_OF, FINISHED)
        assert {r.reason for r in found if r.rule == left_out.rule} == {"no_result"}
    assert {r.reason for r in missing(own, (), AS_OF, ())} == {"not_evaluated"}


def test_what_hangs_on_a_scan_fails_for_the_reason_of_the_scan(
    sqlite_database: URL, tmp_path: Path
) -> None:
    own = workspace(tmp_path, sqlite_database, [ORDERS])
    run = recorder(own)
    tables.run(sqlite_database, "CREATE TABLE other (id INTEGER)")
    run.scan("shop")
    outcome, complete = run.conclude()
    reasons = {r.rule: r.reason for r in complete if r.table == "orders" and r.status == "error"}
    assert reasons["out_of_purpose"] == "table_missing"
    assert outcome.result == "error"


def test_a_source_that_is_gone_is_an_error_of_each_rule(
    sqlite_database: URL, tmp_path: Path
) -> None:
    own = workspace(tmp_path, sqlite_database, [ORDERS])
    gone = SourceUnavailable("source_unavailable", source="shop")
    results = unreachable(own, "shop", gone, own.controls, AS_OF)
    named = {(r.source, r.table, r.control, r.rule) for r in results}
    rest = {(r.source, r.table, r.control, r.rule) for r in missing(own, results, AS_OF, FINISHED)}
    assert not named & rest
    assert named | rest == set(expected(own, AS_OF))
    assert {("store", f"register_{name}", control, rule) for name, control, rule in KEPT} <= rest


def test_registers_that_nobody_judged_or_could_read_are_errors(
    sqlite_database: URL, tmp_path: Path
) -> None:
    """Each on its own: deletions are looked at where holds cannot be read."""
    holds = Declared("own_holds", [("hold_id", "string", NONE)], ["hold_id"], "register", HOLDS)
    tables.run(sqlite_database, "CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    own = workspace(tmp_path, sqlite_database, [holds])
    _, results = recorder(own).conclude()
    kept = [r for r in results if r.control in ("S6-12", "S6-14")]
    found = {(r.table, r.rule): r.reason or r.status for r in kept}
    unread = {(table, rule): "table_missing" for table in HELD for _, rule in REVIEWS}
    assert found == unread | {("register_deletions", "returned"): "pass"}
    for left_out in kept:
        place = (left_out.table, left_out.control)
        rest = [r for r in results if (r.table, r.control) != place]
        now = {(r.table, r.rule): r.reason for r in missing(own, rest, AS_OF, JUDGED)}
        assert now[left_out.table, left_out.rule] == "no_result"
