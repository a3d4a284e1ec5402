"""kill -9 at random moments: what is gone is exactly what the receipts say, and it finishes."""

from __future__ import annotations

import time
from functools import partial
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.erasure.pace import Pace
from include.governance.erasure.quarantine import sealed_rows
from include.governance.erasure.quarantine_seal import Seal
from include.governance.erasure.tables import DONE, RECEIPT
from include.governance.model.erasure import Applied
from tests.erasure.bench import QUICK, Bench
from tests.erasure.kills import kills, strike
from tests.erasure.shop import shop, shop_tables
from tests.erasure.test_quarantine import Kept, back, everything

# They look at locks of the whole server, so nothing else may run beside them.
pytestmark = pytest.mark.faults


def work(url: URL, plan: Any, seal: Seal | None, started: Any, pace: Pace = QUICK) -> Applied:
    """One worker, slowed a little so that a kill may fall anywhere in a chunk."""
    bench = Bench(url, shop_tables(), "customers", lambda c: c.seen == 0)

    def watch(what: str, _chunk: int) -> None:
        started.set()
        time.sleep(0.004)

    world = bench.world(watch=watch, sleep=time.sleep)
    return bench.apply(plan, world=world, seal=seal, pace=pace)


def test_a_killed_worker_leaves_nothing_half_done(any_database: URL) -> None:
    number = kills("apply", any_database)
    bench = shop(any_database, 8 * number)
    before = {t.name: len(bench.keys(t.name)) for t in bench.metadata.sorted_tables}
    plan, random = bench.plan(chunk_roots=1), Random(7)
    for _ in range(number):
        strike(partial(work, any_database, plan, None), random)
        accounted(bench, before)
    assert bench.apply(plan).complete
    accounted(bench, before)
    verified = bench.verify(plan)
    assert verified.holds
    assert verified.roots == plan.roots == 4 * number
    assert bench.keys("customers") == list(range(1, 8 * number, 2))
    assert bench.plan().roots == 0


def test_what_a_killed_worker_removed_comes_back_exactly(any_database: URL) -> None:
    number = kills("keep", any_database)
    bench = shop(any_database, 8 * number)
    before, plan = everything(bench), bench.plan(chunk_roots=1)
    kept, random = Kept(bench, plan), Random(7)
    for _ in range(number):
        strike(partial(work, any_database, plan, kept.seal), random)
        with bench.target.snapshot() as connection:
            sealed = sealed_rows(connection, plan.plan_id)
            receipts = connection.scalar(sa.select(sa.func.sum(RECEIPT.c.row_count))) or 0
            assert sealed == receipts
    assert back(kept.undo()) == sealed
    assert everything(bench) == before


def accounted(bench: Bench, before: dict[str, int]) -> None:
    """Receipts = rows gone, table by table; every chunk once."""
    with bench.target.engine.connect() as connection:
        query = sa.select(RECEIPT.c.step, sa.func.sum(RECEIPT.c.row_count)).group_by(RECEIPT.c.step)
        receipts = {step: int(rows) for step, rows in connection.execute(query)}
        chunks = connection.execute(sa.select(DONE.c.no)).scalars().all()
    assert len(set(chunks)) == len(chunks)
    gone = {name: rows - len(bench.keys(name)) for name, rows in before.items()}
    assert gone["customers"] == len(chunks)
    assert sum(gone.values()) + forgotten(bench) == sum(receipts.values())


def forgotten(bench: Bench) -> int:
    return sum(row["customer"] is None for row in bench.rows("notes"))
