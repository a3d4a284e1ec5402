"""Somebody who goes on working while rows are erased: how long they wait at most."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from random import Random
from statistics import median
from typing import Any

import sqlalchemy as sa

from benchmarks.erasure import shop
from benchmarks.erasure.databases import Server
from benchmarks.erasure.graph import subject
from benchmarks.erasure.timing import Figure


def measured(server: Server, pairs: int) -> Iterator[Figure]:
    """A chunk of the product's own size, and customers who come back while it is at work."""
    found = [_run(server) for _ in range(pairs)]
    yield Figure(
        "a writer beside apply: longest wait", median(each[0] for each in found), 400, "ms"
    )
    yield Figure("a writer beside apply: customers who came back", sum(each[1] for each in found),
                 unit="rows")  # fmt: skip
    yield Figure("a writer beside apply: of these erased", sum(each[2] for each in found), 0,
                 "rows")  # fmt: skip


def _run(server: Server) -> tuple[float, int, int]:
    with server.copy("graph", shop.tables()) as url:
        governed = subject(url)
        plan = governed.plan()
        due = [key for keys in governed.chunks(plan).values() for key in keys]
        context = multiprocessing.get_context("spawn")
        stop, results = context.Event(), context.Queue()
        writer = context.Process(
            target=work, args=(url.render_as_string(hide_password=False), due, stop, results)
        )
        writer.start()
        results.get(timeout=60)
        governed.apply(plan)
        stop.set()
        longest, back = results.get(timeout=60)
        writer.join()
        with governed.target.snapshot() as connection:
            there = sa.table("customers", sa.column("customers_id"))
            left = set(connection.execute(sa.select(there.c.customers_id)).scalars())
    return 1e3 * longest, len(back), len(set(back) - left)


def work(url: str, due: list[int], stop: Any, results: Any) -> None:
    """Bring customers back one by one, as fast as the database lets us."""
    random, longest, back = Random(5), 0.0, []
    today = shop.TODAY
    with sa.create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        cursor = raw.cursor()
        results.put("ready")
        while not stop.is_set():
            key = random.choice(due)
            began = time.perf_counter()
            cursor.execute(
                "UPDATE customers SET last_activity_at = %s WHERE customers_id = %s", (today, key)
            )
            longest = max(longest, time.perf_counter() - began)
            if cursor.rowcount:
                back.append(key)
            time.sleep(0.002)
    results.put((longest, back))
