"""Ranges of blocks: quick where nothing moved, and exact where something did."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.erasure import drafting
from include.governance.erasure.tables import CHUNK, purge
from include.governance.errors import GovernanceError
from tests.erasure.bench import Bench, held_up
from tests.erasure.shop import shop, shop_rows

ROWS, IN_A_CHUNK = 120, 20


def key(number: int, kind: str) -> Any:
    match kind:
        case "uuid":
            return uuid.UUID(int=number * 7919 % 2**64 << 64 | number)
        case "text":
            return f"鍵'{number}\\"
        case _:
            return number


def events(url: URL, kind: str = "int") -> Bench:
    """Wide rows, so that a block holds a few; every second one is due."""
    metadata = sa.MetaData()
    types: dict[str, Any] = {"uuid": sa.Uuid, "text": sa.String(30), "int": sa.BigInteger}
    sa.Table(
        "events", metadata,
        sa.Column("id", types[kind], primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("age", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )  # fmt: skip
    bench = Bench(url, metadata, "events", lambda c: c.age > 7)
    rows = [
        {"id": key(n, kind), "number": n, "age": 8 + n % 2 * -4, "body": "x" * 1_500}
        for n in range(ROWS)
    ]
    return bench.create({"events": rows})


def numbers(bench: Bench) -> set[int]:
    return {row["number"] for row in bench.rows("events")}


def ways(bench: Bench) -> list[bool]:
    with bench.target.engine.connect() as connection:
        bodies = connection.execute(sa.select(CHUNK.c.body)).scalars()
        return ["blocks" in json.loads(body) for body in bodies]


def settle(bench: Bench) -> None:
    """Wait until no transaction of the server is at work that is older than the rows."""
    young = sa.text(
        "SELECT count(*) FROM events WHERE age(xmin) <="
        " (SELECT age(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS xid)))"
    )
    with bench.target.engine.connect() as connection:
        for _ in range(600):
            if not connection.scalar(young):
                return
            connection.rollback()
            time.sleep(0.05)
    raise AssertionError("some transaction never ended")


@pytest.mark.parametrize("kind", ["int", "uuid", "text"])
def test_due_rows_go_range_by_range(postgres_database: URL, kind: str) -> None:
    bench = events(postgres_database, kind)
    plan = bench.plan(IN_A_CHUNK)
    assert all(ways(bench))
    assert plan.chunks >= 3
    settle(bench)
    said: list[str] = []
    listen = sa.event.listens_for(bench.target.engine, "before_cursor_execute")
    listen(lambda _c, _cur, statement, *_rest: said.append(statement))
    applied = bench.apply(plan)
    assert (plan.roots, applied.roots, applied.skipped) == (ROWS // 2, ROWS // 2, 0)
    assert not any('FROM "events"' in each and "FOR UPDATE" in each for each in said)
    assert numbers(bench) == set(range(1, ROWS, 2))
    assert bench.verify(plan).holds
    assert bench.plan(IN_A_CHUNK).roots == 0


@pytest.mark.parametrize("kind", ["int", "uuid"])
def test_rows_that_moved_came_or_went_are_told_apart_by_their_keys(
    postgres_database: URL, kind: str
) -> None:
    bench = events(postgres_database, kind)
    plan = bench.plan(IN_A_CHUNK)
    bench.execute("UPDATE events SET body = body || 'y' WHERE number IN (2, 4, 40)")
    bench.execute("UPDATE events SET age = 1 WHERE number = 20")
    bench.execute("DELETE FROM events WHERE number = 30")
    bench.execute("UPDATE events SET age = 9 WHERE number IN (1, 81)")
    late = {"id": key(900, kind), "number": 900, "age": 50, "body": "z"}
    bench.execute(bench.metadata.tables["events"].insert(), late)
    applied = bench.apply(plan)
    assert (applied.roots, applied.skipped, applied.complete) == (ROWS // 2 - 2, 2, True)
    assert numbers(bench) == {20, 900, *range(1, ROWS, 2)}
    verified = bench.verify(plan)
    assert verified.skipped == {"gone": 1, "no_longer_due": 1}
    assert verified.holds
    assert bench.plan(IN_A_CHUNK).roots == 3


def test_keys_that_were_exchanged_are_refused_where_they_are_used(postgres_database: URL) -> None:
    bench = events(postgres_database)
    plan = bench.plan(IN_A_CHUNK)
    bench.execute("UPDATE daicho_erasure_chunk SET row_keys = replace(row_keys, '[2]', '[1]')")
    bench.execute("UPDATE events SET body = 'moved' WHERE number = 2")
    bench.execute("DELETE FROM events WHERE number = 4")
    with pytest.raises(GovernanceError, match="not the one that passed"):
        bench.apply(plan)
    assert 1 in numbers(bench)


def test_purged_ranges_have_no_keys(postgres_database: URL) -> None:
    bench = events(postgres_database)
    plan, _, _ = bench.run(IN_A_CHUNK)
    with bench.target.writing() as connection:
        purge(connection, plan.plan_id)
        left = connection.execute(sa.select(CHUNK.c.body, CHUNK.c.row_keys)).all()
    assert {tuple(row) for row in left} == {(None, None)}
    with pytest.raises(GovernanceError):
        bench.verify(plan)


def test_a_hold_that_is_placed_while_a_range_waits_wins(postgres_database: URL) -> None:
    bench = events(postgres_database)
    plan = bench.plan(IN_A_CHUNK)
    with held_up(bench, plan, "SELECT 1 FROM events WHERE number = 8 FOR SHARE") as found:
        bench.hold("events", (8,))
        bench.hold("events", (9,))
    assert (found[0].roots, found[0].skipped) == (ROWS // 2 - 1, 1)
    assert numbers(bench) == {8, *range(1, ROWS, 2)}
    assert bench.verify(plan).holds


def test_a_row_that_gets_another_key_while_a_range_waits_is_another_row(
    postgres_database: URL,
) -> None:
    bench = events(postgres_database)
    bench.execute("UPDATE events SET body = ''")  # so that a changed row finds room in its block
    plan = bench.plan(IN_A_CHUNK)
    with held_up(bench, plan, "UPDATE events SET id = 801 WHERE number = 8") as found:
        pass
    assert (found[0].roots, found[0].skipped) == (ROWS // 2 - 1, 1)
    assert numbers(bench) == {8, *range(1, ROWS, 2)}
    assert bench.verify(plan).skipped == {"gone": 1}


def test_chunks_have_as_many_roots_as_their_rows_allow(
    any_database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = shop(any_database, 40)
    heavy = [{"id": 10_000 + n, "customer": 4, "day": n} for n in range(60)]
    with bench.target.engine.begin() as connection:
        connection.execute(bench.metadata.tables["orders"].insert(), heavy)
    monkeypatch.setattr(drafting, "ROWS_WITH_DEPENDANTS", 50)
    monkeypatch.setattr(drafting, "ROWS_ON_MARIADB", 50)
    plan = bench.plan(None)
    with bench.target.engine.connect() as connection:
        sizes = list(connection.execute(sa.select(CHUNK.c.roots).order_by(CHUNK.c.no)).scalars())
    assert sum(sizes) == plan.roots == 20
    assert sizes[0] == 1  # before the one with sixty orders, which has a chunk of its own
    assert sizes[1] == 1
    assert 2 <= max(sizes) <= 10
    assert bench.apply(plan).complete
    assert bench.verify(plan).holds
    assert len(bench.keys("customers")) == len(shop_rows(40)["customers"]) - 20


def test_a_lone_table_is_read_by_key_where_there_are_no_ranges(sqlite_database: URL) -> None:
    bench = events(sqlite_database)
    bench.run(IN_A_CHUNK)
    assert not any(ways(bench))
    assert numbers(bench) == set(range(1, ROWS, 2))
