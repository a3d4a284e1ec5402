"""No personal value leaves a source: planted canaries are in no log, report, store or XCom.

Everything runs on a company whose every text column holds canaries, at log level DEBUG, once as it
should be and once with damaged sources, through Airflow and through the command line. Then every
byte of every file below Airflow's home and Daicho's home is searched, but for the sources.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from include.demo.airflow_env import environment
from include.demo.ready import Wish, make_ready
from include.demo.signing_keys import make_keys
from include.governance.store.schema import own_tables
from tests.canary import canaries
from tests.canary.console import Console, Home
from tests.canary.disposals import dispose, fail_to_dispose
from tests.conftest import ROOT

pytestmark = pytest.mark.faults
AS_OF = "2026-11-30"
COMMANDS = {
    "run": ["run", "--json"],
    "plan": ["plan", "retention", "--json"],
    "lint": ["lint", "--live", "--json"],
    "report": ["report", "--out"],
}
HOMES = ("sound", "damaged", "erased")
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

    environments = {}
    for name in HOMES:
        home = folder / name
        shutil.copytree(built, home)
        own = {n: v.replace(str(built), str(home)) for n, v in settings.items()}
        environments[name] = {**own, "DAICHO_HOME": str(home)}
    shutil.rmtree(built)
    for name in ("sound", "damaged"):
        make_keys(folder / name)
        contracts = folder / name / "contracts"
        shutil.copytree(ROOT / "include" / "contracts", contracts, ignore=but_campaigns)
    canaries.damage(folder / "damaged" / "demo")

    judged = [environments[name] for name in ("sound", "damaged")]
    with start_airflow(folder, judged) as airflow, Console() as console:
        run_commands({n: Home(console, folder / n, env) for n, env in environments.items()})
        assert airflow.wait(180) == 0, (folder / "airflow.log").read_text()[-3000:]
    sources = [folder / home / "demo" / n for home in HOMES for n in (*SOURCES, "registers.db")]
    return Ran(folder, json.loads((folder / "states.json").read_text()), sources)


def but_campaigns(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith("crm_campaign")]


@contextmanager
def start_airflow(
    folder: Path, environments: list[dict[str, str]]
) -> Iterator[subprocess.Popen[str]]:
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
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def run_commands(homes: dict[str, Home]) -> None:
    """Every verb of the command line on a store of its own in every home."""
    codes = {}
    for name in ("sound", "damaged"):
        home = homes[name]
        for verb, words in COMMANDS.items():
            target = home.folder / "cli" / (verb if words[-1] == "--out" else f"{verb}.json")
            codes[name, verb] = home.run(*words, str(target), "--as-of", AS_OF)
    assert codes["sound", "run"] == 1, "the planted breaches were found"
    assert codes["damaged", "run"] == 2, "not everything could be evaluated"
    dispose(homes["erased"])
    fail_to_dispose(homes["damaged"])


def test_what_was_searched_is_what_ran(ran: Ran) -> None:
    sound, damaged = ran.states
    assert set(sound.values()) == {"success"}
    for name in ("scan", "flag", "retention", "delete_on_demand", "erase"):
        assert damaged[name] == "failed", name
    assert len(certificates(ran.folder / "sound")) > 1
    assert len(certificates(ran.folder / "erased")) > 1
    log = (ran.folder / "airflow.log").read_text("utf-8", "replace")
    assert "[debug" in log, "the level was DEBUG"
    for home in HOMES:
        written = {f.suffix for f in (ran.folder / home).rglob("*") if f.is_file()}
        assert {".html", ".json", ".csv", ".txt", ".db"} <= written


def certificates(home: Path) -> list[Path]:
    return list((home / "certificates").glob("*.json"))


@pytest.mark.parametrize("canary", canaries.SIGNS)
@pytest.mark.parametrize("place", ["airflow", "airflow.log", *HOMES])
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
