"""The shape of the code base is what the architecture says."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from include.governance import __version__

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted((ROOT / "include").rglob("*.py")) + sorted((ROOT / "dags").glob("*.py"))
ENGINE = sorted((ROOT / "include" / "governance").rglob("*.py"))
ALLOWED_AT_THE_TOP = {
    "dags", "plugins", "expectations", "include", "tests", "docs", "benchmarks",
    "docker-compose.yaml", "README.md", "pyproject.toml", "Makefile", "LICENSE", "CHANGELOG.md",
    "requirements.txt", "requirements.in", "requirements-production.txt",
    "requirements-production.in", ".ci", ".github", ".gitignore",
}  # fmt: skip


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_import_linter_keeps_the_layers() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("path", CODE, ids=name)
def test_a_module_says_its_one_idea_and_stays_short(path: Path) -> None:
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text)) or not text.strip()
    assert len(text.splitlines()) <= 300


@pytest.mark.parametrize("path", CODE, ids=name)
def test_no_module_has_a_name_that_says_nothing(path: Path) -> None:
    assert path.stem not in {"utils", "util", "helpers", "helper", "manager", "common", "misc"}


@pytest.mark.parametrize("path", ENGINE, ids=name)
def test_only_settings_and_the_edge_read_clock_and_environment(path: Path) -> None:
    if path.name == "settings.py" or "cli" in path.parts:
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in {
                ("datetime", "now"), ("date", "today"), ("os", "environ"), ("time", "time"),
            }, f"{name(path)}:{node.lineno}"  # fmt: skip


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert __version__ == project["version"]


def test_nothing_unexpected_stands_at_the_top() -> None:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    found = {line.split("/", 1)[0] for line in done.stdout.splitlines()}
    assert found <= ALLOWED_AT_THE_TOP


def test_no_table_of_the_demo_is_named_in_the_engine() -> None:
    for path in ENGINE:
        text = path.read_text("utf-8")
        for prefix in ("shop_", "crm_", "support_inq", "dwh_", "ops_", "gov_"):
            assert prefix not in text, f"{name(path)}: {prefix}"


def test_every_function_of_the_tests_is_run_by_somebody() -> None:
    """A test whose name does not begin with ``test_`` would never fail."""
    written: dict[str, str] = {}
    named: set[str] = set()
    for path in sorted((ROOT / "tests").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.decorator_list:
                written[node.name] = f"{name(path)}:{node.lineno}"
        for each in ast.walk(tree):
            match each:
                case ast.Name(id=used) | ast.Attribute(attr=used) | ast.alias(name=used):
                    named.add(used)
                case ast.Constant(value=str(used)):
                    named.add(used)
    lost = {n: at for n, at in written.items() if n not in named}
    assert not {n: at for n, at in lost.items() if not n.startswith(("test_", "pytest_"))}
