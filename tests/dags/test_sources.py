"""A source that cannot be read: its task is red, the others are judged, and nothing looks green."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from sqlalchemy.engine import URL

from include.governance.errors import SourceError, SourceUnavailable
from include.orchestration.edge import at_the_edge, unforeseen
from tests.dags.conftest import AS_OF, Installation, Run

OTHERS = {"dwh", "gov", "ops", "shop", "support"}
BROKEN = {
    "missing connection": None,
    "missing file": json.dumps({"conn_type": "sqlite", "host": "/nowhere/crm.db"}),
    "unknown type": json.dumps({"conn_type": "carrier_pigeon", "host": "crm"}),
    "no connection at all": "{",
}


def point(monkeypatch: pytest.MonkeyPatch, connection: str | None, source: str = "crm") -> None:
    """Let the connection of a source be another one."""
    if connection is None:
        monkeypatch.delenv(f"AIRFLOW_CONN_{source.upper()}")
    else:
        monkeypatch.setenv(f"AIRFLOW_CONN_{source.upper()}", connection)


@pytest.mark.parametrize("kind", BROKEN)
def test_a_source_that_will_never_answer_fails_at_once_and_the_others_are_judged(
    installation: Installation, run: Run, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    point(monkeypatch, BROKEN[kind])
    done = run("scan", as_of=AS_OF)
    assert done.state == "failed"
    assert done.tasks[("scan_source", 0)].state == "failed"
    assert done.tasks[("scan_source", 0)].try_number == 1
    assert done.states("scan_source")[1:] == ["success"] * len(OTHERS)
    assert done.states("publish") == ["success"], "the rest goes on to check and flag"
    assert done.states("every_source_answered") == ["upstream_failed"]


@pytest.mark.parametrize("server", ["postgres", "mariadb"])
def test_a_wrong_password_fails_at_once(
    installation: Installation,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    server: str,
) -> None:
    url: URL = request.getfixturevalue(f"{server}_url")
    connection = {
        "conn_type": "postgres" if server == "postgres" else "mysql",
        "host": url.host,
        "port": url.port,
        "login": "nobody",
        "password": "not-the-password",
        "schema": "crm",
    }
    point(monkeypatch, json.dumps(connection))
    done = run("retention", as_of=AS_OF)
    assert done.state == "failed"
    assert (done.tasks[("due_rows", 0)].state, done.tasks[("due_rows", 0)].try_number) == (
        "failed",
        1,
    )
    assert done.states("plan") == ["upstream_failed"], "half a plan would look like a whole one"


def test_a_source_that_does_not_answer_is_tried_again(
    installation: Installation,
    run: Run,
    dags: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    connection = {"conn_type": "postgres", "host": "127.0.0.1", "port": port, "schema": "crm"}
    point(monkeypatch, json.dumps(connection))
    task = dags["daicho_scan"].get_task("scan_source")
    monkeypatch.setitem(task.partial_kwargs, "retry_delay", timedelta(0))
    monkeypatch.setitem(task.partial_kwargs, "retry_exponential_backoff", 0)
    monkeypatch.setitem(task.partial_kwargs, "retries", 2)
    done = run("scan", as_of=AS_OF)
    assert (done.tasks[("scan_source", 0)].state, done.tasks[("scan_source", 0)].try_number) == (
        "failed",
        3,
    )
    assert done.states("scan_source")[1:] == ["success"] * len(OTHERS)
    assert done.state == "failed"


@pytest.mark.slow
def test_a_day_with_a_source_left_out_is_red_to_the_end(
    installation: Installation, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    point(monkeypatch, BROKEN["missing file"], "shop")
    assert [run(name, as_of=AS_OF).state for name in ("scan", "check")] == ["failed", "failed"]
    done = run("flag", as_of=AS_OF)
    assert done.state == "failed"
    assert done.states("conclude") == ["success"], "findings of the other sources are not lost"
    assert done.states("nothing_was_left_out") == ["failed"]
    outcome = done.result("conclude")
    assert outcome["result"] == "error"
    assert outcome["not_evaluated"] > 0
    assert outcome["findings"] > 3


def test_what_may_pass_is_retried_and_what_will_not_is_not() -> None:
    @at_the_edge
    def work(error: Exception) -> None:
        raise error

    with pytest.raises(AirflowFailException):
        work(SourceError("source_unreadable", source="crm", table="members", kind="DataError"))
    with pytest.raises(AirflowException) as retried:
        work(SourceUnavailable("source_unavailable", source="crm"))
    assert not isinstance(retried.value, AirflowFailException)


def test_of_an_error_that_nobody_foresaw_only_type_and_place_are_told() -> None:
    @at_the_edge
    def work() -> None:
        unforeseen(ValueError("山田太郎"))
        int("taro.yamada@example.jp")

    with pytest.raises(AirflowException) as told:
        work()
    assert "unforeseen ValueError at" in str(told.value)
    assert "taro" not in str(told.value)
    assert told.value.__suppress_context__
