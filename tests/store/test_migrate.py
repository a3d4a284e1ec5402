"""The store's tables come from migrations alone, whoever runs them and how often."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, insert, inspect

from include.governance.errors import StoreError
from include.governance.store import Store, migrate, own_tables, schema
from include.governance.store.engine import open_engine, reading, store_url, writing
from tests.store.conftest import AT


def tables(url: URL) -> set[str]:
    with reading(open_engine(store_url(url))) as connection:
        return set(inspect(connection).get_table_names())


def test_migrations_make_exactly_the_declared_tables(any_database: URL) -> None:
    migrate.upgrade(any_database)
    with reading(open_engine(store_url(any_database))) as connection:
        options = {"version_table": schema.VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, schema.metadata) == []
    assert tables(any_database) == own_tables()


def test_upgrading_twice_changes_nothing_and_down_leaves_nothing(any_database: URL) -> None:
    migrate.upgrade(any_database)
    migrate.upgrade(any_database)
    assert migrate.is_current(any_database)
    migrate.downgrade(any_database, "base")
    assert tables(any_database) == {schema.VERSION_TABLE}
    assert migrate.current(any_database) is None
    migrate.upgrade(any_database)
    assert migrate.is_current(any_database)


def test_what_an_older_version_wrote_survives_the_upgrade(any_database: URL) -> None:
    migrate.upgrade(any_database, "0001")
    with writing(open_engine(store_url(any_database))) as connection:
        connection.execute(
            insert(schema.RUN_TABLE).values(
                run_id="old",
                verb="scan",
                scope="shop",
                as_of=AT.date(),
                policy_version="2026-04",
                status="pass",
                started_at=AT,
                finished_at=AT,
                counts="{}",
            )
        )
    with pytest.raises(StoreError) as refused:
        Store(any_database)
    assert refused.value.code == "store_version"
    migrate.upgrade(any_database)
    assert [run.run_id for run in Store(any_database).newest_finished()] == ["old"]


def test_the_version_in_the_schema_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [schema.VERSION]


def test_processes_that_upgrade_at_once_do_not_break(any_database: URL) -> None:
    code = "import sys; from include.governance.store import migrate; migrate.upgrade(sys.argv[1])"
    address = any_database.render_as_string(hide_password=False)
    running = [
        subprocess.Popen([sys.executable, "-c", code, address], stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    complaints = [process.communicate(timeout=120)[1].decode() for process in running]
    assert [process.returncode for process in running] == [0] * 4, complaints
    assert migrate.is_current(any_database)


def test_a_sqlite_store_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "made" / "deeper" / "governance.db"
    migrate.upgrade(f"sqlite:///{path}")
    Store(f"sqlite:///{path}").set_watermark("shop", "1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700
    modes = {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes == {0o600}


def test_only_an_upgrade_makes_a_file(tmp_path: Path) -> None:
    path = tmp_path / "governance.db"
    assert migrate.current(f"sqlite:///{path}") is None
    with pytest.raises(StoreError) as refused:
        Store(f"sqlite:///{path}")
    assert refused.value.code == "store_missing"
    assert not path.exists()


def test_a_store_of_another_version_is_refused(any_database: URL) -> None:
    if path := any_database.database if any_database.get_backend_name() == "sqlite" else None:
        Path(path).touch()
    with pytest.raises(StoreError) as refused:
        Store(any_database)
    assert refused.value.code == "store_version"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "store_url"),
        ("no url", "store_url"),
        ("sqlite://", "store_in_memory"),
        ("sqlite:///:memory:", "store_in_memory"),
        ("sqlite:///file:x?mode=memory&uri=true", "store_in_memory"),
        ("mssql+pyodbc://x/y", "store_backend"),
        ("nothing://x/y", "store_backend"),
    ],
)
def test_an_address_that_cannot_hold_a_store_is_refused(url: str, code: str) -> None:
    with pytest.raises(StoreError) as refused:
        migrate.current(url)
    assert refused.value.code == code


def test_a_refused_login_is_told_without_host_or_password(postgres_url: URL) -> None:
    wrong = postgres_url.set(password="canary-7f3a", username="nobody_here")
    with pytest.raises(StoreError) as refused:
        migrate.current(wrong)
    assert not refused.value.retryable
    assert "canary" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_a_store_beside_another_companys_tables_leaves_them_alone(any_database: URL) -> None:
    migrate.upgrade(any_database)
    engine = open_engine(store_url(any_database))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE gov_holds (hold_id INTEGER)")
    migrate.downgrade(any_database, "base")
    migrate.upgrade(any_database)
    assert tables(any_database) == own_tables() | {"gov_holds"}
