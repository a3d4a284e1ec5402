"""What is proved is what the database shows, whatever the receipts say."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.erasure import survivors
from include.governance.erasure.tables import CHUNK, DONE
from include.governance.errors import PlanError
from include.governance.model.disposal import TableBalance
from include.governance.model.erasure import ErasurePlan
from tests.erasure.bench import AT, Bench
from tests.erasure.shop import shop

EDITS = {
    "a chunk removed": "DELETE FROM daicho_erasure_chunk WHERE no = 1",
    "keys": "UPDATE daicho_erasure_chunk SET body = '{\"keys\":[[1]]}' WHERE no = 0",
    "expectations": "UPDATE daicho_erasure_expect SET row_count = 9 WHERE no = 0",
    "the requester": "UPDATE daicho_erasure_plan SET spec = replace(spec, 'requester', 'other')",
    "no document": "UPDATE daicho_erasure_plan SET spec = '{}'",
}


def forge(bench: Bench, reason: str, keys: list[int]) -> None:
    """Write a receipt that says that every root was left alone."""
    body = json.dumps([[[key], reason] for key in keys])
    bench.execute(
        sa.insert(DONE).values(
            plan_id="plan-1",
            no=0,
            roots=0,
            skipped=len(keys),
            way="in_part",
            runner="airflow",
            reasons=json.dumps({reason: len(keys)}),
            body=body,
            at=AT,
        )
    )
    bench.execute(sa.update(CHUNK).values(state="done"))


@pytest.mark.parametrize(
    "reason", ["gone", "no_longer_due", "held", "kept_by_dependant", "changed"]
)
def test_a_receipt_that_only_says_that_roots_stayed_proves_nothing(
    any_database: URL, reason: str
) -> None:
    bench = shop(any_database, 4)
    plan = bench.plan()
    forge(bench, reason, [2, 4])
    assert bench.apply(plan).complete
    verified = bench.verify(plan)
    assert (verified.left, verified.skipped, verified.holds) == (2, {reason: 2}, False)


@pytest.mark.parametrize("body", ["{", "[]", '[[[2],"other"],[[4],"gone"]]', '[[[7],"gone"]]'])
def test_a_receipt_that_no_worker_wrote_is_a_mismatch(sqlite_database: URL, body: str) -> None:
    bench = shop(sqlite_database, 4)
    plan = bench.plan()
    bench.apply(plan)
    bench.execute(sa.update(DONE).values(body=body, roots=0))
    verified = bench.verify(plan)
    assert (verified.mismatched, verified.holds) == (1, False)


@pytest.mark.parametrize("name", EDITS)
def test_a_plan_edited_after_it_was_applied_proves_nothing(sqlite_database: URL, name: str) -> None:
    bench = shop(sqlite_database, 12)
    plan = bench.plan()
    bench.apply(plan)
    bench.execute(EDITS[name])
    with pytest.raises(PlanError, match="not as they were written"):
        bench.verify(plan)


def test_every_other_row_is_there_or_nobody_says_so(any_database: URL) -> None:
    bench = shop(any_database, 12)
    bench.apply(plan := bench.plan())
    quiet = balances(bench, plan)
    assert [each for each in quiet.values() if not each.exact] == []
    assert (quiet["customers"].before, quiet["customers"].gone) == (12, 6)
    assert (quiet["notes"].before, quiet["notes"].gone, quiet["notes"].after) == (12, 0, 12)
    bench.execute("UPDATE items SET line = 9 WHERE order_id = 11 AND line = 1")
    bench.execute("DELETE FROM notes WHERE id = 12")
    found = balances(bench, plan)
    assert {name for name, each in found.items() if not each.exact} == {"items", "notes"}
    assert found["items"].after == quiet["items"].after


def balances(bench: Bench, plan: ErasurePlan) -> dict[str, TableBalance]:
    found = survivors.balances(bench.target, plan.plan_id, bench.selection(), bench.basis())
    return {each.table: each for each in found}


def test_a_key_that_holds_nul_is_refused(sqlite_database: URL) -> None:
    metadata = sa.MetaData()
    sa.Table("mails", metadata, sa.Column("id", sa.String(9), primary_key=True))
    bench = Bench(sqlite_database, metadata, "mails", lambda c: c.id != "")
    bench.create({"mails": [{"id": "a"}, {"id": "a\0x"}]})
    with pytest.raises(PlanError, match="NUL") as refused:
        bench.plan()
    assert "a\0x" not in str(refused.value)


def _behind_its_back(bench: Bench, statement: str) -> None:
    """As PostgreSQL's superuser may: no trigger of a foreign key is asked."""
    with bench.target.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(statement)


def test_a_guaranteed_foreign_key_is_counted_on_demand(postgres_database: URL) -> None:
    bench = shop(postgres_database, 4)
    plan, _, before = bench.run()
    named = "orders(customer)→customers"
    assert (before.holds, before.orphans) == (True, {})
    assert named in before.guaranteed
    _behind_its_back(bench, "INSERT INTO orders VALUES (901, 99, 1)")
    audited = bench.verify(plan, audit=True)
    assert (audited.orphans[named], audited.guaranteed, audited.holds) == (1, (), False)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE orders DISABLE TRIGGER ALL",
        "ALTER TABLE customers DISABLE TRIGGER ALL",
        "ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey, ADD CONSTRAINT "
        "orders_customer_fkey FOREIGN KEY (customer) REFERENCES customers (id) NOT VALID",
    ],
    ids=["child unchecked", "parent unchecked", "old rows unchecked"],
)
def test_a_foreign_key_that_does_not_look_at_every_row_is_counted_in_full(
    postgres_database: URL, statement: str
) -> None:
    bench = shop(postgres_database, 4)
    plan, _, _ = bench.run()
    _behind_its_back(bench, "INSERT INTO orders VALUES (901, 99, 1)")
    bench.execute(statement)
    found = bench.verify(plan)
    assert "orders(customer)→customers" not in found.guaranteed
    assert found.orphans["orders(customer)→customers"] == 1


@pytest.mark.parametrize("any_database", ["sqlite", "mariadb"], indirect=True)
def test_where_a_session_may_write_around_foreign_keys_none_is_guaranteed(
    any_database: URL,
) -> None:
    bench = shop(any_database, 4)
    plan, _, _ = bench.run()
    off = "PRAGMA foreign_keys = OFF" if any_database.get_backend_name() == "sqlite" else (
        "SET foreign_key_checks = 0"
    )  # fmt: skip
    with sa.create_engine(any_database).connect() as connection:
        connection.exec_driver_sql(off)
        connection.exec_driver_sql("INSERT INTO orders VALUES (901, 99, 1)")
        connection.commit()
    found = bench.verify(plan)
    assert (found.guaranteed, sum(found.orphans.values()), found.holds) == ((), 1, False)
