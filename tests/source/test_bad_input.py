"""Bad databases and bad connections: each ends in a named error, in two languages, in time."""

from __future__ import annotations

import gc
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from pymysql.connections import MySQLResult
from sqlalchemy.engine import URL

from include.governance.errors import (
    ConfigurationError,
    GovernanceError,
    SourceError,
    SourceMismatch,
    SourceUnavailable,
)
from include.governance.source.connection import from_environment, parse
from include.governance.source.database import Source
from include.governance.source.dialect import read_only
from tests.source import tables

PASSWORD = "hunter2-top%secret$x/@:"
VALUE = "taro.yamada@mail.example"


def _says(error: GovernanceError, *, never: tuple[str, ...] = (PASSWORD, VALUE)) -> None:
    """Both languages say something of their own, and nothing that must not be said."""
    english, japanese = error.say("en"), error.say("ja")
    assert english != japanese
    assert any(ord(letter) > 0x3000 for letter in japanese)
    chain: BaseException | None = error
    while chain is not None:
        text = f"{english}{japanese}{chain}{chain!r}{getattr(chain, 'facts', '')}"
        assert not [word for word in never if word in text]
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)


@dataclass(frozen=True)
class BadText:
    """A connection's text and the code of its error."""

    id: str
    text: str | None
    code: str


BAD_CONNECTIONS = [
    BadText("nothing", None, "connection_missing"),
    BadText("empty", "", "connection_missing"),
    BadText("a word", "shop", "connection_type"),
    BadText("unknown type", "oracle://u:p@h/d", "connection_type"),
    BadText("another kind of service", "http://example.com", "connection_type"),
    BadText("port is no number", f"postgres://u:{PASSWORD[:7]}@h:p0rt/d", "connection_unreadable"),
    BadText("slash in the password", "postgres://u:hunter2-/x@h:5432/d", "connection_unreadable"),
    BadText("port too large", "postgres://u:p@h:99999/d", "connection_unreadable"),
    BadText("no IPv6 address", "postgres://u:p@[::1/d", "connection_unreadable"),
    BadText(
        "broken JSON", '{"conn_type": "postgres", "password": "hunter2-', "connection_unreadable"
    ),
    BadText(
        "JSON without a type", '{"host": "h", "password": "hunter2-"}', "connection_unreadable"
    ),
    BadText(
        "JSON with a text port", '{"conn_type": "mysql", "port": "x"}', "connection_unreadable"
    ),
    BadText("JSON with a list", '{"conn_type": ["mysql"]}', "connection_unreadable"),
    BadText("JSON with a number", '{"conn_type": "mysql", "host": 5}', "connection_unreadable"),
    BadText(
        "extra is no object", '{"conn_type": "mysql", "extra": "[1]"}', "connection_unreadable"
    ),
    BadText("extra in a URI is broken", "mysql://h/d?__extra__={", "connection_unreadable"),
    BadText("deep JSON", '{"extra": ' + "[" * 100_000, "connection_unreadable"),
]


@pytest.mark.parametrize("case", BAD_CONNECTIONS, ids=lambda case: case.id)
def test_a_bad_connection_is_named_and_its_text_is_not(case: BadText) -> None:
    env = {} if case.text is None else {"AIRFLOW_CONN_SHOP": case.text}
    with pytest.raises(ConfigurationError) as raised:
        from_environment(env, "shop").url()
    assert raised.value.code == case.code
    _says(raised.value, never=(PASSWORD, "hunter2-", "p0rt"))


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("sqlite:////data/a%20b.db", "sqlite:////data/a b.db"),
        ("sqlite:///data/a.db", "sqlite:////data/a.db"),
        ("postgres://u:p%40%2F@h:5433/d", "postgresql+psycopg://u:p%40%2F@h:5433/d"),
        ("postgresql://h/d?sslmode=require", "postgresql+psycopg://h/d?sslmode=require"),
        ("mysql://u@h/d", "mysql+pymysql://u@h/d"),
        ("postgres://u:p@h/%E4%BC%9A%E5%93%A1", "postgresql+psycopg://u:p@h/%E4%BC%9A%E5%93%A1"),
        (
            '{"conn_type": "mariadb", "host": "h", "login": "u", "password": "p", "schema": "d"}',
            "mysql+pymysql://u:p@h/d",
        ),
        (
            '{"conn_type": "postgres", "host": "h", "extra": "{\\"sslmode\\": \\"require\\"}"}',
            "postgresql+psycopg://h?sslmode=require",
        ),
    ],
)
def test_a_connection_is_read_as_airflow_reads_it(text: str, url: str) -> None:
    assert parse("shop", text).url().render_as_string(hide_password=False) == url


def test_a_connection_shows_neither_password_nor_extra() -> None:
    secret = json.dumps({"conn_type": "postgres", "password": PASSWORD, "extra": {"key": PASSWORD}})
    spec = parse("shop", secret)
    assert PASSWORD not in f"{spec!r}{spec}{spec.url()!r}{spec.url()}"[:200].split("?")[0]
    assert PASSWORD not in f"{spec!r}{spec}"


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


Make = Callable[[URL, Path], URL]


def _text_file(_: URL, folder: Path) -> URL:
    (folder / "no.db").write_text("id;email\n1;" + VALUE + "\n" * 2_000)
    return URL.create("sqlite", database=str(folder / "no.db"))


def _cut_file(url: URL, folder: Path) -> URL:
    tables.run(url, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)")
    tables.run(url, *(f"INSERT INTO t VALUES ({n}, '{'x' * 3_000}')" for n in range(50)))
    whole = Path(str(url.database)).read_bytes()
    (folder / "cut.db").write_bytes(whole[:20_000])
    return URL.create("sqlite", database=str(folder / "cut.db"))


NOT_OPENED: list[tuple[str, str, Make, str]] = [
    ("sqlite", "missing", lambda u, f: u.set(database=str(f / "no.db")), "file_missing"),
    ("sqlite", "folder", lambda u, f: u.set(database=str(f)), "source_unreadable"),
    ("sqlite", "not a database", _text_file, "source_unreadable"),
    ("sqlite", "cut off", _cut_file, "source_unreadable"),
    ("sqlite", "file: URI", lambda u, f: u.set(database=f"file:{f}/x.db"), "file_missing"),
    ("sqlite", "mode=rwc", lambda u, f: u.set(database=f"file:{f}/x.db?mode=rwc"), "file_missing"),
    ("postgres", "password", lambda u, _: u.set(password=PASSWORD), "login_refused"),
    ("postgres", "login", lambda u, _: u.set(username="誰か"), "login_refused"),
    ("postgres", "database", lambda u, _: u.set(database="nowhere"), "login_refused"),
    ("postgres", "port", lambda u, _: u.set(port=_closed_port()), "source_unavailable"),
    ("postgres", "host", lambda u, _: u.set(host="no.invalid"), "source_unavailable"),
    ("mariadb", "password", lambda u, _: u.set(password=PASSWORD), "login_refused"),
    ("mariadb", "login", lambda u, _: u.set(username="誰か"), "login_refused"),
    ("mariadb", "database", lambda u, _: u.set(database="nowhere"), "login_refused"),
    ("mariadb", "port", lambda u, _: u.set(port=_closed_port()), "source_unavailable"),
    ("mariadb", "host", lambda u, _: u.set(host="no.invalid"), "source_unavailable"),
]


@pytest.mark.parametrize(
    ("kind", "make", "code"),
    [pytest.param(k, m, c, id=f"{k}: {n}") for k, n, m, c in NOT_OPENED],
)
def test_a_source_that_cannot_be_opened(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, make: Make, code: str
) -> None:
    url = make(request.getfixturevalue(f"{kind}_database"), tmp_path)
    before = {file.name for file in tmp_path.iterdir()}
    source = Source("shop", url)
    for ask in (source.table_names, lambda: source.live_table("t"), lambda: _all(source, "t")):
        with pytest.raises(SourceError) as raised:
            ask()
        assert raised.value.code == code
        assert raised.value.retryable == (code == "source_unavailable")
        _says(raised.value, never=(PASSWORD, VALUE, str(url.host), str(tmp_path)))
    assert {file.name for file in tmp_path.iterdir()} == before, "nothing was created"


def _all(source: Source, table: str) -> list[object]:
    query = sa.select(sa.literal_column("*")).select_from(sa.table(table))
    return [row for batch in source.rows(query, table) for row in batch]


def test_a_missing_driver_is_named() -> None:
    with pytest.raises(ConfigurationError) as raised:
        Source("shop", URL.create("snowflake", host="h")).table_names()
    assert raised.value.code == "driver_missing"


def test_a_missing_table_or_column_is_a_mismatch(any_database: URL) -> None:
    tables.run(any_database, "CREATE TABLE t (id INTEGER PRIMARY KEY, mail VARCHAR(40))")
    source = Source("shop", any_database)
    asked: list[Callable[[], object]] = [
        lambda: source.live_table("nowhere"),
        lambda: source.count("nowhere"),
        lambda: _all(source, "nowhere"),
        lambda: list(source.rows(sa.select(sa.column("email")).select_from(sa.table("t")), "t")),
    ]
    for ask in asked:
        with pytest.raises(SourceMismatch) as raised:
            ask()
        assert raised.value.code == "table_missing"
        _says(raised.value)


def test_what_the_login_may_not_read_is_no_outage(
    request: pytest.FixtureRequest, subtests: pytest.Subtests
) -> None:
    """Trying again cannot help, so it is not tried again."""
    for kind in ("postgres", "mariadb"):
        with subtests.test(kind=kind):
            url: URL = request.getfixturevalue(f"{kind}_database")
            login = f"reader_{str(url.database)[-6:]}"
            own = url.set(username=login, password=PASSWORD)
            tables.run(
                url, "CREATE TABLE t (id INTEGER PRIMARY KEY)", "CREATE TABLE u (id INTEGER)"
            )
            with _login(url, login):
                source = Source("shop", own)
                assert source.count("u") == 0
                with pytest.raises(SourceMismatch) as raised:
                    source.count("t")
            assert raised.value.code == "access_denied"
            _says(raised.value)


@contextmanager
def _login(url: URL, login: str) -> Iterator[None]:
    if url.get_backend_name() == "postgresql":
        tables.run(url, f"CREATE ROLE {login} LOGIN PASSWORD '{PASSWORD.replace('%', '%%')}'")
        tables.run(url, f"GRANT SELECT ON u TO {login}")
    else:
        tables.run(url, f"CREATE USER {login} IDENTIFIED BY '{PASSWORD.replace('%', '%%')}'")
        tables.run(url, f"GRANT SELECT ON {url.database}.u TO {login}")
    try:
        yield
    finally:
        if url.get_backend_name() == "postgresql":
            tables.run(url, f"REVOKE ALL ON u FROM {login}", f"DROP ROLE {login}")
        else:
            tables.run(url, f"DROP USER {login}")


LOCKS = {
    "postgres": "LOCK TABLE t IN ACCESS EXCLUSIVE MODE",
    "mariadb": "LOCK TABLES t WRITE",
    "sqlite": "BEGIN EXCLUSIVE",
}


@pytest.mark.parametrize("kind", LOCKS)
def test_a_locked_table_is_given_up_in_time(request: pytest.FixtureRequest, kind: str) -> None:
    url: URL = request.getfixturevalue(f"{kind}_database")
    tables.run(url, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as other:
        other.exec_driver_sql(LOCKS[kind])
        source = Source("shop", url, lock_seconds=1)
        began = time.monotonic()
        with pytest.raises(SourceUnavailable) as raised:
            source.count("t")
        assert time.monotonic() - began < 10
        _says(raised.value)
        other.rollback()
        if kind == "mariadb":
            other.exec_driver_sql("UNLOCK TABLES")
    assert source.count("t") == 0


def test_every_connection_is_told_how_long_to_wait() -> None:
    """The library of the suites opens its own connections, by the same URL."""
    postgres = read_only(sa.make_url("postgresql+psycopg://h/d?options=-csearch_path%3Dx"))
    assert str(postgres.query["options"]).split(" -c ")[1:] == [
        "default_transaction_read_only=on",
        "row_security=off",
        "lock_timeout=30s",
        "statement_timeout=3600s",
        "cursor_tuple_fraction=1",
        "jit=off",
    ]
    mysql = read_only(sa.make_url("mysql+pymysql://h/d"))
    assert "lock_wait_timeout=30," in str(mysql.query["init_command"])
    assert mysql.query["read_timeout"] == "3600"
    assert read_only(sa.make_url("sqlite:////a%b?c#d.db")).query["timeout"] == "30"
    assert read_only(sa.make_url("sqlite://")).database in (None, "")


def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody listens, and says nothing."""
    monkeypatch.setattr("include.governance.source.dialect.CONNECT_SECONDS", 2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        for driver in ("postgresql+psycopg", "mysql+pymysql"):
            url = URL.create(driver, "u", "p", "127.0.0.1", silent.getsockname()[1], "d")
            began = time.monotonic()
            with pytest.raises(SourceUnavailable):
                Source("shop", url).table_names()
            assert time.monotonic() - began < 8


KILL = {
    "postgres": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name = 'daicho' AND datname = current_database()",
    "mariadb": "SELECT id FROM information_schema.processlist"
    " WHERE db = DATABASE() AND id <> CONNECTION_ID()",
}


def _cut(url: URL, kind: str) -> None:
    with sa.create_engine(
        url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT"
    ).connect() as own:
        for (found,) in own.exec_driver_sql(KILL[kind]).all():
            if kind == "mariadb":
                own.exec_driver_sql(f"KILL CONNECTION {int(found)}")


def _lost(source: Source, url: URL, kind: str) -> SourceError:
    query = sa.select(sa.column("id"), sa.column("v")).select_from(sa.table("t"))
    batches = source.rows(query, "t")
    next(batches)
    _cut(url, kind)
    try:
        list(batches)
    except SourceUnavailable as error:
        return error.with_traceback(None)
    raise AssertionError("read to the end")


@pytest.mark.parametrize("kind", KILL)
def test_a_connection_lost_in_the_middle_may_be_tried_again(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    url: URL = request.getfixturevalue(f"{kind}_database")
    tables.run(url, "CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(400))")
    with tables.writing(url) as connection:
        rows = [{"id": n, "v": VALUE * 12} for n in range(60_000)]
        connection.execute(sa.table("t", sa.column("id"), sa.column("v")).insert(), rows)
    source = Source("shop", url)
    _says(_lost(source, url, kind))
    assert VALUE not in caplog.text
    for found in gc.get_objects():  # PyMySQL would complain when they are collected
        if type(found) is MySQLResult:  # isinstance would load the lazy objects of Airflow
            found.unbuffered_active = False
    assert source.count("t") == 60_000


def test_a_long_statement_is_cut_off_by_the_server(postgres_database: URL) -> None:
    source = Source("shop", postgres_database)
    cutter = threading.Timer(1, _cut, (postgres_database, "postgres"))
    cutter.start()
    with pytest.raises(SourceUnavailable), source.reading() as connection:
        connection.exec_driver_sql("SELECT pg_sleep(60)")
    cutter.join()


WRITES = (
    *("INSERT INTO t VALUES (2, 'x')", "UPDATE t SET v = 'x'", "DELETE FROM t", "DROP TABLE t"),
    *("CREATE TABLE u (id INTEGER)", "ALTER TABLE t ADD w INTEGER", "CREATE INDEX i ON t (v)"),
)


@pytest.mark.parametrize("statement", WRITES)
def test_no_write_passes_through_a_source(any_database: URL, statement: str) -> None:
    """The database itself refuses, whatever this program might do."""
    tables.run(
        any_database,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(40))",
        f"INSERT INTO t VALUES (1, '{VALUE}')",
    )
    source = Source("shop", any_database)

    def write() -> None:
        with source.reading("t") as connection:
            connection.exec_driver_sql(statement)
            connection.commit()

    with pytest.raises(SourceError) as raised:
        write()
    _says(raised.value)
    with tables.writing(any_database) as connection:
        assert connection.exec_driver_sql("SELECT * FROM t").all() == [(1, VALUE)]
    assert source.table_names() == ("t",)


def test_a_url_to_read_from_cannot_write_either(any_database: URL) -> None:
    """Great Expectations is given this URL and opens its own connections."""
    tables.run(any_database, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    engine = sa.create_engine(read_only(any_database), poolclass=sa.NullPool)
    for statement in ("INSERT INTO t VALUES (1)", "DROP TABLE t", "CREATE TABLE u (id INTEGER)"):
        with pytest.raises(sa.exc.DBAPIError), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    with pytest.raises(sa.exc.DBAPIError), engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO t SELECT 1")


def test_a_path_of_any_name_is_opened_for_reading(tmp_path: Path) -> None:
    for name in ("a b.db", "100%.db", "what?.db", "a#b.db", "会員.db", "%41.db", "a;b&c=d.db"):
        url = URL.create("sqlite", database=str(tmp_path / name))
        tables.run(url, "CREATE TABLE t (id INTEGER)", "INSERT INTO t VALUES (1)")
        assert Source("shop", url).count("t") == 1


def test_broken_text_is_read_and_never_stops_a_table(sqlite_database: URL) -> None:
    tables.run(sqlite_database, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)")
    values = [
        "CAST(x'ff41fe' AS TEXT)",
        "'a' || char(0) || 'b'",
        "x'00ff'",
        f"'{'長' * 1_000_000}'",
    ]
    values += ["CAST(x'eda080' AS TEXT)", "NULL", "1.5", "9223372036854775807"]
    tables.run(sqlite_database, *(f"INSERT INTO t (v) VALUES ({value})" for value in values))
    found = [row[1] for row in _all(Source("shop", sqlite_database), "t")]  # type: ignore[index]
    assert len(found) == len(values)
    assert found[0] == "\ufffdA\ufffd"
    assert found[1] == "a\0b"
    assert len(str(found[3])) == 1_000_000


def test_dates_that_python_cannot_hold_come_as_text(postgres_database: URL) -> None:
    far = ("infinity", "-infinity", "0044-03-15 BC", "12026-01-01")
    tables.run(
        postgres_database,
        "CREATE TABLE t (d DATE, s TIMESTAMP, z TIMESTAMPTZ)",
        *(f"INSERT INTO t VALUES ('{v}', '{v}', '{v}')" for v in far),
    )
    rows = _all(Source("shop", postgres_database), "t")
    assert [type(v) for row in rows for v in row] == [str] * 12  # type: ignore[attr-defined]


def test_no_row_reaches_a_log_at_any_level(
    any_database: URL, caplog: pytest.LogCaptureFixture
) -> None:
    tables.run(
        any_database,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(40))",
        f"INSERT INTO t VALUES (1, '{VALUE}')",
    )
    with caplog.at_level("DEBUG"):
        source = Source("shop", any_database.set(query={**any_database.query}))
        assert len(_all(source, "t")) == 1
        wanted = (
            sa.select(sa.column("id")).select_from(sa.table("t")).where(sa.column("v") == VALUE)
        )
        assert list(source.rows(wanted, "t"))
    assert VALUE not in caplog.text
