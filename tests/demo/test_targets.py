"""The servers hold the same rows as SQLite, in databases of plain names."""

from __future__ import annotations

import pytest
from sqlalchemy import URL, Engine, text

from include.demo.build import build
from include.demo.targets import create_databases, drop_databases, open_engines, server_urls
from include.governance.errors import ConfigurationError
from tests.demo.conftest import Demo, fingerprint


@pytest.mark.parametrize("prefix", ["", "Demo", "demo-1", "x" * 41, 'a"; drop'])
def test_a_prefix_that_is_no_plain_name_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        server_urls(URL.create("postgresql+psycopg"), prefix)


def test_a_mariadb_address_speaks_full_unicode() -> None:
    urls = server_urls(URL.create("mariadb+pymysql", host="db"), "demo")
    assert urls["gov"].database == "demo_gov"
    assert urls["gov"].query["charset"] == "utf8mb4"


#: What a user may have built on a table of the demo, by what it is called.
THEIRS = {
    "postgresql": {
        "public.their_view": "CREATE VIEW their_view AS SELECT member_id FROM shop_members",
        "other.their_table": "CREATE TABLE other.their_table"
        " (id integer REFERENCES public.shop_members (member_id))",
        "public.their_matview": "CREATE MATERIALIZED VIEW their_matview"
        " AS SELECT count(*) FROM shop_orders",
    },
    "mysql": {
        "their_table": "CREATE TABLE their_table (id INTEGER, FOREIGN KEY (id)"
        " REFERENCES shop_members (member_id))",
    },
}


def refused_while_in_use(shop: Engine, engines: dict[str, Engine]) -> None:
    """What a user built on the demo is named; nothing of it or of the demo is dropped."""
    kind = "postgresql" if shop.dialect.name == "postgresql" else "mysql"
    with shop.begin() as connection:
        if kind == "postgresql":
            connection.execute(text("CREATE SCHEMA other"))
        for statement in THEIRS[kind].values():
            connection.execute(text(statement))
    with pytest.raises(ConfigurationError) as raised:
        build(engines, variant="planted")
    assert raised.value.code == "demo_in_use"
    for name in THEIRS[kind]:
        assert name in raised.value.say("ja")
    with shop.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM shop_members")) == 300
        for name, statement in THEIRS[kind].items():
            dropped = statement.removeprefix("CREATE ").split(f" {name.split('.')[-1]}")[0]
            what = "TABLE" if dropped.startswith("TABLE") else dropped
            connection.execute(text(f"DROP {what} {name}"))


def on_server(admin: URL) -> str:
    prefix = "daicho_demo_test"
    drop_databases(admin, prefix)
    create_databases(admin, prefix)
    engines = open_engines(create_databases(admin, prefix))
    try:
        build(engines, variant="planted", seed=7)
        refused_while_in_use(engines["shop"], engines)
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
