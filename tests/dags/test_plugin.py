"""The plugin makes the engine importable everywhere, costs nothing, and hides nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

LOAD = """
import json, sys, time
import airflow.sdk.execution_time.task_runner
from airflow.sdk import plugins_manager
seen, modules = sys.path[:], set(sys.modules)
started = time.perf_counter()
plugins, errors = plugins_manager._get_plugins()
took = time.perf_counter() - started
loaded = sorted(set(sys.modules) - modules)
import include
print(json.dumps({
    "took": took, "errors": errors, "loaded": loaded,
    "names": [plugin.name for plugin in plugins],
    "added": [path for path in sys.path if path not in seen], "end": sys.path[-1],
    "include": include.__file__,
}))
"""
ALONE = """
import json, runpy, sys, time
import airflow.sdk.plugins_manager
modules, started = set(sys.modules), time.perf_counter()
runpy.run_path(sys.argv[1])
print(json.dumps({"took": time.perf_counter() - started,
                  "loaded": sorted(set(sys.modules) - modules)}))
"""


def python(code: str, *arguments: str, plugins: Path, cwd: Path) -> dict[str, Any]:
    """Run code in a process where nobody set PYTHONPATH."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *arguments],
        env={**env, "AIRFLOW__CORE__PLUGINS_FOLDER": str(plugins)},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with other Python files below plugins/, each of which would stop Airflow."""
    shutil.copytree(ROOT / "plugins", tmp_path / "plugins")
    for place in ("helper.py", "pages/page.py", "tests/test_plugin.py", "engine/__init__.py"):
        file = tmp_path / "plugins" / place
        file.parent.mkdir(exist_ok=True)
        file.write_text("raise SystemExit('imported')\n")
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "__init__.py").write_text("")
    return tmp_path


def test_the_engine_is_importable_and_no_other_file_below_plugins_is_run(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    found = python(LOAD, plugins=project / "plugins", cwd=elsewhere)
    assert found["errors"] == {}
    assert found["names"].count("daicho") == 1
    assert found["added"] == [str(project)]
    assert found["end"] == str(project), "last, so that it hides nothing"
    assert found["include"] == str(project / "include" / "__init__.py")
    assert {"helper", "page", "test_plugin", "engine"} & set(found["loaded"]) == set()


def test_the_plugin_costs_less_than_fifty_milliseconds(tmp_path: Path) -> None:
    plugins = ROOT / "plugins"
    file = str(plugins / "governance_plugin.py")
    found = python(ALONE, file, plugins=plugins, cwd=tmp_path)
    assert found["took"] < 0.05
    assert [m for m in found["loaded"] if m.split(".")[0] in ("include", "airflow")] == []
