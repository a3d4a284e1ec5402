"""Run all DAGs for one installation after another, in one process, at log level DEBUG."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.dags.approvers import answering, both

DAY = {"as_of": "2026-11-30"}
#: A day that is over: nothing may be erased before it is due.
DUE = {"as_of": "2026-11-20"}
MAILS = {
    **{"record_class": "mail_event", "source": "crm", "selection": None, "request": None},
    **{"reason": "no_longer_needed", "ticket": "OPS-1", "dry_run": False},
}
RUNS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("scan", "check", "flag", "retention", "report", "deadlines"), DAY),
    "delete_on_demand": MAILS | DUE,
    "erase": DUE,
}


def main() -> None:
    """Standard input holds the environments; the states go to the file that is named first."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.db import initdb

    environments: list[dict[str, str]] = json.load(sys.stdin)
    initdb()
    dags: dict[str, Any] = dict(DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"]).dags)
    states = []
    for environment in environments:
        os.environ |= environment
        with answering(both):
            states.append({name: _state(dags, name) for name in RUNS})
    Path(sys.argv[1]).write_text(json.dumps(states), "utf-8")


def _state(dags: Mapping[str, Any], name: str) -> str:
    if name == "erase":  # two tables are enough
        os.environ["DAICHO_CONTRACTS"] = f"{os.environ['DAICHO_HOME']}/contracts"
    state = str(dags[f"daicho_{name}"].test(run_conf=RUNS[name]).state)
    os.environ.pop("DAICHO_CONTRACTS", None)
    return state


if __name__ == "__main__":
    main()
