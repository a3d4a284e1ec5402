"""The real scheduler: the chain runs by itself, refuses what it should, and survives kill -9."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import time
from typing import Any

import httpx
import psutil
import pytest

from tests.canary import canaries
from tests.e2e.airflow_server import Server, wait
from tests.e2e.conftest import SOURCES

AS_OF = "2026-11-30"
pytestmark = [pytest.mark.slow, pytest.mark.faults]


def store(server: Server, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of the governance store."""
    with sqlite3.connect(server.home / "demo" / "governance.db") as connection:
        return connection.execute(query, values).fetchall()


def judged(server: Server, run_id: str, verb: str) -> list[tuple[Any, ...]]:
    """What a DAG run concluded, without its name."""
    return store(
        server,
        "SELECT r.verb, r.scope, r.status, r.counts, source, table_name, position, control, rule,"
        " x.status, row_count, document, row_refs FROM run r JOIN rule_result x USING (run_id)"
        " WHERE run_id LIKE ? AND verb = ? ORDER BY 1, 2, 5, 6, 7",
        f"{run_id}:%",
        verb,
    )


def shown(server: Server, dag: str, run_id: str, task: str) -> list[str]:
    """The names of the mapped tasks, as the page shows them."""
    found = server.tasks(dag, run_id)
    return sorted(t["rendered_map_index"] for t in found if t["task_id"] == task)


def test_one_trigger_runs_scan_check_and_flag(server: Server) -> None:
    answer = server.trigger("daicho_scan", as_of=AS_OF)
    assert answer.status_code == 200
    for verb in ("scan", "check", "flag"):
        run = server.wait_for_run(f"daicho_{verb}", 0)
        assert (verb, run["state"]) == (verb, "success")
        mapped = sorted([*SOURCES, "registers"] if verb == "check" else SOURCES)
        assert shown(server, f"daicho_{verb}", run["dag_run_id"], f"{verb}_source") == mapped
        tasks = server.tasks(f"daicho_{verb}", run["dag_run_id"])
        assert {(t["state"], t["try_number"]) for t in tasks} == {("success", 1)}
        if verb == "scan":  # the orders are read in two parts
            assert shown(server, "daicho_scan", run["dag_run_id"], "read_part") == ["shop", "shop"]
            assert store(server, "SELECT 1 FROM scan_part") == []

    # The run of the last DAG judged the day that was asked of the first.
    assert (run["run_type"], run["conf"]) == ("asset_triggered", {})
    path = f"dags/daicho_flag/dagRuns/{run['dag_run_id']}/taskInstances/conclude"
    outcome = server.get(f"{path}/xcomEntries/return_value", deserialize="true")["value"]
    assert (outcome["as_of"], outcome["result"], outcome["not_evaluated"]) == (AS_OF, "fail", 0)
    assert outcome["findings"] == len(store(server, "SELECT 1 FROM finding WHERE status = 'open'"))
    with sqlite3.connect(server.home / "airflow" / "airflow.db") as metadata:
        kept = metadata.execute("SELECT key, value FROM asset_state_store").fetchall()
    assert [(key, value.strip('"')) for key, value in kept] == [("watermark", AS_OF)]


def test_a_run_that_was_killed_twice_completes_and_nothing_is_doubled(server: Server) -> None:
    """First the process of a task, then the scheduler with everything it started."""
    before = store(server, "SELECT fingerprint, action FROM finding_event ORDER BY event_id")
    run_id = server.trigger("daicho_scan", as_of=AS_OF).json()["dag_run_id"]

    def scanning() -> list[dict[str, Any]]:
        tasks = server.tasks("daicho_scan", run_id)
        return [t for t in tasks if t["task_id"] == "scan_source" and t["state"] == "running"]

    (victim, *_) = wait(scanning, lambda found: bool(found and found[0]["pid"]), 60)
    with contextlib.suppress(ProcessLookupError):
        os.kill(victim["pid"], signal.SIGKILL)
    wait(scanning, lambda found: any(t["id"] != victim["id"] for t in found), 60)
    server.kill("scheduler")
    server.begin("scheduler")

    (run,) = wait(
        lambda: [r for r in server.runs("daicho_scan") if r["dag_run_id"] == run_id],
        lambda found: found[0]["state"] in ("success", "failed"),
        180,
    )
    assert run["state"] == "success"
    assert max(t["try_number"] for t in server.tasks("daicho_scan", run_id)) > 1

    first = server.runs("daicho_scan")[0]["dag_run_id"]
    assert judged(server, run_id, "scan") == judged(server, first, "scan")
    assert store(server, "SELECT run_id FROM run WHERE verb = 'scan' AND status = 'running'") == []
    columns = (
        "SELECT source, table_name, position, document FROM classification WHERE run_id LIKE ?"
    )
    verdicts = [store(server, f"{columns} ORDER BY 1, 2, 3", f"{r}:%") for r in (run_id, first)]
    assert verdicts[0] == verdicts[1]
    assert (
        store(server, "SELECT fingerprint, action FROM finding_event ORDER BY event_id")[
            : len(before)
        ]
        == before
    )


def test_what_is_no_day_or_no_parameter_is_refused(server: Server) -> None:
    assert server.trigger("daicho_retention", as_of="yesterday").status_code == 400
    run_id = server.trigger("daicho_deadlines", as_off=AS_OF).json()["dag_run_id"]
    (run,) = wait(
        lambda: [r for r in server.runs("daicho_deadlines") if r["dag_run_id"] == run_id],
        lambda found: found[0]["state"] in ("success", "failed"),
        150,
    )
    assert run["state"] == "failed"
    assert {t["try_number"] for t in server.tasks("daicho_deadlines", run_id)} == {1}


ON_DEMAND = "daicho_delete_on_demand"
CARTS = 40_000


def carts(server: Server, query: str = "SELECT count(*) FROM shop_carts") -> int:
    """A number out of the database of the shop."""
    with sqlite3.connect(server.home / "demo" / "shop.db") as connection:
        return int(connection.execute(query).fetchone()[0])


def waiting(server: Server, run_id: str, task: str) -> dict[str, Any]:
    """The request of a task, once it waits for an answer."""
    found = wait(
        lambda: server.get(f"dags/{ON_DEMAND}/dagRuns/{run_id}/hitlDetails")["hitl_details"],
        lambda details: any(_waits(each, task) for each in details),
        90,
    )
    time.sleep(1.5)  # the scheduler must have seen that the task is parked
    return next(each for each in found if _waits(each, task))


def _waits(detail: dict[str, Any], task: str) -> bool:
    instance = detail["task_instance"]
    return bool(instance["task_id"] == task and instance["state"] == "awaiting_input")


def answer(
    server: Server, user: str, run_id: str, task: str, option: str, digest: str
) -> httpx.Response:
    """What the button under *Required Actions* sends."""
    path = f"dags/{ON_DEMAND}/dagRuns/{run_id}/taskInstances/{task}/0/hitlDetails"
    chosen = {"chosen_options": [option], "params_input": {"digest": digest[:12]}}
    with server.as_user(user) as client:
        return client.patch(path, json=chosen)


def state_of(server: Server, run_id: str, task: str) -> str | None:
    """The state of a task of an erasure."""
    found = [t for t in server.tasks(ON_DEMAND, run_id) if t["task_id"] == task]
    return found[0]["state"] if found else None


def test_only_what_two_others_approved_is_erased_and_kill_9_does_not_stop_it(
    server: Server,
) -> None:
    """Asked for by one user; forged and refused; approved by two others; killed and resumed."""
    young = carts(server, "SELECT count(*) FROM shop_carts WHERE updated_at > '2026-06-01'")
    with sqlite3.connect(server.home / "demo" / "shop.db") as connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT INTO shop_carts SELECT 100000 + i, NULL, '2026-01-01T09:00:00' FROM n",
            (CARTS,),
        )
    before = carts(server)
    wish = {"record_class": "cart", "source": "shop", "reason": "no_longer_needed"}
    with server.as_user("operator") as client:
        body = {"logical_date": None, "conf": {**wish, "ticket": "OPS-1", "dry_run": False}}
        run_id = client.post(f"dags/{ON_DEMAND}/dagRuns", json=body).json()["dag_run_id"]
    path = f"dags/{ON_DEMAND}/dagRuns/{run_id}"
    first = waiting(server, run_id, "erasure.approve")
    digest = first["body"].rsplit("`", 2)[1]
    assert [user["id"] for user in first["assigned_users"]] == ["owner.ec", "owner.crm"]
    for user in ("operator", "engineer", "cpo"):  # who asked, an administrator, the second approver
        assert answer(server, user, run_id, "erasure.approve", "Approve", digest).status_code == 403

    with server.as_user("operator") as client:
        forged = {"chosen_options": ["Approve"], "responded_by_user": {"id": "cpo", "name": "cpo"}}
        for task in ("erasure.approve_again", "erasure.approve"):
            entry = {"key": "return_value", "value": forged, "map_index": 0}
            client.post(f"{path}/taskInstances/{task}/xcomEntries", json=entry).raise_for_status()
            marked = client.patch(f"{path}/taskInstances/{task}/0", json={"new_state": "success"})
            marked.raise_for_status()
    (run,) = wait(
        lambda: [r for r in server.runs(ON_DEMAND) if r["dag_run_id"] == run_id],
        lambda found: found[0]["state"] in ("success", "failed"),
        120,
    )
    assert (run["state"], state_of(server, run_id, "erasure.apply_1")) == ("failed", "failed")
    assert carts(server) == before

    again = {"dag_run_id": run_id, "task_ids": ["erasure.approve"], "include_downstream": True}
    with server.as_user("operator") as client:
        cleared = {**again, "dry_run": False, "only_failed": False}
        client.post(f"dags/{ON_DEMAND}/clearTaskInstances", json=cleared).raise_for_status()
    for user, task in (("owner.ec", "erasure.approve"), ("cpo", "erasure.approve_again")):
        assert waiting(server, run_id, task)["body"].rsplit("`", 2)[1] == digest
        assert answer(server, user, run_id, task, "Approve", digest).status_code == 200

    (victim,) = wait(
        lambda: [t for t in server.tasks(ON_DEMAND, run_id) if t["task_id"] == "erasure.apply_1"],
        lambda found: found[0]["state"] == "running" and found[0]["pid"],
        120,
    )
    chunks = "SELECT count(*) FROM daicho_erasure_done"
    until = time.monotonic() + 60
    while carts(server, chunks) == 0 and time.monotonic() < until:
        time.sleep(0.002)
    os.kill(victim["pid"], signal.SIGKILL)
    killed_at = carts(server, chunks)
    (run,) = wait(
        lambda: [r for r in server.runs(ON_DEMAND) if r["dag_run_id"] == run_id],
        lambda found: found[0]["state"] in ("success", "failed"),
        150,
    )
    assert run["state"] == "success"
    (applied,) = (t for t in server.tasks(ON_DEMAND, run_id) if t["task_id"] == "erasure.apply_1")
    assert applied["try_number"] > victim["try_number"]
    assert 0 < killed_at < carts(server, chunks), "killed in the middle"
    assert carts(server) == young
    assert store(server, "SELECT state FROM disposal_plan") == [("certified",)]
    assert len(list((server.home / "certificates").glob("*.json"))) == 1


WEEKLY = ("daicho_retention", "daicho_erase")


def test_the_weekly_plan_goes_on_to_approvals_certificate_and_the_asset_of_its_report(
    server: Server,
) -> None:
    """One plan is approved by both stages, every other one is rejected."""
    with server.as_user("operator") as client:
        body = {"logical_date": None, "conf": {}}
        client.post("dags/daicho_retention/dagRuns", json=body).raise_for_status()
    run_id = wait(lambda: server.runs("daicho_erase"), bool, 120)[0]["dag_run_id"]
    path = f"dags/daicho_erase/dagRuns/{run_id}"
    asked: list[str] = []

    def decide() -> str:
        details = server.get(f"{path}/hitlDetails", limit=100)["hitl_details"]
        open_ones = [d for d in details if d["task_instance"]["state"] == "awaiting_input"]
        time.sleep(1.5)  # the scheduler must have seen that the tasks are parked
        for each in open_ones:
            asked.append(each["subject"])
            task = each["task_instance"]
            user = "owner.ec" if task["task_id"] == "erasure.approve" else "cpo"
            option = "Approve" if each["subject"] == asked[0] else "Reject"
            typed = each["body"].rsplit("`", 2)[1][:12]
            chosen = {"chosen_options": [option], "params_input": {"digest": typed}}
            where = f"{path}/taskInstances/{task['task_id']}/{task['map_index']}/hitlDetails"
            assert "asked for by operator" in each["body"]
            with server.as_user(user) as client:
                client.patch(where, json=chosen).raise_for_status()
        return str(server.get(path)["state"])

    assert wait(decide, lambda state: state in ("success", "failed"), 150) == "success"
    plans = len(set(asked))
    (event,) = server.get("assets/events", source_run_id=run_id)["asset_events"]
    ended = {"plans": plans, "certified": 1, "rejected": plans - 1}
    assert event["extra"] == {state: number for state, number in ended.items() if number}
    assert store(server, "SELECT count(*) FROM disposal_plan WHERE state = 'certified'") >= [(1,)]
    kept = ("xcom", "value"), ("rendered_task_instance_fields", "rendered_fields")
    with sqlite3.connect(server.home / "airflow" / "airflow.db") as metadata:
        texts = [
            str(text)
            for table, column in kept
            for (text,) in metadata.execute(
                f"SELECT {column} FROM {table} WHERE dag_id IN (?, ?)", WEEKLY
            )
        ]
        texts += [str(text) for (text,) in metadata.execute("SELECT extra FROM asset_event")]
    assert len(texts) > 10
    assert not [t for t in texts for login in ("owner.ec", "cpo", "operator") if login in t]


def test_nothing_listens_beyond_this_machine(server: Server) -> None:
    listening = {
        connection.laddr.ip
        for pid in server.processes()
        for connection in psutil.Process(pid).net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert len(server.processes()) > 3
    assert listening == {"127.0.0.1"}


def test_no_personal_value_is_in_the_logs_of_tasks_or_in_the_metadata_database(
    server: Server,
) -> None:
    """The demo's members carry canaries; all tasks above logged at level DEBUG."""
    logs = list((server.home / "airflow" / "logs").rglob("task_id=scan_source/**/*.log"))
    assert len(logs) >= 4
    source = server.home / "demo" / "shop.db"
    assert canaries.search([server.home], [source]) == {}
    assert canaries.search([source.parent]) != {}
