"""A table on which nothing hangs: a governed delete beside one plain DELETE."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

import sqlalchemy as sa

from benchmarks.erasure import shop
from benchmarks.erasure.connections import plain
from benchmarks.erasure.databases import Server
from benchmarks.erasure.governed import Governed
from benchmarks.erasure.timing import Cost, Figure

#: Rows of the table for each row that is erased, and the other way round.
ALL_OF_DUE = 3.7


def measured(server: Server, pairs: int, rows: int) -> Iterator[Figure]:
    """Whole numbers as keys, then UUIDs, which stand in no order on the disk."""
    for uuids in (False, True):
        tables = shop.leaves(uuids)
        number = round(rows / 2 * ALL_OF_DUE)
        rows_of = iter([("events", shop.events(number, uuids))])
        with server.filled("leaf", tables, rows_of):
            found = [_pair(server, tables) for _ in range(pairs)]
        keys = "UUID" if uuids else "bigint"
        yield Figure(
            f"leaf, {keys} keys: governed apply beside one DELETE, wall",
            median(ours.wall / raw.wall for raw, ours in found),
            1.35 if server.engine == "postgres" else None,
        )  # fmt: skip
        if server.engine == "postgres":
            yield Figure(
                f"leaf, {keys} keys: ... CPU of server and client",
                median(ours.work_per_row / raw.work_per_row for raw, ours in found),
            )  # fmt: skip
        yield Figure(f"leaf, {keys} keys: governed apply",
                     median(ours.rows / ours.wall for _, ours in found), unit="rows/s")  # fmt: skip


def _pair(server: Server, tables: sa.MetaData) -> tuple[Cost, Cost]:
    raw, ours = server.cost(), server.cost()
    with server.copy("leaf", tables) as url, plain(url) as connection:
        table = tables.tables["events"]
        with raw:
            done = connection.execute(sa.delete(table).where(table.c.sent_at < shop.EVENTS_CUTOFF))
            connection.commit()
        raw.rows = done.rowcount
    with server.copy("leaf", tables) as url:
        governed = Governed(url, tables, "events", lambda c: c.sent_at < shop.EVENTS_CUTOFF)
        plan = governed.plan()
        governed.timed(plan, ours)
    assert ours.rows == raw.rows
    return raw, ours
