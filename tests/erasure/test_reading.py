"""A chunk reads by index or not at all: what PostgreSQL would do is asked before the first one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.errors import PlanError
from tests.erasure.bench import Bench
from tests.erasure.shop import shop

MANY = 12_000


def with_visits(url: URL) -> Bench:
    """A shop whose customers stay as long as a visit of theirs is young."""
    bench = shop(url, 6)
    bench.execute("CREATE TABLE visits (number INT, customer BIGINT, young BOOLEAN, note TEXT)")
    bench.execute(
        "INSERT INTO visits SELECT n, n + 100, true, repeat('x', 100)"
        f" FROM generate_series(1, {MANY}) n"
    )
    visits = sa.table("visits", sa.column("customer"), sa.column("young"))
    customers = sa.table("customers", sa.column("id"))
    met = sa.select(1).where(visits.c.customer == customers.c.id, visits.c.young)
    kept = met.correlate(customers).exists()
    bench.in_period = {"shop.customers": kept}
    return bench


def test_a_condition_without_its_index_is_refused_before_the_first_chunk(
    postgres_database: URL,
) -> None:
    bench = with_visits(postgres_database)
    plan = bench.plan()
    with pytest.raises(
        PlanError, match=r"customers: .* read all of visits \(\d+ blocks\)"
    ) as found:
        bench.apply(plan)
    assert "visits" in found.value.say("ja") != found.value.say("en")
    bench.execute("ALTER TABLE visits ADD PRIMARY KEY (note, customer)")
    for refused in (bench.apply, bench.rehearse):
        with pytest.raises(PlanError, match=r"customers: .* read all of visits"):
            refused(plan)
    bench.execute("ALTER TABLE visits DROP CONSTRAINT visits_pkey, ADD PRIMARY KEY (number)")
    with pytest.raises(PlanError, match=r"customers: .* read all of visits \("):
        bench.apply(plan)
    assert len(bench.keys("customers")) == 6
    bench.execute("CREATE INDEX ON visits (customer)")
    assert bench.apply(plan).roots == 3


@pytest.mark.parametrize("believed", [0, 10_000_000])
def test_statistics_that_are_wrong_change_nothing(postgres_database: URL, believed: int) -> None:
    bench = shop(postgres_database, 6)
    bench.execute("INSERT INTO orders SELECT n + 1000, 1, n FROM generate_series(1, 30000) n")
    plan = bench.plan()
    for name in ("customers", "orders", "items", "inquiries", "notes"):
        bench.execute(
            f"UPDATE pg_class SET reltuples = {believed}, relpages = {believed // 50}"
            f" WHERE relname = '{name}'"
        )
    assert bench.apply(plan).roots == 3
