"""Rows that a database would take along or change unseen: each way to hide them is refused."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.erasure.plan import prepare
from include.governance.erasure.target import Target
from include.governance.errors import PlanError
from tests.erasure.bench import Bench, dataset


def bench_of(url: URL, statements: list[str], root: str, **more: Any) -> Bench:
    """Tables made by statements; the schema of every contract is ``schema``."""
    engine, metadata = sa.create_engine(url), sa.MetaData()
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    metadata.reflect(engine)
    engine.dispose()
    schema = more.pop("schema", None)
    datasets = [
        dataset(table).model_copy(update={"schema_name": schema})
        for table in metadata.sorted_tables
    ]
    due = more.pop("due", lambda c: c.seen == 0)
    bench = Bench(url, metadata, root, due, datasets=datasets, **more)
    prepare(bench.target)
    return bench


def family(key: str, child: str, actions: str = "ON DELETE CASCADE") -> list[str]:
    """A parent whose row 1 is due, and a child that names it."""
    return [
        f"CREATE TABLE people (id {key} PRIMARY KEY, seen INT)",
        f"CREATE TABLE kids (id INT PRIMARY KEY, parent {child},"
        f" FOREIGN KEY (parent) REFERENCES people (id) {actions})",
        "CREATE INDEX kids_parent ON kids (parent)",
        "INSERT INTO people VALUES ('1', 0), ('2', 1)",
        "INSERT INTO kids VALUES (10, '1'), (20, '2')",
    ]


def test_a_contract_that_names_the_default_schema_hides_no_child(any_database: URL) -> None:
    home = {"postgresql": "public", "mysql": any_database.database, "sqlite": "main"}
    schema = home[any_database.get_backend_name()]
    bench = bench_of(any_database, family("BIGINT", "BIGINT"), "people", schema=schema)
    plan, _, verified = bench.run()
    assert [(step.table, step.rows) for step in plan.steps] == [("kids", 1), ("people", 1)]
    assert (bench.keys("kids"), bench.keys("people")) == ([20], [2])
    assert verified.holds
    twice = [*bench.datasets, bench.of("kids").model_copy(update={"schema_name": None})]
    bench.datasets = twice
    with pytest.raises(PlanError, match="two contracts"):
        bench.plan()


def test_a_table_that_the_catalogue_writes_otherwise_is_refused(sqlite_database: URL) -> None:
    bench = bench_of(sqlite_database, family("BIGINT", "BIGINT"), "people")
    bench.datasets = [bench.of("people").model_copy(update={"table": "People"}), bench.of("kids")]
    bench.root = "People"
    with pytest.raises(PlanError, match="exactly the name"):
        bench.plan()


@pytest.mark.parametrize(
    ("key", "child"),
    [
        pytest.param("INTEGER", "REAL", id="affinity"),
        pytest.param("INTEGER", "", id="no affinity"),
        pytest.param("TEXT COLLATE NOCASE", "TEXT", id="parent collation"),
        pytest.param("TEXT", "TEXT COLLATE RTRIM", id="child collation"),
    ],
)
def test_keys_that_sqlite_compares_otherwise_are_refused(
    sqlite_database: URL, key: str, child: str
) -> None:
    with pytest.raises(PlanError, match="equality"):
        bench_of(sqlite_database, family(key, child), "people").plan()


def test_keys_that_postgresql_compares_otherwise_are_refused(postgres_database: URL) -> None:
    bench = bench_of(postgres_database, family("VARCHAR(20)", "TEXT"), "people")
    assert bench.plan().roots == 1
    any_case = "provider = icu, locale = 'und-u-ks-level2', deterministic = false"
    bench.execute(f"CREATE COLLATION any_case ({any_case})")
    bench.execute("ALTER TABLE people ALTER id TYPE text COLLATE any_case")
    with pytest.raises(PlanError, match="equality"):
        bench.plan()
    bench.execute("ALTER TABLE people ALTER id TYPE char(10)")
    with pytest.raises(PlanError, match="equality"):
        bench.plan()


@pytest.fixture
def narrow(mariadb_database: URL) -> Iterator[tuple[Bench, str]]:
    """A bench on MariaDB whose login has rights on the whole database, but not PROCESS."""
    login = f"daicho_{secrets.token_hex(4)}"
    bench = bench_of(mariadb_database, family("BIGINT", "BIGINT"), "people")
    wide = bench.target
    bench.execute(f"CREATE USER {login}@'%%' IDENTIFIED BY 'pw'")
    try:
        bench.execute(f"GRANT ALL ON {mariadb_database.database}.* TO {login}@'%%'")
        yield bench, login
    finally:
        with wide.writing() as connection:
            connection.exec_driver_sql(f"DROP USER {login}@'%%'")


def test_what_a_mariadb_login_may_not_see_is_refused(narrow: tuple[Bench, str]) -> None:
    bench, login = narrow
    wide, name = bench.target, bench.url.database
    bench.target = Target("shop", bench.url.set(username=login, password="pw"))
    with pytest.raises(PlanError, match=r"GRANT PROCESS ON \*\.\* TO"):
        bench.plan()
    with wide.writing() as connection:
        connection.exec_driver_sql(f"GRANT PROCESS ON *.* TO {login}@'%%'")
    assert bench.run()[2].holds
    with wide.writing() as connection:
        connection.exec_driver_sql(f"REVOKE TRIGGER ON {name}.* FROM {login}@'%%'")
    with pytest.raises(PlanError, match="right to see triggers"):
        bench.plan()
    with wide.writing() as connection:
        connection.exec_driver_sql(f"GRANT TRIGGER ON {name}.people TO {login}@'%%'")
        connection.exec_driver_sql(f"GRANT TRIGGER ON {name}.kids TO {login}@'%%'")
        connection.exec_driver_sql(f"CREATE DATABASE {name}_2")
    try:
        with wide.writing() as connection:
            connection.exec_driver_sql(
                f"CREATE TABLE {name}_2.far (id INT PRIMARY KEY, parent BIGINT,"
                f" FOREIGN KEY (parent) REFERENCES {name}.people (id) ON DELETE CASCADE)"
            )
        with pytest.raises(PlanError, match="2 foreign keys of the database lead here"):
            bench.plan()
        bench.target = wide
        far = bench.of("kids").model_copy(update={"table": "far", "schema_name": f"{name}_2"})
        bench.datasets = [*bench.datasets, far]
        with pytest.raises(PlanError, match=f"in the database {name}_2"):
            bench.plan()
    finally:
        with wide.writing() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name}_2")


def test_a_foreign_key_that_comes_during_a_chunk_undoes_it(mariadb_database: URL) -> None:
    """MariaDB lets another table refer to one whose rows are locked."""
    bench = bench_of(mariadb_database, family("BIGINT", "BIGINT"), "people")
    bench.execute("CREATE TABLE late (id INT PRIMARY KEY, parent BIGINT, KEY (parent))")
    bench.execute("INSERT INTO late VALUES (1, 1)")
    plan = bench.plan()

    def refer(what: str, _no: int) -> None:
        if what == "locked":
            other = sa.create_engine(mariadb_database)
            with other.begin() as connection:
                connection.exec_driver_sql("SET foreign_key_checks = 0")
                connection.exec_driver_sql(
                    "ALTER TABLE late ADD FOREIGN KEY (parent) REFERENCES people (id)"
                    " ON DELETE CASCADE"
                )
            other.dispose()

    with pytest.raises(PlanError, match="since the plan was made"):
        bench.apply(plan, world=bench.world(watch=refer))
    with bench.target.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM late")) == 1
    assert bench.keys("people") == [1, 2]


def test_a_column_that_children_refer_to_keeps_its_value(any_database: URL) -> None:
    made = [
        "CREATE TABLE people (id BIGINT PRIMARY KEY, seen INT, mail VARCHAR(80) UNIQUE)",
        "CREATE TABLE kids (id INT PRIMARY KEY, mail VARCHAR(80),"
        " FOREIGN KEY (mail) REFERENCES people (mail) ON UPDATE CASCADE)",
        "INSERT INTO people VALUES (1, 0, 'a')",
        "INSERT INTO kids VALUES (1, 'a')",
    ]
    bench = bench_of(
        any_database, made, "people", actions={"mail": "null"}, due=lambda c: c.mail.is_not(None)
    )
    plan = bench.plan()
    with pytest.raises(PlanError, match="refer to column mail"):
        bench.apply(plan)
    assert bench.rows("kids") == [{"id": 1, "mail": "a"}]


def test_a_child_that_forgets_its_parent_is_not_referred_to_by_that(sqlite_database: URL) -> None:
    made = family("BIGINT", "BIGINT UNIQUE", "ON DELETE SET NULL")
    made.append(
        "CREATE TABLE toys (id INT PRIMARY KEY, kid BIGINT"
        " REFERENCES kids (parent) ON UPDATE CASCADE)"
    )
    with pytest.raises(PlanError, match="refer to column parent"):
        bench_of(sqlite_database, made, "people").plan()


@pytest.mark.parametrize("clause", ["ON CONFLICT REPLACE", "on conflict ignore"])
def test_a_clause_that_lets_changes_delete_rows_is_refused(
    sqlite_database: URL, clause: str
) -> None:
    made = [f"CREATE TABLE people (id INTEGER PRIMARY KEY, seen INT, dob TEXT UNIQUE {clause})"]
    with pytest.raises(PlanError, match="ON CONFLICT"):
        bench_of(sqlite_database, made, "people", actions={"dob": "null"}).plan()


def test_a_table_that_keeps_its_history_is_refused(mariadb_database: URL) -> None:
    bench = bench_of(mariadb_database, family("BIGINT", "BIGINT"), "people")
    bench.execute("ALTER TABLE kids ADD SYSTEM VERSIONING")
    with pytest.raises(PlanError, match="history"):
        bench.plan()
