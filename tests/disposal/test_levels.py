"""Space is given back, the database shows it, and the bytes of erased rows are gone."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.disposal import levels_postgres
from include.governance.disposal.levels import reclaim
from include.governance.erasure.tables import purge
from include.governance.errors import PlanError, SourceUnavailable
from tests.erasure.bench import Bench
from tests.erasure.shop import shop

GONE, STAYS = b"c2@example.jp", b"c3@example.jp"
PLACES = [(None, name) for name in ("customers", "orders", "items", "inquiries", "notes")]


def erased(url: URL) -> Bench:
    bench = shop(url)
    bench.execute("CREATE INDEX customers_email ON customers (email)")
    bench.execute("ANALYZE TABLE customers" if "mysql" in url.drivername else "ANALYZE")
    plan, _, verified = bench.run()
    assert verified.holds
    with bench.target.writing() as connection:
        purge(connection, plan.plan_id)
    return bench


def heap(bench: Bench, table: str = "customers") -> bytes:
    """Every byte of a PostgreSQL table's file, as it lies on the disk."""
    bench.execute("CHECKPOINT")
    with bench.target.engine.connect() as connection:
        read = sa.text("SELECT pg_read_binary_file(pg_relation_filepath(:name))")
        return bytes(connection.execute(read, {"name": table}).scalar_one())


@pytest.mark.parametrize("level", [2, 3])
@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_the_bytes_are_gone_from_the_sqlite_file(tmp_path: Path, level: int, journal: str) -> None:
    path = tmp_path / "shop.db"
    url = URL.create("sqlite", database=str(path))
    with sa.create_engine(url).connect() as connection:
        connection.exec_driver_sql(f"PRAGMA journal_mode = {journal}")
    bench = erased(url)
    reached, evidence = reclaim(bench.target, PLACES, level)
    assert reached == level
    assert evidence[0].after["secure_delete"] == "1"
    left = b"".join(each.read_bytes() for each in sorted(tmp_path.iterdir()))
    assert STAYS in left
    assert GONE not in left


def test_postgres_shows_the_vacuum_and_a_new_file(postgres_database: URL) -> None:
    bench = erased(postgres_database)
    assert GONE in heap(bench)
    reached, evidence = reclaim(bench.target, PLACES, 2)
    assert reached == 2
    assert {each.table for each in evidence} >= {name for _, name in PLACES}
    assert all(each.after["dead_rows"] == "0" for each in evidence)
    assert all(each.after["last_vacuum"] != each.before["last_vacuum"] for each in evidence)
    with bench.target.engine.connect() as connection:
        samples = str(connection.execute(sa.text("SELECT * FROM pg_stats")).all())
    assert GONE.decode() not in samples
    reached, evidence = reclaim(bench.target, PLACES, 3)
    assert reached == 3
    assert all(each.after["file"] != each.before["file"] for each in evidence)
    assert STAYS in heap(bench)
    assert GONE not in heap(bench)
    assert GONE not in heap(bench, "customers_email")


def test_postgres_does_not_claim_what_an_old_transaction_holds_back(postgres_database: URL) -> None:
    bench = shop(postgres_database)
    with bench.target.engine.connect() as old:
        old = old.execution_options(isolation_level="REPEATABLE READ")
        old.execute(sa.text("SELECT count(*) FROM customers"))
        bench.run()
        with pytest.raises(PlanError) as refused:
            reclaim(bench.target, PLACES, 2)
    assert refused.value.code == "level_rows_seen"
    with pytest.raises(PlanError) as refused:
        reclaim(bench.target, [(None, "nowhere")], 2)
    assert refused.value.code == "level_not_shown"
    assert reclaim(bench.target, PLACES, 2)[0] == 2


def test_postgres_waits_for_nobody_when_it_writes_anew(
    postgres_database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(levels_postgres, "LOCK_TIMEOUT", "200ms")
    bench = erased(postgres_database)
    with bench.target.engine.connect() as reader:
        reader.execute(sa.text("SELECT count(*) FROM customers"))
        with pytest.raises(SourceUnavailable):
            reclaim(bench.target, PLACES, 3)


def test_a_table_of_any_name_is_found(postgres_database: URL) -> None:
    bench = shop(postgres_database)
    name = 'o"d%(d)s:%%'
    bench.execute(sa.schema.CreateTable(sa.Table(name, sa.MetaData(), sa.Column("a", sa.Integer))))
    _, (evidence, *_) = reclaim(bench.target, [(None, name)], 2)
    assert evidence.table == name


def test_partitions_are_looked_at_one_by_one(postgres_database: URL) -> None:
    bench = shop(postgres_database)
    bench.execute("CREATE TABLE days (d int NOT NULL) PARTITION BY RANGE (d)")
    for part in (1, 2):
        bench.execute(
            f"CREATE TABLE days_{part} PARTITION OF days FOR VALUES FROM ({part}) TO ({part + 1})"
        )
    _, evidence = reclaim(bench.target, [(None, "days")], 3)
    assert [each.table for each in evidence][:2] == ["days/days_1", "days/days_2"]


def test_mariadb_rebuilds_because_it_cannot_show_less(mariadb_database: URL) -> None:
    bench = erased(mariadb_database)
    reached, evidence = reclaim(bench.target, PLACES, 2)
    assert reached == 3
    assert all(each.after["space"] != each.before["space"] for each in evidence)
