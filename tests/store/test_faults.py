"""Kills, crowds and refusals leave the store in its old or its new state, never between."""

from __future__ import annotations

import subprocess
import sys
import threading
import traceback
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.errors import StoreError
from include.governance.store import Store, migrate, own_tables
from include.governance.store.engine import create_file
from include.governance.store.faults import StoreUnavailable
from tests.store.test_findings import PLACE, finding, sync
from tests.store.test_runs import begin, result

#: Runs one step and kills itself with SIGKILL before its n-th statement.
VICTIM = """
import os, signal, sys
from sqlalchemy import Engine, event
from include.governance.store import Store
from tests.store import test_faults
url, step, last = sys.argv[1], sys.argv[2], int(sys.argv[3])
store, count = Store(url), 0

@event.listens_for(Engine, "before_cursor_execute")
def kill(*_):
    global count
    count += 1
    if count > last:
        os.kill(os.getpid(), signal.SIGKILL)

getattr(test_faults, step)(store)
"""
Snapshot = dict[str, list[tuple[object, ...]]]


def save_again(store: Store) -> None:
    store.save_results("r1", "shop", "members", [result("r1", rows=2), result("r2"), result("r3")])


def sync_again(store: Store) -> None:
    store.sync_findings(
        "run 2026-11-30",
        [finding(1, 2), finding(5, fingerprint="new", table="carts")],
        {PLACE, ("S6-01", "shop", "orders")},
        *_when(store),
    )


def _when(store: Store):  # type: ignore[no-untyped-def]
    run = store.run("run 2026-11-30")
    assert run is not None
    return run.started_at, run.as_of


def snapshot(url: URL) -> Snapshot:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    metadata = sa.MetaData()
    with engine.connect() as connection:
        metadata.reflect(connection, only=sorted(own_tables()))
        return {
            table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
            for table in metadata.sorted_tables
        }


@pytest.mark.parametrize(("step", "stride"), [("save_again", 2), ("sync_again", 5)])
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.server)])
def test_a_kill_leaves_the_old_or_the_new_state(
    request: pytest.FixtureRequest, kind: str, step: str, stride: int
) -> None:
    url = request.getfixturevalue(f"{kind}_database")
    migrate.upgrade(url)
    store = Store(url)
    begin(store, "r1")
    store.save_results("r1", "shop", "members", [result("r1"), result("r2", rows=7)])
    sync(store, finding(1), finding(2, fingerprint="gone", table="orders"))
    before, killed, states = snapshot(url), 0, []
    for last in range(0, 60, stride):
        address = url.render_as_string(hide_password=False)
        victim = subprocess.run(
            [sys.executable, "-c", VICTIM, address, step, str(last)],
            capture_output=True,
            timeout=60,
            check=False,
        )
        states.append(snapshot(url))
        if victim.returncode == 0:
            break
        assert victim.returncode == -9, victim.stderr.decode()
        killed += 1
        assert states[-1] == before
    assert killed >= 2
    assert states[-1] != before


def test_writers_at_once_wait_for_each_other(any_database: URL) -> None:
    migrate.upgrade(any_database)
    begin(Store(any_database), "r1")
    faults: list[str] = []

    def write(name: str) -> None:
        try:
            store = Store(any_database)
            for at in range(15):
                store.save_results("r1", "shop", name, [result(table=name)])
                begin(store, f"{name} {at}", scope=name)
                store.set_watermark(name, str(at))
                store.newest_finished()
        except Exception:
            faults.append(traceback.format_exc())

    writers = [threading.Thread(target=write, args=(f"t{number}",)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=120)
    assert faults == []
    store = Store(any_database)
    assert len(store.results("r1")) == 4
    assert sum(run.status == "running" for run in store.runs(limit=1000)) == 5


def test_synchronisations_at_once_open_a_finding_once(any_database: URL) -> None:
    migrate.upgrade(any_database)
    begin(Store(any_database), "run 2026-11-30", verb="flag")
    faults: list[str] = []

    def write() -> None:
        try:
            sync_again(Store(any_database))
        except Exception:
            faults.append(traceback.format_exc())

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=120)
    assert faults == []
    events = Store(any_database).finding_events()
    assert [event.action for event in events] == ["opened", "opened"]


def test_an_error_of_the_database_quotes_nothing(store: Store, sqlite_database: URL) -> None:
    engine = sa.create_engine(sqlite_database, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE watermark")
    with pytest.raises(StoreError) as refused:
        store.set_watermark("canary-7f3a", "canary-7f3a")
    shown = "".join(traceback.format_exception(refused.value))
    assert refused.value.code == "store_refused"
    assert "canary" not in shown.replace('"canary-7f3a"', "")
    assert "INSERT" not in shown


def test_a_store_that_is_locked_too_long_may_be_tried_again(
    sqlite_database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate.upgrade(sqlite_database)
    monkeypatch.setattr("include.governance.store.engine.WAIT_SECONDS", 0)
    store = Store(sqlite_database)
    with Store(sqlite_database).writing(), pytest.raises(StoreUnavailable) as refused:
        store.set_watermark("a", "b")
    assert refused.value.retryable
    store.set_watermark("a", "b")


def test_a_server_that_does_not_answer_may_be_tried_again() -> None:
    with pytest.raises(StoreUnavailable):
        migrate.current("postgresql://nobody@127.0.0.1:1/none")


def test_readers_see_the_last_state_while_a_writer_works(store: Store) -> None:
    store.set_watermark("a", "old")
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE watermark SET value = 'new'"))
        assert store.watermark("a") == "old"
    assert store.watermark("a") == "new"


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("shopping list\n" * 100, "utf-8")
    with pytest.raises(StoreError) as refused:
        migrate.upgrade(f"sqlite:///{path}")
    assert refused.value.code == "store_refused"
    assert path.read_text("utf-8").startswith("shopping list")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as refused:
        create_file(tmp_path / "file" / "governance.db")
    assert refused.value.code == "store_no_file"
