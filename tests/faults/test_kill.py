"""kill -9 at any moment: the next full run ends as if nothing had happened."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from include.demo.ready import Wish, make_ready
from tests.conftest import ROOT

AS_OF, NEXT_DAY = "2026-11-30", "2026-12-01"
VERBS = ("scan", "check", "flag", "conclude")
#: Kill after so many of the 18 steps (three verbs, six sources) and a random pause.
MOMENTS = (0, 2, 4, 5, 9, 12, 15, 17, 18, 18)
PAUSE = 0.15
#: Of each verb and scope the run that finished last: what counts of a day.
COUNTED = """
    SELECT * FROM (
        SELECT *, row_number() OVER (
            PARTITION BY verb, scope ORDER BY finished_at DESC, started_at DESC
        ) AS age FROM run WHERE as_of = :as_of AND status IN ('pass', 'fail', 'error')
    ) WHERE age = 1
"""
#: All that counts but for the names of runs and the times at which something was written down.
QUERIES = {
    "run": f"SELECT verb, scope, status, counts FROM ({COUNTED})",
    "rule_result": "SELECT verb, source, table_name, position, control, rule, x.status, row_count,"
    f" document, row_refs FROM ({COUNTED}) r JOIN rule_result x USING (run_id)",
    "classification": "SELECT source, table_name, position, document"
    f" FROM ({COUNTED}) r JOIN classification x USING (run_id)",
    "finding": "SELECT * FROM finding",
    "finding_event": "SELECT fingerprint, actor, action, from_status, to_status, row_count"
    " FROM finding_event",
    "plan": "SELECT digest FROM plan",
    "watermark": "SELECT * FROM watermark",
}


class Daicho:
    """The command, warm; each call is a process of its own that may be killed."""

    def __init__(self, folder: Path, built: Path, settings: dict[str, str]) -> None:
        self.folder, self.built, self.settings = folder, built, settings
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.warm"],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def settle(self, name: str) -> Path:
        """A copy of the demo company."""
        home = self.folder / name
        shutil.copytree(self.built, home)
        return home

    def run(self, home: Path, as_of: str = AS_OF) -> int:
        """Start ``daicho run`` in a home; its process id."""
        (home / "output.txt").unlink(missing_ok=True)
        self._send(self._command(home, as_of, ""))
        return int(self._line())

    def run_twice_at_once(self, home: Path) -> list[int]:
        """Two of them in the same home at the same time; their exit codes."""
        self._send([self._command(home, AS_OF, name) for name in ("1", "2")])
        pids = [self._line() for _ in range(2)]
        assert len(set(pids)) == 2
        return [self.ended() for _ in pids]

    def _command(self, home: Path, as_of: str, name: str) -> dict[str, Any]:
        settings = {n: v.replace(str(self.built), str(home)) for n, v in self.settings.items()}
        return {
            "env": {**settings, "DAICHO_HOME": str(home)},
            "arguments": ["run", "--as-of", as_of, "--json", str(home / f"run{name}.json")],
            "output": str(home / f"output{name}.txt"),
        }

    def _send(self, command: object) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(command) + "\n")

    def ended(self) -> int:
        """Wait for its end; the exit code."""
        return int(self._line())

    def close(self) -> None:
        """End of all commands."""
        self.process.communicate(timeout=10)

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()


def steps(home: Path) -> list[str]:
    """The steps that a run has finished so far, as it told."""
    file = home / "output.txt"
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    return [line for line in lines if line.startswith("●")]


def store(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All of the governance store that counts for the day."""
    with sqlite3.connect(home / "demo" / "governance.db") as connection:
        return {
            table: sorted(connection.execute(query, {"as_of": AS_OF}).fetchall())
            for table, query in QUERIES.items()
        }


def statuses(home: Path, as_of: str) -> set[str]:
    """How the runs of a day ended."""
    with sqlite3.connect(home / "demo" / "governance.db") as connection:
        found = connection.execute("SELECT status FROM run WHERE as_of = ?", (as_of,))
        return {status for (status,) in found}


@pytest.fixture(scope="module")
def daicho(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daicho]:
    folder = tmp_path_factory.mktemp("kill")
    built = folder / "built"
    settings = make_ready(Wish(), built, lambda _name, _rows: None).settings
    command = Daicho(folder, built, settings)
    yield command
    command.close()


@pytest.mark.slow
@pytest.mark.faults
def test_a_run_killed_at_many_moments_ends_like_an_undisturbed_one(daicho: Daicho) -> None:
    calm, stormy = daicho.settle("calm"), daicho.settle("stormy")
    daicho.run(calm)
    assert daicho.ended() == 1
    undisturbed, kept = (calm / "run.json").read_bytes(), store(calm)

    rng = random.Random(20261130)
    killed: list[int] = []
    for least in MOMENTS:
        pid = daicho.run(stormy)
        wait_for(lambda least=least: len(steps(stormy)) >= least)
        time.sleep(rng.random() * PAUSE)
        killed += kill(daicho, pid, stormy)
    assert len(killed) >= 8, "the others had ended before they could be killed"
    verbs = {VERBS[min(steps, 18) // 6] for steps in killed}
    assert verbs == set(VERBS), f"the moments were spread over all verbs: {killed}"

    # One more that is of another day, so that the next run finds it dead instead of resuming it.
    pid = daicho.run(stormy, NEXT_DAY)
    wait_for(lambda: "running" in statuses(stormy, NEXT_DAY))
    kill(daicho, pid, stormy)
    assert "running" in statuses(stormy, NEXT_DAY)

    daicho.run(stormy)
    assert daicho.ended() == 1
    assert (stormy / "run.json").read_bytes() == undisturbed
    assert "abandoned" in statuses(stormy, NEXT_DAY)
    assert "running" not in statuses(stormy, NEXT_DAY) | statuses(stormy, AS_OF)
    after = store(stormy)
    assert after == kept
    assert len(after["finding_event"]) == len(after["finding"]), "one event each: it was opened"

    # Each of two has a name of its own, so that neither takes anything from the other.
    assert daicho.run_twice_at_once(calm) == [1, 1]
    for name in ("1", "2"):
        assert (calm / f"run{name}.json").read_bytes() == undisturbed
    assert store(calm) == kept


def kill(daicho: Daicho, pid: int, home: Path) -> list[int]:
    """Kill a run: how many steps it had finished; nothing when it had ended before."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return [len(steps(home))] if daicho.ended() == -signal.SIGKILL else []


def wait_for(reached: Callable[[], object]) -> None:
    """Look often until something is so."""
    until = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.002)
