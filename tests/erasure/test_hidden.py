"""Rows that a database would take along or change unseen: each way to hide them is refused."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.erasure.plan import prepare
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
