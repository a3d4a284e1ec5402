"""A disk that is full: what was begun is undone, and it goes on when there is space again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.errors import SourceUnavailable
from tests.erasure.bench import Bench, dataset
from tests.erasure.own_server import own_server, small_disk
from tests.erasure.test_anonymise import KEY

pytestmark = pytest.mark.faults

ROWS = 900
#: As long as a pseudonym is.
HEX = 32


def test_sqlite_goes_on_when_its_disk_has_space_again(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, tmp_path.stat().st_uid):
        survives(URL.create("sqlite", database=str(disk / "d.sqlite")), disk)


@pytest.mark.server
def test_postgres_goes_on_when_its_tablespace_has_space_again(tmp_path: Path) -> None:
    with own_server("postgres", tmp_path) as (server, url):
        disk = server.data.parent / "disk"
        with small_disk(disk, server.data.stat().st_uid):
            survives(
                url, disk, "CREATE TABLESPACE small LOCATION '{}'", postgresql_tablespace="small"
            )


@pytest.mark.server
def test_mariadb_goes_on_when_its_tablespace_has_space_again(tmp_path: Path) -> None:
    with own_server("mariadb", tmp_path) as (server, url):
        disk = server.data.parent / "disk"
        with small_disk(disk, server.data.stat().st_uid):
            quoted = f"'{disk}'"
            survives(url, disk, mysql_data_directory=quoted, mariadb_data_directory=quoted)


def survives(url: URL, disk: Path, first: str = "", **where: str) -> None:
    metadata = sa.MetaData()
    table = sa.Table(
        "notes", metadata,
        sa.Column("id", sa.Integer, primary_key=True), sa.Column("body", sa.Text), **where,
    )  # fmt: skip
    bench = Bench(
        url, metadata, "notes", lambda c: sa.func.length(c.body) < HEX,
        datasets=[dataset(table)], actions={"body": "pseudonymise"}, key=KEY,
    )  # fmt: skip
    if first:
        with bench.target.engine.connect() as connection:
            apart = connection.execution_options(isolation_level="AUTOCOMMIT")
            apart.exec_driver_sql(first.format(disk))
    bench.create({"notes": [{"id": n, "body": f"{n}"} for n in range(1, ROWS + 1)]})
    plan, before = bench.plan(chunk_roots=ROWS // 3), bench.rows("notes")
    with filled(disk), pytest.raises(SourceUnavailable) as found:
        bench.apply(plan)
    assert (found.value.code, found.value.facts) == ("source_full", {"source": "shop"})
    changed = [row for row in bench.rows("notes") if row not in before]
    assert len(changed) % (ROWS // 3) == 0
    assert bench.apply(plan).complete
    assert bench.verify(plan).holds


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Leave not a byte free on a disk."""
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 12))
    try:
        yield
    finally:
        filler.unlink()
