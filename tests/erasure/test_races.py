"""What happens to rows between approval and erasure decides, not what was planned."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.erasure.delays import delays
from include.governance.erasure.pace import Pace
from include.governance.errors import SourceUnavailable
from include.governance.source.rows import table_of
from tests.erasure.bench import Bench, held_up, waiting
from tests.erasure.shop import shop

# They look at locks of the whole server, so nothing else may run beside them.
pytestmark = pytest.mark.faults

CHANGES = {
    "re-activated": ("UPDATE customers SET seen = 1 WHERE id = 4", "no_longer_due"),
    "another order": ("INSERT INTO orders VALUES (43, 4, 9)", "changed"),
    "an order less": ("DELETE FROM notes WHERE customer = 4", "changed"),
    "another item": ("INSERT INTO items VALUES (41, 9)", "changed"),
    "an item less": ("DELETE FROM items WHERE order_id = 41 AND line = 1", "changed"),
    "another inquiry": ("INSERT INTO inquiries VALUES ('new', 4, NULL)", "changed"),
    "a new parent": ("UPDATE orders SET customer = 3 WHERE id = 42", "changed"),
    "a note more": ("INSERT INTO notes VALUES (99, 4)", "changed"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_root_that_changed_since_the_plan_stays_and_the_others_go(
    any_database: URL, name: str
) -> None:
    statement, reason = CHANGES[name]
    bench = shop(any_database, 12)
    plan = bench.plan(chunk_roots=4)
    bench.execute(statement)
    before = {table: len(bench.keys(table)) for table in ("orders", "inquiries")}
    applied = bench.apply(plan)
    assert (applied.roots, applied.skipped) == (5, 1)
    assert bench.keys("customers") == [1, 3, 4, 5, 7, 9, 11]
    assert len(bench.keys("orders")) == before["orders"] - 10
    verified = bench.verify(plan)
    assert verified.skipped == {reason: 1}
    assert verified.holds


def test_a_row_that_went_by_itself_is_reported(any_database: URL) -> None:
    bench = shop(any_database, 6)
    plan = bench.plan()
    for table, where in (
        ("items", "order_id IN (41, 42)"), ("inquiries", "customer = 4 OR order_id IN (41, 42)"),
        ("orders", "customer = 4"), ("customers", "id = 4"),
    ):  # fmt: skip
        bench.execute(f"DELETE FROM {table} WHERE {where}")
    bench.apply(plan)
    verified = bench.verify(plan)
    assert verified.skipped == {"gone": 1}
    assert verified.holds


def test_a_row_that_became_due_later_waits(any_database: URL) -> None:
    bench = shop(any_database, 6)
    plan = bench.plan()
    bench.execute("UPDATE customers SET seen = 0 WHERE id = 3")
    assert bench.apply(plan).roots == 3
    assert 3 in bench.keys("customers")
    assert bench.plan().roots == 1


@pytest.mark.parametrize(
    ("table", "key", "reason"),
    [
        ("customers", 4, "held"),
        ("orders", 42, "kept_by_dependant"),
        ("inquiries", "q4", "kept_by_dependant"),
        ("notes", 4, "kept_by_dependant"),
    ],
)  # fmt: skip
def test_a_hold_keeps_all_it_hangs_on(any_database: URL, table: str, key: Any, reason: str) -> None:
    bench = shop(any_database, 6)
    early = bench.plan()
    bench.hold(table, (key,))
    late = bench.plan()
    assert (early.roots, late.roots, late.kept) == (3, 2, {reason: 1})
    bench.apply(early)
    assert {4} < set(bench.keys("customers"))
    assert {41, 42} <= set(bench.keys("orders"))
    assert bench.verify(early).skipped == {reason: 1}
    bench.holds.clear()
    assert bench.run()[0].roots == 1


def test_a_hold_placed_between_chunks_wins_from_the_next_one_on(any_database: URL) -> None:
    bench = shop(any_database, 6)
    plan = bench.plan(chunk_roots=1)

    def watch(what: str, chunk: int) -> None:
        if (what, chunk) == ("committed", 0):
            bench.hold("customers", (4,))

    applied = bench.apply(plan, world=bench.world(watch=watch))
    assert (applied.roots, applied.skipped, applied.complete) == (2, 1, True)
    assert bench.keys("customers") == [1, 3, 4, 5]
    assert bench.verify(plan).skipped == {"held": 1}


def server(request: pytest.FixtureRequest, name: str) -> Bench:
    return shop(request.getfixturevalue(f"{name}_database"), 6)


SERVERS = [
    pytest.param("postgres", marks=pytest.mark.server),
    pytest.param("mariadb", marks=pytest.mark.server),
]


@pytest.mark.parametrize(
    ("table", "key", "column"),
    [("customers", 4, "id"), ("orders", 42, "id"), ("inquiries", "q4", "code")],
)
@pytest.mark.parametrize("name", SERVERS)
def test_a_hold_placed_while_apply_waits_for_a_lock_wins(
    request: pytest.FixtureRequest, name: str, table: str, key: int | str, column: str
) -> None:
    bench = server(request, name)
    plan = bench.plan()
    with held_up(
        bench, plan, f"SELECT 1 FROM {table} WHERE {column} = '{key}' FOR UPDATE"
    ) as found:
        bench.hold(table, (key,))
    assert (found[0].roots, found[0].skipped) == (2, 1)
    assert 4 in bench.keys("customers")
    assert {41, 42} <= set(bench.keys("orders"))
    assert bench.verify(plan).holds


@pytest.mark.parametrize("elsewhere", [False, True], ids=["own columns", "another table"])
@pytest.mark.parametrize("name", SERVERS)
def test_a_child_that_must_stay_when_its_lock_is_had_keeps_its_root(
    request: pytest.FixtureRequest, name: str, elsewhere: bool
) -> None:
    bench = server(request, name)
    orders, items = table_of(bench.of("orders")), table_of(bench.of("items"))
    many = sa.exists().where(items.c.order_id == orders.c.id, items.c.line == 99)
    fresh = orders.c.day == 99
    bench.in_period = {"shop.orders": fresh | many if elsewhere else fresh}
    plan = bench.plan()
    with held_up(bench, plan, "UPDATE orders SET day = 99 WHERE id = 42") as found:
        pass
    assert (found[0].roots, found[0].skipped) == (2, 1)
    assert {41, 42} <= set(bench.keys("orders"))
    assert bench.verify(plan).holds


@pytest.mark.server
def test_a_leaf_is_kept_by_another_table_as_that_is_when_its_lock_is_had(
    postgres_database: URL,
) -> None:
    metadata = sa.MetaData()
    for name in ("mails", "owners"):
        key = sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)
        sa.Table(name, metadata, key, sa.Column("active", sa.Integer))
    bench = Bench(postgres_database, metadata, "mails", lambda c: c.active == 0)
    idle = [{"id": number, "active": 0} for number in (1, 2)]
    bench.create({"mails": idle, "owners": idle})
    mails, owners = table_of(bench.of("mails")), table_of(bench.of("owners"))
    active = sa.exists().where(owners.c.id == mails.c.id, owners.c.active == 1)
    bench.in_period = {"shop.mails": active}
    plan = bench.plan()
    changes = (
        "UPDATE mails SET active = 0 WHERE id = 1", "UPDATE owners SET active = 1 WHERE id = 1",
    )  # fmt: skip
    with held_up(bench, plan, *changes):
        pass
    assert bench.keys("mails") == [1]
    assert bench.verify(plan).skipped == {"in_period": 1}


@pytest.mark.parametrize("name", SERVERS)
def test_a_child_that_comes_while_its_root_is_locked_finds_no_parent(
    request: pytest.FixtureRequest, name: str
) -> None:
    bench = server(request, name)
    plan = bench.plan()
    seen: list[str] = []

    def insert() -> None:
        try:
            bench.execute("INSERT INTO orders VALUES (43, 4, 9)")
            seen.append("inserted")
        except sa.exc.IntegrityError:
            seen.append("no parent")
        except sa.exc.OperationalError:
            seen.append("deadlock, and ours went on")

    thread = threading.Thread(target=insert)

    def watch(what: str, _chunk: int) -> None:
        if what == "locked":
            thread.start()
            assert waiting(bench)

    applied = bench.apply(plan, world=bench.world(watch=watch))
    thread.join(30)
    assert seen in (["no parent"], ["deadlock, and ours went on"])
    assert applied.roots == 3
    assert bench.verify(plan).holds


@pytest.mark.parametrize("name", SERVERS)
def test_a_grandchild_that_comes_between_makes_its_root_stay(
    request: pytest.FixtureRequest, name: str
) -> None:
    bench = server(request, name)
    plan = bench.plan()
    pending = [("INSERT INTO items VALUES (41, 9)")]

    def watch(what: str, _chunk: int) -> None:
        if what == "locked" and pending:
            bench.execute(pending.pop())

    applied = bench.apply(plan, world=bench.world(watch=watch))
    assert (applied.roots, applied.skipped) == (2, 1)
    assert bench.verify(plan).holds


@pytest.mark.parametrize("name", [*SERVERS, "sqlite"])
def test_a_lock_that_somebody_holds_is_waited_for_with_a_bound(
    request: pytest.FixtureRequest, name: str
) -> None:
    bench = server(request, name)
    plan = bench.plan()
    blocker = bench.target.engine.connect()
    blocker.exec_driver_sql("UPDATE customers SET seen = 0 WHERE id = 4")
    sleeps: list[float] = []
    pace = Pace(lock_timeout_ms=100, tries=3)
    if name == "sqlite":
        with pytest.raises(SourceUnavailable):
            bench.apply(plan, world=bench.world(sleep=sleeps.append), pace=pace)
    else:
        applied = bench.apply(plan, world=bench.world(sleep=sleeps.append), pace=pace)
        assert (applied.complete, applied.deferred, applied.roots) == (
            False,
            {0: "lock_timeout"},
            0,
        )
        assert applied.retries == 2
        assert left(bench) == {0: "lock_timeout"}
    blocker.rollback()
    blocker.close()
    assert bench.apply(plan).complete
    assert left(bench) == {}
    assert bench.verify(plan).holds
    assert 4 not in bench.keys("customers")


def left(bench: Bench) -> dict[int, str]:
    with bench.target.snapshot() as connection:
        return dict(delays(connection, "plan-1"))


def test_two_workers_share_the_chunks(any_database: URL) -> None:
    bench = shop(any_database, 60)
    plan = bench.plan(chunk_roots=2)
    found: list[Any] = []

    def work(runner: str) -> None:
        found.append(bench.apply(plan, runner=runner, pace=Pace(tries=50, longest_pause=0.05),
                                 world=bench.world(sleep=time.sleep)))  # fmt: skip

    threads = [threading.Thread(target=work, args=(f"worker-{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 3
    assert sum(each.chunks for each in found) == plan.chunks == 15
    assert sum(each.roots for each in found) == plan.roots == 30
    assert bench.verify(plan).holds


def test_cancelled_between_chunks_and_taken_up_again(any_database: URL) -> None:
    bench = shop(any_database, 12)
    plan = bench.plan(chunk_roots=2)
    left = iter([False, True])
    first = bench.apply(plan, world=bench.world(cancelled=lambda: next(left)))
    assert (first.chunks, first.cancelled, first.complete) == (1, True, False)
    # a state that somebody changed proves nothing: what has no receipts is not done
    bench.execute("UPDATE daicho_erasure_chunk SET state = 'done'")
    second = bench.apply(plan)
    assert (second.chunks, second.complete) == (2, True)
    third = bench.apply(plan)
    assert (third.chunks, third.rows, third.complete) == (0, 0, True)
    assert bench.verify(plan).holds


@pytest.mark.parametrize("name", SERVERS)
def test_a_lost_connection_is_made_again(request: pytest.FixtureRequest, name: str) -> None:
    bench = server(request, name)
    plan = bench.plan(chunk_roots=1)
    kills = [1, 2]

    def watch(what: str, chunk: int) -> None:
        if what == "changed" and chunk in kills:
            kills.remove(chunk)
            kill_worker(bench)

    applied = bench.apply(plan, world=bench.world(watch=watch))
    assert (applied.chunks, applied.retries, applied.complete) == (3, 2, True)
    assert bench.verify(plan).holds


def kill_worker(bench: Bench) -> None:
    with bench.target.engine.connect() as connection:
        if bench.target.kind == "postgresql":
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> "
                "pg_backend_pid() AND datname = current_database()"
            )
            return
        own = connection.scalar(sa.text("SELECT CONNECTION_ID()"))
        query = "SELECT id FROM information_schema.processlist WHERE db = DATABASE()"
        for number in connection.execute(sa.text(query)).scalars():
            if number != own:
                connection.exec_driver_sql(f"KILL CONNECTION {number}")


@pytest.mark.parametrize("name", SERVERS)
def test_a_deadlock_is_survived(request: pytest.FixtureRequest, name: str) -> None:
    bench = server(request, name)
    plan = bench.plan()
    other = bench.target.engine.connect()
    other.exec_driver_sql("UPDATE orders SET day = 7 WHERE id = 21")
    thread = threading.Thread(
        target=lambda: swallow(
            lambda: other.exec_driver_sql("UPDATE customers SET seen = 1 WHERE id = 2")
        )
    )  # fmt: skip
    started = []

    def watch(what: str, _chunk: int) -> None:
        if what == "locked" and not started:
            started.append(True)
            thread.start()
            assert waiting(bench)

    applied = bench.apply(
        plan, pace=Pace(lock_timeout_ms=20_000, tries=6),
        world=bench.world(watch=watch, sleep=lambda _s: (thread.join(30), other.rollback())[0]),
    )  # fmt: skip
    thread.join(30)
    other.rollback()
    other.close()
    assert applied.complete or bench.apply(plan).complete
    assert bench.verify(plan).holds


def swallow(call: Callable[[], object]) -> None:
    with suppress(sa.exc.DBAPIError):
        call()
