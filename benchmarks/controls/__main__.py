"""Time check and flag on the demo company beside hand-written SQL for the same controls.

    python -m benchmarks.controls                         # scale 20, a minute
    python -m benchmarks.controls --scale 1000 --pairs 3  # five million rows
    python -m benchmarks.controls --slow                  # also how its statements are run

All six sources lie in one PostgreSQL database, since one statement by hand reads them all; that of
``make services``, or ``--url``. The statements are those of ``statements.sql``, one a control; what
a detector finds is on neither side. Both are run once before they are timed. Exit 1 when the target
is missed, or when both do not find the same rows.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from sqlalchemy import URL

from benchmarks.controls.by_hand import by_hand
from benchmarks.controls.governed import Governed
from benchmarks.controls.shapes import recorded, shapes
from benchmarks.erasure.__main__ import address
from benchmarks.erasure.databases import PREFIX
from benchmarks.erasure.timing import Figure
from include.demo.build import build
from include.demo.ready import AS_OF
from include.demo.schema import SOURCES

TARGET = 2.0


def main() -> int:
    """Build, warm up, time in pairs, print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.controls", description=__doc__)
    options.add_argument("--scale", type=int, default=20, help="300 members and 5,200 rows each")
    options.add_argument("--pairs", type=int, default=3, help="repetitions; medians are compared")
    options.add_argument("--url", help="a PostgreSQL of your own")
    options.add_argument(
        "--slow", action="store_true", help="print the slowest statements and how they are run"
    )
    given = options.parse_args()
    server = cast("URL", address("postgres", given.url))
    with built(server, given.scale) as url, tempfile.TemporaryDirectory() as folder:
        governed = Governed(Path(folder), url)
        found, wanted = governed.rows(), by_hand(url, AS_OF)
        differ = {c: (n, found.get(c)) for c, n in wanted.items() if found.get(c) != n}
        for control, (own, other) in sorted(differ.items()):
            print(f"{control}: {own} rows by hand, {other} found")
        hand: list[float] = []
        ours: list[float] = []
        for _ in range(given.pairs):
            hand.append(seconds(lambda: by_hand(url, AS_OF)))
            ours.append(seconds(governed.judge))
        ratio = statistics.median(a / b for a, b in zip(ours, hand, strict=True))
        for figure in (
            Figure(f"{len(wanted)} statements by hand", statistics.median(hand), unit="s"),
            Figure("check and flag, all sources", statistics.median(ours), unit="s"),
            Figure("ratio", ratio, TARGET),
        ):
            print(figure.line())
        if given.slow:
            with recorded() as asked:
                governed.judge()
            for line in shapes(asked):
                print(line)
    return 0 if ratio <= TARGET and not differ else 1


def seconds(work: Callable[[], object]) -> float:
    """What the clock shows."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextmanager
def built(server: URL, scale: int) -> Iterator[URL]:
    """The planted demo company in one database, analysed; gone at the end."""
    name = f"{PREFIX}controls"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    url = server.set(database=name)
    with admin.connect() as connection:
        connection.exec_driver_sql(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        )
    try:
        engines = {source: sa.create_engine(url) for source in SOURCES}
        began = datetime.now(UTC)
        rows = build(engines, variant="planted", scale=scale)
        for engine in engines.values():
            engine.dispose()
        with sa.create_engine(
            url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
        ).connect() as connection:
            connection.exec_driver_sql("VACUUM (ANALYZE)")
        took = (datetime.now(UTC) - began).total_seconds()
        print(f"{sum(rows.values()):,} rows in one database, built in {took:.0f} s", flush=True)
        yield url
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


if __name__ == "__main__":
    sys.exit(main())
