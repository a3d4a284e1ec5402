"""Run the real DAGs one after another in this process and say how each went, as JSON lines.

Airflow writes a great deal to standard output, so the parent reads the lines from the file
descriptor given as the first argument, and the rest goes to a log file.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

DAGS = ("scan", "check", "flag", "retention", "report", "deadlines")


def main(descriptor: int, as_of: str) -> int:
    """Prepare Airflow's database, run every DAG, and return 0 when all succeeded."""
    with os.fdopen(descriptor, "w", encoding="utf-8", buffering=1) as out:
        started = time.monotonic()
        dags = _dags()
        _tell(out, step="airflow", state="success", seconds=time.monotonic() - started)
        states = [_run(out, dags[f"daicho_{name}"], name, as_of) for name in DAGS]
    return 0 if all(state == "success" for state in states) else 1


def _dags() -> dict[str, Any]:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.db import initdb

    initdb()
    bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    if bag.import_errors:
        raise SystemExit(f"{len(bag.import_errors)} DAG file(s) could not be imported")
    return dict(bag.dags)


def _run(out: Any, dag: Any, name: str, as_of: str) -> str:
    started = time.monotonic()
    run = dag.test(run_conf={"as_of": as_of})
    tasks = run.get_task_instances()
    _tell(
        out,
        step=name,
        state=str(run.state),
        seconds=time.monotonic() - started,
        tasks=len(tasks),
        failed=sorted({t.task_id for t in tasks if t.state in ("failed", "upstream_failed")}),
    )
    return str(run.state)


def _tell(out: Any, **facts: object) -> None:
    out.write(json.dumps(facts) + "\n")


if __name__ == "__main__":
    Path(os.environ["AIRFLOW_HOME"]).mkdir(parents=True, exist_ok=True, mode=0o700)
    sys.exit(main(int(sys.argv[1]), sys.argv[2]))
