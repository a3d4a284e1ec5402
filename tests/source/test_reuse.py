"""Within a verb: one connection, one description, one attempt; and nothing left open after it."""

from __future__ import annotations

import socket
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from include.governance.errors import SourceUnavailable
from include.governance.source.database import Source
from include.governance.source.dialect import CHANCE, in_sets
from include.governance.source.reuse import reusing
from tests.source.tables import run

SESSION = {"postgresql": "SELECT pg_backend_pid()", "mysql": "SELECT CONNECTION_ID()"}
OPEN = {
    "postgresql": "SELECT pid FROM pg_stat_activity WHERE application_name = 'daicho'"
    " AND datname = current_database()",
    "mysql": "SELECT id FROM information_schema.processlist"
    " WHERE db = DATABASE() AND id <> CONNECTION_ID()",
}
KILL = {"postgresql": "SELECT pg_terminate_backend({})", "mysql": "KILL CONNECTION {}"}


@pytest.fixture(params=["postgres_database", "mariadb_database"])
def server(request: pytest.FixtureRequest) -> URL:
    url = request.getfixturevalue(request.param)
    assert isinstance(url, URL)
    run(url, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    return url


def _session(url: URL) -> object:
    with Source("shop", url).reading() as connection:
        return connection.scalar(sa.text(SESSION[url.get_backend_name()]))


def _open(url: URL) -> list[int]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return list(connection.scalars(sa.text(OPEN[url.get_backend_name()])))


def test_a_connection_is_used_again_and_closed_at_the_end(server: URL) -> None:
    with reusing():
        first = _session(server)
        with reusing():  # a verb within a verb
            assert _session(server) == first
        assert _open(server) == [first]
        assert (_session(in_sets(server)) == first) is (server.get_backend_name() == "mysql")
    assert _open(server) == []
    assert _session(server) != first


def test_each_read_sees_what_was_committed_before_it(server: URL) -> None:
    with reusing():
        assert Source("shop", server).count("t") == 0
        run(server, "INSERT INTO t VALUES (1)")
        assert Source("shop", server).count("t") == 1


def test_a_connection_lost_between_two_reads_is_opened_again(server: URL) -> None:
    with reusing():
        first = _session(server)
        engine = sa.create_engine(server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(KILL[server.get_backend_name()].format(first))
        assert _session(server) not in (None, first)


def test_a_table_is_described_once_per_verb(any_database: URL) -> None:
    run(any_database, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    with reusing():
        before = Source("shop", any_database).live_table("t")
        run(any_database, "ALTER TABLE t ADD COLUMN v INTEGER")
        assert Source("shop", any_database).live_table("t") is before
    with reusing():
        described = Source("shop", any_database).live_table("t")
    assert [column.name for column in described.columns] == ["id", "v"]


def test_any_number_of_reads_within_reads_wait_for_nobody(any_database: URL) -> None:
    run(any_database, "CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    query = sa.select(sa.column("id")).select_from(sa.table("t"))
    with reusing():
        source = Source("shop", any_database)
        streams = [source.rows(query, "t") for _ in range(20)]
        assert [next(stream) for stream in streams] == [[(1,)]] * 20
        for stream in streams:
            stream.close()


def test_a_seed_draws_the_same_rows_on_a_used_connection(sqlite_database: URL) -> None:
    run(sqlite_database, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    drawn = sa.select(getattr(sa.func, CHANCE)(7))
    with reusing():
        source = Source("shop", sqlite_database)
        assert list(source.rows(drawn, "t")) == list(source.rows(drawn, "t"))


def test_a_server_that_did_not_answer_is_not_asked_again_in_the_same_verb() -> None:
    """A hundred rules would each wait for it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        asked: list[int] = []
        threading.Thread(target=_hang_up, args=(listening, asked), daemon=True).start()
        url = URL.create("postgresql+psycopg", "u", "p", *listening.getsockname(), "d")
        after: list[int] = []
        for _ in range(2):
            with reusing():
                for table in ("a", "b", "c"):
                    with pytest.raises(SourceUnavailable) as caught:
                        Source("shop", url).count(table)
                    assert caught.value.facts == {"source": "shop", "table": table}
                    after.append(len(asked))
        assert after[0] > 0
        assert after == [after[0]] * 3 + [after[0] * 2] * 3


def _hang_up(listening: socket.socket, asked: list[int]) -> None:
    while True:
        try:
            each, _ = listening.accept()
        except OSError:
            return
        asked.append(1)
        each.close()
