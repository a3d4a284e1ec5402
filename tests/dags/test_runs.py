"""All DAGs on the planted demo: they succeed, and doing it again changes nothing."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import AIRFLOW_HOME
from tests.dags.conftest import AS_OF, Installation, Run
from tests.dags.test_structure import NAMES, READ_SOURCES

SOURCES = {"crm", "dwh", "gov", "ops", "shop", "support"}
NIGHT = datetime(2026, 11, 29, 16, tzinfo=UTC)
WRITTEN_PER_RUN = {"run", "rule_result", "classification"}


def written(installation: Installation) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of what outlives a run, without the time it was written."""
    with sqlite3.connect(installation.store) as store:
        return {
            "finding": store.execute(
                "SELECT fingerprint, control, severity, status, due, first_seen, document, row_refs"
                " FROM finding ORDER BY fingerprint"
            ).fetchall(),
            "finding_event": store.execute(
                "SELECT fingerprint, action, to_status, at FROM finding_event ORDER BY event_id"
            ).fetchall(),
            "plan": store.execute("SELECT digest, document_sha256 FROM plan").fetchall(),
            "plan_step": store.execute("SELECT * FROM plan_step").fetchall(),
            "watermark": store.execute("SELECT * FROM watermark").fetchall(),
        }


def judged(installation: Installation, run_id: str, verb: str) -> list[tuple[Any, ...]]:
    """What a DAG run concluded, without its name."""
    with sqlite3.connect(installation.store) as store:
        return store.execute(
            "SELECT r.verb, r.scope, r.status, r.counts, source, table_name, position, control,"
            " rule, x.status, row_count, document, row_refs FROM run r JOIN rule_result x"
            " USING (run_id) WHERE run_id LIKE ? AND verb = ? ORDER BY 1, 2, 5, 6, 7",
            (f"{run_id}:%", verb),
        ).fetchall()


@pytest.mark.slow
def test_all_dags_succeed_and_a_second_time_changes_nothing(
    installation: Installation, run: Run
) -> None:
    """One that only scans has no ledger, and needs none."""
    for folder in ("ledger", "ledger-keys"):
        shutil.rmtree(installation.home / folder)
    (installation.home / "ledger.pub").unlink()
    done = {name: run(name, day=NIGHT, as_of=AS_OF) for name in NAMES}
    assert {name: d.state for name, d in done.items()} == dict.fromkeys(NAMES, "success")

    for name, task_id in READ_SOURCES.items():
        scopes = SOURCES | {"registers"} if name == "check" else SOURCES
        assert set(done[name].shown(task_id)) == scopes, "the page shows the source's name"
    assert done["flag"].result("conclude")["result"] == "fail"
    assert done["flag"].result("conclude")["not_evaluated"] == 0
    assert set(done["report"].result("write")) == {"en", "ja"}
    assert watermark() == AS_OF

    tables, before = installation.tables(), written(installation)
    assert len(before["finding_event"]) == len(before["finding"]) > 20

    # The same DAG run again, as when somebody clears it: not one row more.
    again = {name: run(name, day=NIGHT, as_of=AS_OF) for name in NAMES}
    assert {name: d.state for name, d in again.items()} == dict.fromkeys(NAMES, "success")
    assert again["flag"].run_id == done["flag"].run_id
    assert written(installation) == before
    assert installation.tables() == tables

    # Another run of the same day writes down what it saw, once, and that is the same.
    other = [run(name, as_of=AS_OF) for name in ("scan", "check", "flag")]
    assert [d.state for d in other] == ["success"] * 3
    assert written(installation) == before
    assert {name: rows for name, rows in installation.tables().items() if rows != tables[name]} == {
        name: tables[name] * 2 for name in WRITTEN_PER_RUN
    }
    for earlier, later in zip(("scan", "check", "flag"), other, strict=True):
        first = judged(installation, done[earlier].run_id, earlier)
        assert judged(installation, later.run_id, earlier) == first
        assert len(first) > 5


def watermark() -> str:
    """What the scan wrote down beside its asset, in Airflow's own database."""
    with sqlite3.connect(AIRFLOW_HOME / "airflow.db") as database:
        ((value,),) = database.execute(
            "SELECT value FROM asset_state_store JOIN asset ON asset.id = asset_id"
            " WHERE asset.name = 'daicho_scanned' AND key = 'watermark'"
        ).fetchall()
    return str(value).strip('"')
