"""Whatever is not as it was approved is refused, and nothing is changed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.erasure.keys import as_json, sha256
from include.governance.erasure.tables import purge
from include.governance.erasure.target import Target
from include.governance.errors import GovernanceError, LimitExceeded
from include.governance.model.period import Period
from include.governance.model.policy import Limits
from tests.erasure.bench import AT, Bench
from tests.erasure.shop import shop


def refused(bench: Bench, plan: Any, match: str, approval: Any = None, **more: Any) -> None:
    with pytest.raises(GovernanceError, match=match) as found:
        bench.apply(plan, approval, **more)
    assert found.value.say("ja") != found.value.say("en")
    assert len(bench.keys("customers")) == 6


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"digest": "0" * 64}, "digest"),
        ({"plan_id": "another"}, "nobody has approved"),
        ({"approver": "requester"}, "three different"),
        ({"approver": "REQUESTER"}, "three different"),
        ({"approver": "airflow"}, "three different"),
        ({"approver": " "}, "must each have a name"),
        ({"approver": "requ\u0435ster"}, "must each have a name"),
        ({"requester": "somebody"}, "another requester"),
        ({"expires_at": AT}, "not valid"),
        ({"approved_at": AT + timedelta(seconds=1)}, "not valid"),
    ],
)
def test_an_approval_that_does_not_fit(
    sqlite_database: URL, changes: dict[str, Any], match: str
) -> None:
    bench = shop(sqlite_database, 6)
    plan = bench.plan()
    refused(bench, plan, match, bench.approve(plan, **changes))


@pytest.mark.parametrize("each_chunk", [timedelta(minutes=1), -timedelta(hours=2)])
def test_a_clock_at_which_the_approval_is_not_valid_ends_the_work_between_chunks(
    sqlite_database: URL, each_chunk: timedelta
) -> None:
    bench = shop(sqlite_database, 6)
    plan = bench.plan(chunk_roots=1)
    approval = bench.approve(plan, expires_at=AT + timedelta(minutes=1))
    gone: list[int] = []

    def watch(what: str, chunk: int) -> None:
        if what == "committed":
            gone.append(chunk)

    world = bench.world(now=lambda: AT + len(gone) * each_chunk, watch=watch)
    with pytest.raises(GovernanceError, match="not valid"):
        bench.apply(plan, approval, world=world)
    assert gone == [0]
    assert bench.apply(plan, bench.approve(plan)).complete


TAMPERED = {
    "a key more": "UPDATE daicho_erasure_chunk SET body = REPLACE(body, '[[2]', '[[1],[2]')",
    "another key": "UPDATE daicho_erasure_chunk SET body = REPLACE(body, '[[2]', '[[1]')",
    "expectation": "UPDATE daicho_erasure_expect SET row_count = row_count + 1 WHERE step = '000'",
    "spec": "UPDATE daicho_erasure_plan SET spec = REPLACE(spec, 'requester', 'somebody')",
    "chunk gone": "DELETE FROM daicho_erasure_chunk",
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_plan_that_was_tampered_with(any_database: URL, name: str) -> None:
    bench = shop(any_database, 6)
    plan = bench.plan()
    bench.execute(TAMPERED[name])
    refused(bench, plan, "digest", bench.approve(plan))


def test_a_chunk_that_is_exchanged_behind_the_gate(any_database: URL) -> None:
    bench = shop(any_database, 6)
    plan = bench.plan(chunk_roots=1)
    body = "UPDATE daicho_erasure_chunk SET body = REPLACE(body, '[[6]', '[[5]') WHERE no = 2"

    def watch(what: str, chunk: int) -> None:
        if (what, chunk) == ("committed", 0):
            bench.execute(body)

    with pytest.raises(GovernanceError, match="not the one that passed"):
        bench.apply(plan, world=bench.world(watch=watch))
    assert bench.keys("customers") == [1, 3, 5, 6]


SCHEMA = {
    "a column less": "ALTER TABLE customers DROP COLUMN email",
    "a column more": "ALTER TABLE orders ADD COLUMN x INTEGER",
    "a child table more": "CREATE TABLE loyalty (id INTEGER PRIMARY KEY, c BIGINT, "
    "FOREIGN KEY (c) REFERENCES customers (id) ON DELETE CASCADE)",
}


@pytest.mark.parametrize("name", SCHEMA)
@pytest.mark.parametrize("when", ["before", "between"])
def test_a_schema_that_changed(any_database: URL, name: str, when: str) -> None:
    bench = shop(any_database, 6)
    plan = bench.plan(chunk_roots=1)
    if when == "before":
        bench.execute(SCHEMA[name])
        with pytest.raises(GovernanceError, match=r"changed since|loyalty"):
            bench.apply(plan)
    else:
        changes = [SCHEMA[name]]

        def watch(what: str, _chunk: int) -> None:
            if what == "committed" and changes:
                bench.execute(changes.pop())

        with pytest.raises(GovernanceError, match="changed since"):
            bench.apply(plan, world=bench.world(watch=watch))
    assert len(bench.keys("orders")) == (12 if when == "before" else 10)


def test_a_table_that_no_plan_reaches_may_come_at_any_time(any_database: URL) -> None:
    bench = shop(any_database, 6)
    plan = bench.plan(chunk_roots=1)
    changes = ["CREATE TABLE weather (id INTEGER PRIMARY KEY, day INTEGER)"]

    def watch(what: str, _chunk: int) -> None:
        if what == "committed" and changes:
            bench.execute(changes.pop())

    assert bench.apply(plan, world=bench.world(watch=watch)).complete


def test_rules_that_changed(any_database: URL) -> None:
    bench = shop(any_database, 6)
    plan = bench.plan()
    refused(bench, plan, "the policy changed", basis=bench.basis(policy="q" * 64))
    bench.due = lambda c: c.seen <= 1
    refused(bench, plan, "the condition that chooses the rows changed")
    bench.due = lambda c: c.seen == 1
    refused(bench, plan, "the condition that chooses the rows changed")


def test_another_database(tmp_path: Any) -> None:
    one = shop(URL.create("sqlite", database=str(tmp_path / "one.sqlite")), 6)
    plan = one.plan()
    with one.target.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(f"VACUUM INTO '{tmp_path / 'two.sqlite'}'")
        connection.exec_driver_sql("BEGIN")
    two = Bench(
        URL.create("sqlite", database=str(tmp_path / "two.sqlite")),
        one.metadata, "customers", one.due,
    )  # fmt: skip
    refused(two, plan, "another database", one.approve(plan))


def test_limits(any_database: URL) -> None:
    bench = shop(any_database, 6, limits=Limits(
        max_rows=5, max_percent=49, oldest_trigger=Period.parse("P9Y"), never_touch=("shop.notes",)
    ))  # fmt: skip
    plan = bench.plan()
    assert {(o.code, o.table) for o in plan.over_limits} >= {
        ("max_rows", "orders"), ("max_percent", "customers"), ("never_touch", "notes"),
    }  # fmt: skip
    refused(bench, plan, "limit")
    with pytest.raises(LimitExceeded):
        bench.apply(plan)


def test_a_read_only_server(postgres_database: URL) -> None:
    bench = shop(postgres_database, 6)
    plan = bench.plan()
    options = {"options": "-c default_transaction_read_only=on"}
    bench.target = Target("shop", postgres_database.update_query_dict(options))
    refused(bench, plan, "read-only", bench.approve(plan))


KEYS = ("SELECT body FROM daicho_erasure_chunk", "SELECT body FROM daicho_erasure_done")
HASHES = (
    "SELECT body_sha256 FROM daicho_erasure_chunk",
    "SELECT set_hash FROM daicho_erasure_expect",
    "SELECT set_hash FROM daicho_erasure_receipt",
)


def test_purged_keys_are_gone_and_nothing_can_be_applied(any_database: URL) -> None:
    bench = shop(any_database, 6)
    bench.hold("customers", (1,))
    plan, _, verified = bench.run()
    with bench.target.writing() as connection:
        purge(connection, plan.plan_id)
        left = [connection.execute(sa.text(each)).all() for each in HASHES]
        keys = [connection.execute(sa.text(each)).all() for each in KEYS]
        [spec] = connection.scalars(sa.text("SELECT spec FROM daicho_erasure_plan"))
    assert {value for found in left for row in found for value in row} == {""}
    assert {tuple(row) for found in keys for row in found} == {(None,)}
    assert not {"seed", "set_hash", "parameters_sha256"} & set(re.findall(r"\w+", spec))
    assert sha256(as_json([["customers", "[1]"]])) not in spec
    for again in (bench.apply, bench.verify):
        with pytest.raises(GovernanceError, match="purged"):
            again(plan)
    assert verified.steps[-1].rows == 3
