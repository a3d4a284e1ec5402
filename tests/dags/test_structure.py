"""What every DAG promises to the people who run it: a runbook, an owner, retries, a time."""

from __future__ import annotations

import re
from typing import Any

import pytest

from include.demo.prepare import POOL
from tests.conftest import ROOT

NAMES = ("scan", "check", "flag", "retention", "report", "deadlines")
#: What erases waits for people, so it is run by tests of its own.
ERASING = ("erase", "delete_on_demand")
WAITING = {"erase": 4, "delete_on_demand": 16}
CRON = {
    "scan": "0 1 * * *",
    "deadlines": "0 8 * * *",
    "retention": "0 4 * * 1",
    "report": "0 6 1 * *",
}
CHAIN = {"check": "daicho_scanned", "flag": "daicho_checked", "erase": "daicho_plan"}
OUTLETS = {
    "scan": {"daicho_scanned"},
    "check": {"daicho_checked"},
    "flag": {"daicho_findings"},
    "retention": {"daicho_plan"},
    "report": {"daicho_report"},
    "deadlines": set(),
    "erase": {"daicho_erased"},
    "delete_on_demand": {"daicho_erased"},
}
READ_SOURCES = {
    "scan": "scan_source",
    "check": "check_source",
    "flag": "flag_source",
    "retention": "due_rows",
}
#: Tasks that read parts of a source for the one above.
READ_PARTS = {"scan": {"read_part"}}
each = pytest.mark.parametrize("name", [*NAMES, *ERASING])


def test_airflow_imports_every_dag_without_an_error(dags: dict[str, Any]) -> None:
    assert set(dags) == {f"daicho_{name}" for name in (*NAMES, *ERASING)}


@each
def test_the_page_of_a_dag_is_its_runbook(dags: dict[str, Any], name: str) -> None:
    text = dags[f"daicho_{name}"].doc_md
    parts = re.findall(r"^- \*\*([^*]+)\*\*: \S", text, re.MULTILINE)
    assert parts == ["What", "When it fails", "What to do", "Owner"]
    assert text.splitlines()[0].endswith(".")


@each
def test_a_dag_has_an_owner_and_tags_and_does_not_catch_up(dags: dict[str, Any], name: str) -> None:
    dag = dags[f"daicho_{name}"]
    assert {task.owner for task in dag.tasks} <= {
        "data-engineering",
        "privacy-officer",
        "data-owners",
    }
    assert "daicho" in dag.tags
    assert dag.catchup is False
    assert dag.max_active_runs == WAITING.get(name, 1)
    assert ("destructive" in dag.tags) == (name in ERASING)


@each
def test_every_task_is_retried_and_ends(dags: dict[str, Any], name: str) -> None:
    for task in dags[f"daicho_{name}"].tasks:
        assert task.retries >= 2
        assert task.execution_timeout.total_seconds() <= 6 * 3600
        assert task.retry_delay.total_seconds() >= 60


@pytest.mark.parametrize(("name", "cron"), CRON.items())
def test_the_clock_of_a_dag_is_the_clock_of_japan(
    dags: dict[str, Any], name: str, cron: str
) -> None:
    timetable = dags[f"daicho_{name}"].timetable
    assert type(timetable).__name__ == "CronTriggerTimetable"
    assert timetable.expression == cron
    assert str(timetable.timezone) == "Asia/Tokyo"


@pytest.mark.parametrize(("name", "asset"), CHAIN.items())
def test_check_follows_scan_flag_follows_check_and_erase_follows_the_plan(
    dags: dict[str, Any], name: str, asset: str
) -> None:
    assert [found.name for found in dags[f"daicho_{name}"].timetable.asset_condition.objects] == [
        asset
    ]


@each
def test_a_dag_announces_its_asset_once(dags: dict[str, Any], name: str) -> None:
    found = [outlet.name for task in dags[f"daicho_{name}"].tasks for outlet in task.outlets]
    assert sorted(found) == sorted(OUTLETS[name])


@pytest.mark.parametrize(("name", "task_id"), READ_SOURCES.items())
def test_tasks_that_read_a_source_share_a_pool_and_back_off(
    dags: dict[str, Any], name: str, task_id: str
) -> None:
    dag = dags[f"daicho_{name}"]
    reading = {task_id} | READ_PARTS.get(name, set())
    assert {task.task_id for task in dag.tasks if task.pool == POOL} == reading
    for task in map(dag.get_task, sorted(reading)):
        assert task.retry_exponential_backoff > 1
        assert task.map_index_template == "{{ source }}"


def test_the_pool_is_made_wherever_the_scheduler_runs() -> None:
    """Tasks of a pool that does not exist wait for ever, without an error."""
    compose = (ROOT / "docker-compose.yaml").read_text("utf-8")
    assert f"airflow pools set {POOL} " in compose


@pytest.mark.parametrize("name", [*NAMES, "erase"])
def test_the_only_parameter_is_the_day(dags: dict[str, Any], name: str) -> None:
    assert list(dags[f"daicho_{name}"].params) == ["as_of"]


@pytest.mark.parametrize("name", ERASING)
def test_what_reads_or_changes_a_source_waits_for_its_pool(dags: dict[str, Any], name: str) -> None:
    pooled = {task.task_id for task in dags[f"daicho_{name}"].tasks if task.pool == POOL}
    planning = {"erase": "plan_source", "delete_on_demand": "plan"}[name]
    assert pooled == {planning, "erasure.apply_1", "erasure.apply_2", "erasure.verify"}
    for worker in ("erasure.apply_1", "erasure.apply_2"):
        assert dags[f"daicho_{name}"].get_task(worker).max_active_tis_per_dagrun == 1


@pytest.mark.parametrize("name", ERASING)
def test_an_approval_is_asked_again_and_again_and_ends_by_itself(
    dags: dict[str, Any], name: str
) -> None:
    for task_id in ("erasure.approve", "erasure.approve_again"):
        task = dags[f"daicho_{name}"].get_task(task_id)
        assert task.retries >= 10
        assert task.defaults == ["Reject"]
        assert "null" in task.params.get_param("digest").schema["type"], "or nobody could reject"
