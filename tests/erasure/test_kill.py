"""kill -9 at random moments: what is gone is exactly what the receipts say, and it finishes."""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import time
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.erasure.quarantine import sealed_rows
from include.governance.erasure.quarantine_seal import Seal
from include.governance.erasure.tables import DONE, RECEIPT
from tests.erasure.bench import Bench
from tests.erasure.shop import shop, shop_tables
from tests.erasure.test_quarantine import Kept, back, everything

# They look at locks of the whole server, so nothing else may run beside them.
pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("DAICHO_TEST_KILLS", "32"))
SHARE = {"sqlite": 0.5, "postgresql": 0.25, "mysql": 0.25}


def work(url: str, plan: Any, started: Any, seal: Seal | None = None) -> None:
    """One worker, slowed a little so that a kill may fall anywhere in a chunk."""
    bench = Bench(sa.make_url(url), shop_tables(), "customers", lambda c: c.seen == 0)

    def watch(what: str, _chunk: int) -> None:
        started.set()
        time.sleep(0.004)

    bench.apply(plan, world=bench.world(watch=watch, sleep=time.sleep), seal=seal)


def test_a_killed_worker_leaves_nothing_half_done(any_database: URL) -> None:
    kills = math.ceil(SHARE[any_database.get_backend_name()] * KILLS)
    bench = shop(any_database, 8 * kills)
    before = {t.name: len(bench.keys(t.name)) for t in bench.metadata.sorted_tables}
    plan = bench.plan(chunk_roots=1)
    context, random = multiprocessing.get_context("fork"), Random(7)
    url = any_database.render_as_string(hide_password=False)
    for _ in range(kills):
        kill(context.Process, (url, plan, started := context.Event()), started, random)
        accounted(bench, before)
    assert bench.apply(plan).complete
    accounted(bench, before)
    verified = bench.verify(plan)
    assert verified.holds
    assert verified.roots == plan.roots == 4 * kills
    assert bench.keys("customers") == list(range(1, 8 * kills, 2))
    assert bench.plan().roots == 0


def kill(process: Any, given: tuple[Any, ...], started: Any, random: Random) -> None:
    """Let a worker begin, and end it at once a moment later."""
    worker = process(target=work, args=given)
    worker.start()
    assert started.wait(60)
    time.sleep(random.uniform(0, 0.05))
    assert worker.pid
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()


def test_what_a_killed_worker_removed_comes_back_exactly(any_database: URL) -> None:
    kills = math.ceil(SHARE[any_database.get_backend_name()] * KILLS / 4)
    bench = shop(any_database, 8 * kills)
    before, plan = everything(bench), bench.plan(chunk_roots=1)
    kept, context, random = Kept(bench, plan), multiprocessing.get_context("fork"), Random(7)
    url = any_database.render_as_string(hide_password=False)
    for _ in range(kills):
        started = context.Event()
        kill(context.Process, (url, plan, started, kept.seal), started, random)
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
