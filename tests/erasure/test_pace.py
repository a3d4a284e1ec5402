"""Erasing waits for replicas that fall behind, and not for ever."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.erasure.pace import Pace
from include.governance.errors import SourceUnavailable
from tests.erasure.bench import Bench
from tests.erasure.shop import shop

GENTLE = Pace(most_lag_mb=4)


def with_replica(url: URL, behind: int) -> Bench:
    """A shop in whose database a table stands where the server shows its replicas."""
    bench = shop(url, 6)
    bench.execute("CREATE SCHEMA shown")
    bench.execute(
        "CREATE VIEW shown.lsn AS SELECT pg_current_wal_lsn() AS now, '0/0'::pg_lsn AS zero"
    )
    bench.execute("CREATE TABLE shown.pg_stat_replication (state text, replay_lsn pg_lsn)")
    bench.execute(
        "INSERT INTO shown.pg_stat_replication SELECT 'streaming',"
        f" greatest(zero, now - {behind}) FROM shown.lsn UNION ALL SELECT 'backup', zero"
        " FROM shown.lsn UNION ALL SELECT 'streaming', NULL"
    )
    name = url.database
    bench.execute(f"ALTER DATABASE {name} SET search_path = public, shown, pg_catalog")
    return bench


def test_a_replica_that_is_behind_is_waited_for(postgres_database: URL) -> None:
    bench = with_replica(postgres_database, 12 << 20)
    plan = bench.plan(1)
    sleeps: list[float] = []

    def sleep(seconds: float) -> None:
        sleeps.append(seconds)
        if len(sleeps) == 3:
            bench.execute("UPDATE shown.pg_stat_replication SET replay_lsn = pg_current_wal_lsn()")

    applied = bench.apply(plan, world=bench.world(sleep=sleep), pace=GENTLE)
    assert (applied.roots, applied.complete, applied.retries) == (3, True, 0)
    assert sleeps[:3] == [1.0, 1.0, 1.0]
    assert bench.verify(plan).holds


def test_a_replica_that_stays_behind_ends_the_run_and_nothing_is_lost(
    postgres_database: URL,
) -> None:
    bench = with_replica(postgres_database, 12 << 20)
    plan = bench.plan(1)
    with pytest.raises(SourceUnavailable, match=r"replica stays 1\d MB behind") as found:
        bench.apply(plan, pace=Pace(most_lag_mb=4, longest_lag=5))
    assert found.value.retryable
    assert found.value.say("ja") != found.value.say("en")
    with pytest.raises(SourceUnavailable, match="replica stays"):
        bench.rehearse(plan, pace=GENTLE)
    assert len(bench.keys("customers")) == 6
    assert bench.apply(plan, pace=Pace(most_lag_mb=10_000)).complete


def test_somebody_who_cancels_is_heard_while_replicas_catch_up(postgres_database: URL) -> None:
    bench = with_replica(postgres_database, 12 << 20)
    plan = bench.plan(1)
    left = iter([False, False, True])
    applied = bench.apply(plan, world=bench.world(cancelled=lambda: next(left)), pace=GENTLE)
    assert (applied.cancelled, applied.chunks) == (True, 0)
    with bench.target.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM customers")) == 6


def test_a_rest_follows_each_chunk_in_proportion_to_its_time(sqlite_database: URL) -> None:
    bench = shop(sqlite_database, 6)
    plan = bench.plan(1)
    ticks, sleeps = iter(range(0, 1_000, 2)), list[float]()
    world = bench.world(seconds=lambda: float(next(ticks)), sleep=sleeps.append)
    assert bench.apply(plan, world=world, pace=Pace(nice=0.25)).chunks == 3
    assert sleeps == [0.5, 0.5, 0.5]


def test_a_rehearsal_goes_on_behind_a_chunk_that_has_its_receipt(sqlite_database: URL) -> None:
    bench = shop(sqlite_database, 6)
    plan = bench.plan(1)
    stops = iter([False, True])
    assert bench.apply(plan, world=bench.world(cancelled=lambda: next(stops))).chunks == 1
    bench.execute("UPDATE daicho_erasure_chunk SET state = 'open'")
    rehearsed = bench.rehearse(plan)
    assert (rehearsed.chunks, rehearsed.roots) == (2, 2)
    assert len(bench.keys("customers")) == 5
