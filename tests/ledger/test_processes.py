"""Processes are killed and crowd together; the ledger stays whole."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from include.governance.ledger.entry import ChunkApplied
from include.governance.ledger.folder import snapshot
from include.governance.ledger.log import Ledger
from include.governance.ledger.verify import verify
from tests.ledger import made
from tests.ledger.made import check, chunk, digest, key

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("how", "kills"), [("random", 60), ("points", 60)])
def test_a_kill_loses_nothing_acknowledged(how: str, kills: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.ledger.killing", how, tmp_path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.splitlines()[-1]) >= kills


def test_appenders_in_several_processes_take_turns(folder: Path) -> None:
    made.ledger(folder)
    plans = ["a", "b", "c", "d"]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.ledger.appender", folder, plan, "25"], cwd=ROOT
        )
        for plan in plans
    ]
    held = []
    while any(each.poll() is None for each in running):
        held.append(verify(snapshot(folder), [key().public]).holds)
    assert [each.returncode for each in running] == [0, 0, 0, 0]
    assert all(held), "a reader saw an append half done"
    found: dict[str, list[int]] = {digest(plan): [] for plan in plans}
    for record in Ledger(folder).records():
        assert isinstance(record.entry, ChunkApplied)
        found[record.entry.plan].append(record.entry.chunk)
    assert all(chunks == list(range(25)) for chunks in found.values())
    assert check(folder).entries == 100


def test_threads_with_one_ledger_take_turns(folder: Path) -> None:
    ledger = made.ledger(folder)

    def append(plan: str) -> None:
        for number in range(10):
            ledger.append([chunk(number, plan)], key())

    threads = [threading.Thread(target=append, args=(plan,)) for plan in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert check(folder).holds
    assert check(folder).entries == 30
