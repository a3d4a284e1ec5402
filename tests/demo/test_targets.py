"""The servers hold the same rows as SQLite, in databases of plain names."""

from __future__ import annotations

import pytest
from sqlalchemy import URL

from include.demo.build import build
from include.demo.targets import create_databases, drop_databases, open_engines, server_urls
from tests.demo.conftest import Demo, fingerprint


@pytest.mark.parametrize("prefix", ["", "Demo", "demo-1", "x" * 41, 'a"; drop'])
def test_a_prefix_that_is_no_plain_name_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        server_urls(URL.create("postgresql+psycopg"), prefix)


def test_a_mariadb_address_speaks_full_unicode() -> None:
    urls = server_urls(URL.create("mariadb+pymysql", host="db"), "demo")
    assert urls["gov"].database == "demo_gov"
    assert urls["gov"].query["charset"] == "utf8mb4"


def on_server(admin: URL) -> str:
    prefix = "daicho_demo_test"
    drop_databases(admin, prefix)
    create_databases(admin, prefix)
    engines = open_engines(create_databases(admin, prefix))
    try:
        build(engines, variant="planted", seed=7)
        build(engines, variant="planted")
        return fingerprint(engines)
    finally:
        for engine in engines.values():
            engine.dispose()
        drop_databases(admin, prefix)


@pytest.mark.server
def test_postgresql_holds_the_same_rows(planted: Demo, postgres_url: URL) -> None:
    assert on_server(postgres_url) == fingerprint(planted.engines)


@pytest.mark.server
def test_mariadb_holds_the_same_rows(planted: Demo, mariadb_url: URL) -> None:
    assert on_server(mariadb_url) == fingerprint(planted.engines)
