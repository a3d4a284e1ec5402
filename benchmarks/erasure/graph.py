"""The graph of six tables: governed batches beside raw ones, and beside one transaction."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from statistics import median

import sqlalchemy as sa
from sqlalchemy import URL, make_url

from benchmarks.erasure import raw
from benchmarks.erasure.connections import plain
from benchmarks.erasure.databases import Server
from benchmarks.erasure.governed import Governed
from benchmarks.erasure.shop import CUTOFF, tables
from benchmarks.erasure.timing import Cost, Figure
from include.governance.model.erasure import ErasurePlan

DUE = f"last_activity_at < '{CUTOFF}' AND status = 'active'"
#: What a governed batch may cost beside the same batch raw.
APPLY = {"postgres": 1.10, "sqlite": 1.2, "mariadb": 1.2}
#: With fewer rows there are so few chunks that what the first one prepares for all of them shows.
SMALL, SMALL_APPLY = 500_000, 1.15


def subject(url: URL) -> Governed:
    """Customers inactive for eight years, unless an order of theirs is younger."""
    return Governed(
        url, tables(), "customers",
        lambda c: sa.and_(c.last_activity_at < CUTOFF, c.status == "active"),
        guards={"orders": lambda c: c.ordered_at >= CUTOFF},
    )  # fmt: skip


@dataclass
class Pair:
    """What one database gave, half of its batches deleted raw and half governed."""

    raw: Cost
    governed: Cost
    opening: Cost


def interleaved(server: Server) -> Pair:
    """Delete raw between governed chunks, so that both meet the same machine."""
    pair = Pair(server.cost(), server.cost(), server.cost())
    with server.copy("graph", tables()) as url:
        governed = subject(url)
        plan = governed.plan()
        keys = governed.chunks(plan)
        mine = [no for no in keys if no % 4 in (0, 3)]
        governed.closed(mine)
        with plain(url) as connection:
            raw.careful(connection)

            def before() -> bool:
                if not pair.opening.wall:
                    pair.opening.stop()
                pair.governed.start()
                return False

            def after(what: str, _chunk: int) -> None:
                if what == "committed":
                    pair.governed.stop()
                    if mine:
                        with pair.raw as cost:
                            cost.rows += raw.delete_batch(connection, keys[mine.pop(0)])

            pair.opening.start()
            pair.governed.rows = governed.apply(plan, cancelled=before, watch=after).rows
    return pair


@dataclass
class Whole:
    """Full runs of the same plan, each in its own copy."""

    giant: Cost
    batched: Cost
    plan: Cost
    apply: Cost
    verify: Cost
    two: Cost


def whole(server: Server) -> Whole:
    """One transaction, raw batches, plan and apply and verify, and apply with two workers."""
    found = Whole(*(server.cost() for _ in range(6)))
    with server.copy("graph", tables()) as url, plain(url) as connection, found.giant:
        found.giant.rows = raw.delete_at_once(connection, DUE)
    with server.copy("graph", tables()) as url:
        governed = subject(url)
        with found.plan:
            plan = governed.plan()
        found.plan.rows = sum(step.rows for step in plan.steps)
        with found.apply:
            found.apply.rows = governed.apply(plan).rows
        with found.verify:
            assert governed.verify(plan).holds
    with server.copy("graph", tables()) as url:
        governed = subject(url)
        keys = governed.chunks(governed.plan())
        with plain(url) as connection:
            raw.careful(connection)
            with found.batched:
                for some in keys.values():
                    found.batched.rows += raw.delete_batch(connection, some)
    if server.engine != "sqlite":
        with server.copy("graph", tables()) as url:
            governed = subject(url)
            plan = governed.plan()
            _two_workers(url, plan, found.two)
            assert governed.verify(plan).holds
    return found


def _two_workers(url: URL, plan: ErasurePlan, cost: Cost) -> None:
    """Processes of their own, as the scheduler's tasks are; their start does not count."""
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(3, timeout=3_600)
    address = url.render_as_string(hide_password=False)
    workers = [context.Process(target=_work, args=(address, plan, together)) for _ in range(2)]
    for worker in workers:
        worker.start()
    together.wait()
    with cost:
        together.wait()
    for worker in workers:
        worker.join()


def _work(address: str, plan: ErasurePlan, together: Barrier) -> None:
    governed = subject(make_url(address))
    together.wait()
    governed.apply(plan)
    together.wait()


def measured(server: Server, pairs: int, rows: int) -> Iterator[Figure]:
    """Ratios as medians over the pairs."""
    halves = [interleaved(server) for _ in range(pairs)]
    apply, said = APPLY[server.engine], ""
    if rows < SMALL and apply < SMALL_APPLY:
        said = f" ({apply:g} from {SMALL:,} rows on)"
        apply = SMALL_APPLY
    yield Figure(
        f"graph: governed chunk beside raw batch, wall{said}",
        median(p.governed.wall_per_row / p.raw.wall_per_row for p in halves), apply,
    )  # fmt: skip
    yield Figure(
        "graph: ... CPU of server and client",
        median(p.governed.work_per_row / p.raw.work_per_row for p in halves), apply,
    )  # fmt: skip
    if server.engine != "sqlite":
        yield Figure(
            "graph: ... CPU of the server",
            median(p.governed.cpu_per_row / p.raw.cpu_per_row for p in halves), apply,
        )  # fmt: skip
    yield Figure("graph: gate before the first chunk", median(p.opening.wall for p in halves),
                 unit="s")  # fmt: skip
    longest = median(p.governed.longest for p in halves)
    yield Figure("graph: longest governed chunk", 1e3 * longest, 250, "ms")
    runs = [whole(server) for _ in range(pairs)]
    postgres = server.engine == "postgres"
    if postgres:
        yield Figure("graph: CPU of governed apply beside one transaction",
                     median(r.apply.cpu / r.giant.cpu for r in runs), 1.3)  # fmt: skip
        yield Figure("graph: two workers beside one transaction, wall",
                     median(r.two.wall / r.giant.wall for r in runs), 0.65)  # fmt: skip
    yield Figure("graph: whole apply beside raw batches, wall",
                 median(r.apply.wall / r.batched.wall for r in runs))  # fmt: skip
    yield Figure("graph: plan beside raw batches, wall",
                 median(r.plan.wall / r.batched.wall for r in runs),
                 0.5 if postgres else None)  # fmt: skip
    yield Figure("graph: ... CPU of server and client",
                 median(r.plan.work_per_row / r.batched.work_per_row for r in runs))  # fmt: skip
    yield Figure("graph: verify beside raw batches, wall",
                 median(r.verify.wall / r.batched.wall for r in runs),
                 0.15 if postgres else None)  # fmt: skip
    yield Figure("graph: governed apply", median(r.apply.rows / r.apply.wall for r in runs),
                 unit="rows/s")  # fmt: skip
    yield Figure("graph: one transaction", median(r.giant.rows / r.giant.wall for r in runs),
                 unit="rows/s")  # fmt: skip
