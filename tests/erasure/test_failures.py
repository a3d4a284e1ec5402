"""What a database refuses for good is told as what it is, and the chunk it came in is undone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import URL
from sqlalchemy.engine.interfaces import DBAPIConnection

from include.governance.erasure.failures import as_ours
from include.governance.errors import PlanError, SourceUnavailable
from include.governance.source.faults import translated
from tests.erasure.bench import Bench, dataset
from tests.erasure.shop import shop_rows, shop_tables
from tests.erasure.test_anonymise import KEY

_FULL = {
    "postgres": "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '53100'; END $$",
    "mariadb": "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1114",
}
_READ_ONLY = {
    "postgres": "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '25006'; END $$",
    "mariadb": "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1290",
}


@pytest.mark.server
@pytest.mark.parametrize("server", ["postgres", "mariadb"])
def test_a_servers_own_number_tells_what_it_is(request: pytest.FixtureRequest, server: str) -> None:
    engine = sa.create_engine(request.getfixturevalue(f"{server}_url"))
    for statement, code in ((_FULL, "source_full"), (_READ_ONLY, "erasure_read_only")):
        with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError) as raised:
            connection.exec_driver_sql(statement[server])
        ours = as_ours(raised.value, "shop", "p-1")
        assert (ours.code, ours.facts) == (code, {"source": "shop"})
    with pytest.raises(SourceUnavailable) as full, translated("shop"), engine.connect() as planning:
        planning.exec_driver_sql(_FULL[server])
    assert (full.value.code, full.value.retryable) == ("source_full", True)
    engine.dispose()


def test_a_full_database_keeps_the_chunk_and_the_run_goes_on_later(sqlite_database: URL) -> None:
    metadata = sa.MetaData()
    table = sa.Table(
        "notes", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("body", sa.Text)
    )
    bench = Bench(
        sqlite_database, metadata, "notes", lambda c: c.id > 0,
        datasets=[dataset(table)], actions={"body": "pseudonymise"}, key=KEY,
    )  # fmt: skip
    bench.create({"notes": [{"id": n, "body": f"{n}"} for n in range(1, 901)]})
    plan, before = bench.plan(chunk_roots=300), bench.rows("notes")
    sa.event.listen(bench.target.engine, "connect", _no_page_more)
    with pytest.raises(SourceUnavailable, match=r"shop: the database has no space left") as found:
        bench.apply(plan)
    assert found.value.say("ja") != found.value.say("en")
    sa.event.remove(bench.target.engine, "connect", _no_page_more)
    assert bench.rows("notes") == before
    assert bench.apply(plan).complete
    assert not [row for row in bench.rows("notes") if len(row["body"]) != 32]


def _no_page_more(connection: DBAPIConnection, _record: object) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages:d}")


def test_a_value_that_the_database_refuses_is_told_without_it(any_database: URL) -> None:
    metadata = shop_tables()
    metadata.tables["customers"].append_constraint(sa.CheckConstraint("email <> 'erased'"))
    bench = Bench(
        any_database, metadata, "customers", lambda c: c.seen == 0, actions={"email": "fixed"}
    )
    bench.create(shop_rows(6))
    plan, before = bench.plan(), bench.rows("customers")
    with pytest.raises(PlanError, match=r"Plan plan-1: shop refused a change") as found:
        bench.apply(plan)
    assert found.value.say("ja") != found.value.say("en")
    assert "example.jp" not in found.value.say("en")
    assert bench.rows("customers") == before
