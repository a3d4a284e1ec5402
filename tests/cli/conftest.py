"""A command line in a home of its own."""

from __future__ import annotations

import json
import shutil
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
    return invoke


def invoke(*words: str, given: str | None = None) -> Done:
    """Run a command in the home to which the environment points."""
    done = CliRunner().invoke(app, list(words), input=given)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def clean_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the clean demo company, built once: to be copied."""
    return _built("clean", tmp_path_factory)


@pytest.fixture(scope="session")
def planted_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the company with planted breaches, built once: to be copied."""
    return _built("planted", tmp_path_factory)


@pytest.fixture
def clean(home: Path, clean_home: Path) -> Path:
    """The clean demo company; its settings file."""
    return settle(clean_home, home)


@pytest.fixture
def planted(home: Path, planted_home: Path) -> Path:
    """The company with planted breaches; its settings file."""
    return settle(planted_home, home)


def settle(built: Path, home: Path) -> Path:
    """Copy a home and what its settings name; the settings file."""
    shutil.copytree(built, home)
    settings = home / "demo" / "demo.env"
    settings.write_text(settings.read_text("utf-8").replace(str(built), str(home)), "utf-8")
    return settings


def _built(variant: str, folders: pytest.TempPathFactory) -> Path:
    home = folders.mktemp(variant) / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAICHO_HOME", str(home))
        assert invoke("demo", "build", "--variant", variant).code == 0
    return home


def connection(settings: Path, name: str) -> dict[str, str]:
    """A connection of the demo."""
    prefix = f"AIRFLOW_CONN_{name.upper()}="
    [line] = [x for x in settings.read_text("utf-8").splitlines() if x.startswith(prefix)]
    found: dict[str, str] = json.loads(line.removeprefix(prefix))
    return found
