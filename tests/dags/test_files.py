"""DAG files are thin: parsed again at every task start, they import Airflow's SDK and no engine."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

FILES = sorted((ROOT / "dags").glob("*.py"))
HEAVY = ("pandas", "great_expectations", "presidio_analyzer", "sqlalchemy", "numpy", "include")
#: The builders of tasks, beside which nothing of the project is loaded.
LIGHT = {
    "include",
    "include.orchestration",
    *(
        f"include.orchestration.{name}"
        for name in ("application", "approval", "erasing", "form", "morning", "parts", "workers")
    ),
}

PARSE = """
import json, runpy, sys, time
import airflow.sdk
before = set(sys.modules)
took = {}
for file in sys.argv[1:]:
    started = time.perf_counter()
    runpy.run_path(file)
    took[file] = time.perf_counter() - started
print(json.dumps({"took": took, "loaded": sorted(set(sys.modules) - before)}))
"""


def ids(file: Path) -> str:
    return file.stem


#: What builds tasks and forms is imported where they are built; it imports no engine either.
ERASING = {"include.orchestration.erasing", "include.orchestration.form"}
BUILDERS = {
    "erase": ERASING,
    "delete_on_demand": ERASING,
    "deadlines": {"include.orchestration.morning"},
    "scan": {"include.orchestration.parts"},
}
DOORS = {"disposal", "tasks", "wish"}
#: Runs that wait for approval must not hold up the next one.
APPROVING = {"delete_on_demand": 16, "erase": 4}


def test_these_are_the_dags() -> None:
    assert [file.stem for file in FILES] == [
        "check",
        "deadlines",
        "delete_on_demand",
        "erase",
        "flag",
        "report",
        "retention",
        "scan",
    ]


@pytest.mark.parametrize("file", FILES, ids=ids)
def test_a_dag_file_has_at_most_sixty_lines(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= 60


@pytest.mark.parametrize("file", FILES, ids=ids)
def test_a_dag_file_imports_only_airflow_sdk_and_the_standard_library(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    imported = {
        name
        for node in tree.body
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    foreign = {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names}
    assert foreign - BUILDERS.get(file.stem, set()) == {"airflow.sdk"}


@pytest.mark.parametrize("file", FILES, ids=ids)
def test_the_engine_is_imported_inside_tasks_only_and_by_few_doors(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and node not in tree.body
    ]
    assert {node.module for node in found if isinstance(node, ast.ImportFrom)} == {
        "include.orchestration"
    }
    doors = {alias.name for node in found for alias in node.names}
    assert doors <= (DOORS if file.stem in APPROVING else {"tasks"})


@pytest.mark.parametrize("file", FILES, ids=ids)
def test_runs_that_may_overlap_and_catch_up_are_decided_in_the_file(file: Path) -> None:
    calls = [n for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.Call)]
    dag = next(c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "dag")
    given = {k.arg: ast.unparse(k.value) for k in dag.keywords}
    assert given["catchup"] == "False"
    assert given["max_active_runs"] == str(APPROVING.get(file.stem, 1))
    assert given["doc_md"] == "__doc__"


def test_parsing_is_fast_and_loads_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PARSE, *map(str, FILES)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    loaded = set(found["loaded"]) - LIGHT
    assert [m for m in loaded if m.split(".")[0] in HEAVY] == []
    assert {file: s for file, s in found["took"].items() if s > 1.5} == {}
