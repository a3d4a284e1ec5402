"""A command line in a home of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from include.demo.cli import app as demo
from include.governance.cli.app import app

app.add_typer(demo, name="demo")


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


Daicho = Callable[..., Done]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty DAICHO_HOME."""
    folder = tmp_path / "home"
    monkeypatch.setenv("DAICHO_HOME", str(folder))
    monkeypatch.setenv("COLUMNS", "200")
    return folder


@pytest.fixture
def daicho(home: Path) -> Daicho:
    """Run a command, with standard input if it is given."""

    def run(*words: str, given: str | None = None) -> Done:
        done = CliRunner().invoke(app, list(words), input=given)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def clean(daicho: Daicho, home: Path) -> Path:
    """The clean demo company; its settings file."""
    assert daicho("demo", "build", "--variant", "clean").code == 0
    return home / "demo" / "demo.env"


@pytest.fixture
def planted(daicho: Daicho, home: Path) -> Path:
    """The company with planted breaches; its settings file."""
    assert daicho("demo", "build", "--variant", "planted").code == 0
    return home / "demo" / "demo.env"


def connection(settings: Path, name: str) -> dict[str, str]:
    """A connection of the demo."""
    prefix = f"AIRFLOW_CONN_{name.upper()}="
    [line] = [x for x in settings.read_text("utf-8").splitlines() if x.startswith(prefix)]
    found: dict[str, str] = json.loads(line.removeprefix(prefix))
    return found
