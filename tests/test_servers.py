"""The databases that the tests get are real, empty, their own and gone afterwards."""

import os

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from tests import servers
from tests.conftest import clean_environment

JAPANESE = "髙橋 﨑子 𠮷野家 ☎"


def _names(server: URL, query: str) -> set[str]:
    engine = sa.create_engine(server, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return set(connection.execute(sa.text(query)).scalars())


def test_a_database_is_empty_and_keeps_japanese_text(any_database: URL) -> None:
    engine = sa.create_engine(any_database, poolclass=sa.NullPool)
    people = sa.Table("people", sa.MetaData(), sa.Column("name", sa.String(100)))
    with engine.begin() as connection:
        assert sa.inspect(connection).get_table_names() == []
        people.create(connection)
        connection.execute(people.insert().values(name=JAPANESE))
        assert connection.execute(sa.select(people.c.name)).scalar_one() == JAPANESE


def test_postgres_drops_a_database_that_is_still_in_use(postgres_url: URL) -> None:
    with servers.postgres_database(postgres_url) as url:
        connection = sa.create_engine(url).connect()
    assert url.database not in _names(postgres_url, "SELECT datname FROM pg_database")
    connection.invalidate()


def test_mariadb_drops_a_database_that_is_still_in_use(mariadb_url: URL) -> None:
    with servers.mariadb_database(mariadb_url) as url:
        connection = sa.create_engine(url).connect()
        connection.execute(sa.text("CREATE TABLE t (id INT) ENGINE=InnoDB"))
        connection.execute(sa.text("SELECT * FROM t"))  # an open transaction holds the table
    assert url.database not in _names(mariadb_url, "SHOW DATABASES")
    connection.invalidate()


def test_postgres_is_as_careful_as_in_production(postgres_url: URL) -> None:
    settings = "SELECT name || '=' || setting FROM pg_settings"
    assert {"fsync=on", "full_page_writes=on", "synchronous_commit=on"} <= _names(
        postgres_url, settings
    )


@pytest.mark.parametrize("name", ["postgres_url", "mariadb_url", "redis_url"])
def test_a_server_is_on_this_machine(name: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(name)
    assert sa.make_url(url).host == "127.0.0.1"


def test_a_missing_server_skips_here_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAICHO_TEST_POSTGRES", raising=False)
    monkeypatch.setattr(servers, "ADDRESSES", servers.ROOT / "no-such-file")
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception, match="run make services"):
        servers.postgres()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="run make services"):
        servers.postgres()


def test_a_stopped_server_is_said_to_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("DAICHO_TEST_REDIS", "redis://:x@127.0.0.1:1/0")
    with pytest.raises(pytest.fail.Exception, match=r"127\.0\.0\.1:1 does not answer"):
        servers.redis()


def test_the_developers_settings_do_not_reach_a_test() -> None:
    shell = {
        "AIRFLOW_CONN_SHOP": "x", "AIRFLOW__CORE__EXECUTOR": "x", "DAICHO_KEY": "x",
        "DAICHO_TEST_REDIS": "kept", "TZ": "Asia/Tokyo", "LC_ALL": "ja_JP.UTF-8", "COLUMNS": "999",
    }  # fmt: skip
    cleaned = clean_environment(shell)
    assert set(shell) & set(cleaned) == {"DAICHO_TEST_REDIS", "TZ"}
    assert os.environ["AIRFLOW_HOME"] == cleaned["AIRFLOW_HOME"]
