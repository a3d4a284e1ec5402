"""No personal value leaves a source: planted canaries are in no log, report, store or XCom.

Everything runs on a company whose every text column holds canaries, at log level DEBUG, once as it
should be and once with damaged sources, through Airflow and through the command line. Then every
byte of every file below Airflow's home and Daicho's home is searched, but for the sources.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from include.demo.airflow_env import environment
from include.demo.ready import Wish, make_ready
from include.governance.store.schema import own_tables
from tests.canary import canaries
from tests.conftest import ROOT

AS_OF = "2026-11-30"
COMMANDS = {
    "run": ["run", "--json"],
    "plan": ["plan", "retention", "--json"],
    "lint": ["lint", "--live", "--json"],
    "report": ["report", "--out"],
}
SOURCES = ("shop.db", "crm.db", "support.db", "dwh.db", "ops.db")


@dataclass(frozen=True)
class Ran:
    """Everything that was written, and how the DAGs ended."""

    folder: Path
    states: list[dict[str, str]]
    sources: list[Path]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Two companies with canaries, one with damaged sources, judged in every way there is."""
    folder = tmp_path_factory.mktemp("canary")
    built = folder / "built"
    settings = make_ready(Wish(), built, lambda _name, _rows: None).settings
    # The registers lie in a file of their own here, so that the store's file can be searched.
    demo = built / "demo"
    shutil.copy(demo / "governance.db", demo / "registers.db")
    assert sum(canaries.plant(demo / name) for name in SOURCES) > 70
    assert canaries.plant(demo / "registers.db", own_tables()) > 40
    (demo / "governance.db").unlink()
    settings["AIRFLOW_CONN_GOV"] = settings["AIRFLOW_CONN_GOV"].replace("governance", "registers")
    (demo / "demo.env").unlink()

    homes, environments = [], []
    for name in ("sound", "damaged"):
        home = folder / name
        shutil.copytree(built, home)
        homes.append(home)
        own = {n: v.replace(str(built), str(home)) for n, v in settings.items()}
        environments.append({**own, "DAICHO_HOME": str(home)})
    shutil.rmtree(built)
    canaries.damage(homes[1] / "demo")

    airflow = start_airflow(folder, environments)
    run_commands(homes, environments)
    assert airflow.wait(180) == 0, (folder / "airflow.log").read_text()[-3000:]
    sources = [h / "demo" / name for h in homes for name in (*SOURCES, "registers.db")]
    return Ran(folder, json.loads((folder / "states.json").read_text()), sources)


def start_airflow(folder: Path, environments: list[dict[str, str]]) -> subprocess.Popen[str]:
    """All DAGs for every home, at DEBUG; a failed task is tried again at once."""
    dags = folder / "dags"
    dags.mkdir()
    for file in (ROOT / "dags").glob("*.py"):
        text = file.read_text("utf-8")
        text = re.sub(r"timedelta\(minutes=5\)", "timedelta(seconds=0)", text)
        (dags / file.name).write_text(re.sub(r'"retries": \d', '"retries": 1', text), "utf-8")
    env = {
        **environment(folder, environments[0], 8080),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "DEBUG",
        "PYTHONWARNINGS": "ignore",
    }
    with (folder / "airflow.log").open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.canary.airflow_runs", str(folder / "states.json")],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=out,
            text=True,
        )
    assert process.stdin
    process.stdin.write(json.dumps(environments))
    process.stdin.close()
    return process


def run_commands(homes: list[Path], environments: list[dict[str, str]]) -> None:
    """The command line on a store of its own in every home."""
    lines = []
    for home, env in zip(homes, environments, strict=True):
        store = f"sqlite:///{home / 'cli.db'}"
        for name, words in COMMANDS.items():
            target = home / "cli" / (name if words[-1] == "--out" else f"{name}.json")
            lines.append(
                {
                    "env": {**env, "DAICHO_STORE": store},
                    "arguments": [*words, str(target), "--as-of", AS_OF],
                    "output": str(home / f"{name}.txt"),
                }
            )
    process = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.faults.warm", "--debug"],
        cwd=ROOT,
        env={**os.environ, "DAICHO_LANG": "ja"},
        input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True,
        text=True,
        check=True,
        timeout=180,
    )
    codes = [int(code) for code in process.stdout.split()[1::2]]
    sound, damaged = codes[: len(COMMANDS)], codes[len(COMMANDS) :]
    assert sound[0] == 1, "the planted breaches were found"
    assert damaged[0] == 2, "not everything could be evaluated"


@pytest.mark.slow
def test_what_was_searched_is_what_ran(ran: Ran) -> None:
    sound, damaged = ran.states
    assert set(sound.values()) == {"success"}
    assert damaged["scan"] == damaged["flag"] == damaged["retention"] == "failed"
    log = (ran.folder / "airflow.log").read_text("utf-8", "replace")
    assert "[debug" in log, "the level was DEBUG"
    for home in ("sound", "damaged"):
        written = {f.suffix for f in (ran.folder / home).rglob("*") if f.is_file()}
        assert {".html", ".json", ".csv", ".txt", ".db"} <= written


@pytest.mark.slow
@pytest.mark.parametrize("canary", canaries.SIGNS)
@pytest.mark.parametrize("place", ["airflow", "airflow.log", "sound", "damaged"])
def test_no_canary_left_a_source(ran: Ran, place: str, canary: str) -> None:
    at = ran.folder / place
    if at.is_dir():
        leaks = canaries.search([at], ran.sources)
    else:
        leaks = {
            line: canaries.found(line.encode())
            for line in at.read_text("utf-8", "replace").splitlines()
        }
    assert {where: signs for where, signs in leaks.items() if canary in signs} == {}


@pytest.mark.parametrize("canary", canaries.SIGNS)
def test_the_search_finds_what_is_there(ran: Ran, canary: str) -> None:
    """Or the tests above would prove nothing."""
    assert any(canary in signs for signs in canaries.search([ran.sources[0].parent]).values())
