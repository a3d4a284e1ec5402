"""A plan, approved and applied: exactly the due rows go, with everything that hangs on them."""

from __future__ import annotations

from sqlalchemy import URL

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
