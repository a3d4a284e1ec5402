"""A plan, approved and applied: exactly the due rows go, with everything that hangs on them."""

from __future__ import annotations

from sqlalchemy import URL

from include.governance.source.rows import table_of
from tests.erasure.shop import shop

GONE = {2, 4, 6, 8, 10, 12, 14, 16, 18, 20}


def test_exactly_the_due_rows_go_with_what_hangs_on_them(any_database: URL) -> None:
    bench = shop(any_database)
    plan, applied, verified = bench.run()
    assert plan.roots == len(GONE)
    assert applied.complete
    assert applied.roots == len(GONE)
    assert set(bench.keys("customers")) == set(range(1, 21)) - GONE
    assert {o // 10 for o in bench.keys("orders")} == set(range(1, 21)) - GONE
    assert {o // 10 for o, _ in bench.keys("items")} == set(range(1, 21)) - GONE
    assert bench.keys("notes") == list(range(1, 21))
    assert {n["id"] for n in bench.rows("notes") if n["customer"] is None} == GONE
    assert verified.holds, verified


def test_the_second_plan_is_empty(any_database: URL) -> None:
    bench = shop(any_database)
    bench.run()
    again, applied, verified = bench.run()
    assert (again.roots, again.chunks) == (0, 0)
    assert applied.complete
    assert verified.holds


def test_what_the_law_keeps_keeps_its_root_only_where_it_would_go_along(any_database: URL) -> None:
    bench = shop(any_database, 8)
    bench.in_period = {
        "shop.customers": table_of(bench.of("customers")).c.id == 2,
        "shop.orders": table_of(bench.of("orders")).c.id == 42,
        "shop.notes": table_of(bench.of("notes")).c.id.in_([6, 8]),
    }
    bench.hold("notes", (8,))
    early, applied, verified = bench.run()
    assert early.kept == {"in_period": 1, "kept_by_dependant": 2}
    assert (applied.roots, applied.skipped, verified.holds) == (1, 0, True)
    assert bench.keys("customers") == [1, 2, 3, 4, 5, 7, 8]
    assert {n["id"]: n["customer"] for n in bench.rows("notes")}[6] is None


def test_a_root_whose_period_begins_after_the_plan_is_not_said_to_be_held(
    sqlite_database: URL,
) -> None:
    bench = shop(sqlite_database, 6)
    plan = bench.plan()
    bench.in_period = {"shop.customers": table_of(bench.of("customers")).c.id.in_([2, 4])}
    bench.hold("customers", (4,))
    assert bench.apply(plan).roots == 1
    assert bench.verify(plan).skipped == {"in_period": 1, "held": 1}
