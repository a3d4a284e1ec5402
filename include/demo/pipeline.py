"""Run the DAGs in a process of their own, show each step, and end with the summary."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from include.demo.airflow_env import environment
from include.demo.ready import AS_OF
from include.demo.show import Console
from include.governance.cli.edge import now
from include.governance.pipeline.record import Recorder
from include.governance.pipeline.report import latest_plan, make_report
from include.governance.pipeline.workspace import connections_from, open_store, open_workspace
from include.governance.report.files import html_name
from include.governance.report.summary import summary_table
from include.governance.settings import load
from include.governance.wording import say

PORT = 8080


def run_dags(home: Path, settings: Mapping[str, str], console: Console) -> int:
    """0 when every DAG succeeded; the log's end is shown otherwise."""
    log = home / "airflow" / "demo-run.log"
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    env = environment(home, settings, PORT)
    own = load(env)
    open_store(own.store_url)
    opened = open_workspace(own, connections_from(env))
    recorder = Recorder(opened, opened.store(), "demo", AS_OF, now)
    failed = 0
    with console.waiting("starting"):
        for event in _events(env, log):
            _show(event, recorder, console)
            failed += event["state"] != "success"
    if failed or not log.with_suffix(".done").is_file():
        console.log_tail(log)
        console.say("failed", log=log)
        return 1
    console.table(summary_table(make_report(recorder), console.language))
    console.say("report", path=own.reports / html_name(AS_OF, console.language))
    console.say("next")
    return 0


def _events(env: Mapping[str, str], log: Path) -> Iterator[dict[str, Any]]:
    """What the child process tells, line by line; its other output goes to the log."""
    done = log.with_suffix(".done")
    done.unlink(missing_ok=True)
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "include.demo.dag_run", str(writing), AS_OF.isoformat()]
    with log.open("w", encoding="utf-8") as out:
        child = subprocess.Popen(  # noqa: S603 - our own module
            command,
            env={**env, "PYTHONWARNINGS": "ignore"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            pass_fds=[writing],
        )
    os.close(writing)
    try:
        with os.fdopen(reading, encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines)
        if child.wait() == 0:
            done.touch()
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()


def _show(event: Mapping[str, Any], recorder: Recorder, console: Console) -> None:
    good = event["state"] == "success"
    if event["step"] == "airflow":
        console.step("airflow_ready", event["seconds"], good=good)
        return
    counts = counted(event["step"], recorder)
    facts = "  ".join(
        f"{say(f'count.{name}', console.language)} {number:,}" for name, number in counts.items()
    )
    console.step(f"dag_{event['step']}", event["seconds"], good=good, facts=facts)


def counted(step: str, recorder: Recorder) -> dict[str, int]:
    """What a DAG did, as the store knows it."""
    match step:
        case "scan" | "check" | "flag":
            runs = [run for run in recorder.runs_of_the_day() if run.verb == step]
            counts: dict[str, int] = {}
            for run in runs:
                for name, number in run.counts.items():
                    counts[name] = counts.get(name, 0) + number
            return {name: number for name, number in counts.items() if name != "failed"}
        case "retention":
            plan = latest_plan(recorder)
            return {"steps": len(plan.steps), "rows": plan.rows} if plan else {}
        case "deadlines":
            found = recorder.store.findings("open")
            return {"overdue": sum(record.is_overdue(AS_OF) for record in found)}
        case _:
            return {}
