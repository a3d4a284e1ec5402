"""`make up` starts Airflow's pages on this machine only, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.conftest import ROOT
from tests.e2e.airflow_server import free_port, wait

pytestmark = [pytest.mark.slow, pytest.mark.faults]


@contextlib.contextmanager
def up(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`daicho demo up` as somebody starts it at a keyboard; its output is in ``up.txt``."""
    with (home / "up.txt").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "include.governance", "demo", "up", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "DAICHO_HOME": str(home), "DAICHO_LANG": "en"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(60)


def below(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Every process that it started, and those started since."""
    return psutil.Process(process.pid).children(recursive=True)


def stopped(process: subprocess.Popen[bytes], by: signal.Signals) -> int:
    """Send a signal; the exit code, once every process below is gone."""
    children = below(process)
    process.send_signal(by)
    code = process.wait(60)
    _, alive = psutil.wait_procs(children, timeout=1)
    assert alive == []
    return code


def test_it_starts_is_closed_to_the_network_and_stops(tmp_path: Path) -> None:
    port = free_port()
    with up(tmp_path, port) as process:
        told = wait(
            (tmp_path / "up.txt").read_text,
            lambda text: "Ctrl-C" in text or not alive(process),
            120,
        )
        assert f"http://127.0.0.1:{port}" in told
        words = json.loads((tmp_path / "airflow" / "passwords.json").read_text())
        assert all(word in told for word in words.values())
        assert rights(port, words) == {
            "engineer": {"dags": 200, "connections": 200, "hitl": 200},
            "operator": {"dags": 200, "connections": 200, "hitl": 200},
            "owner.ec": {"dags": 200, "connections": 403, "hitl": 200},
            "cpo": {"dags": 200, "connections": 403, "hitl": 200},
        }
        assert httpx.get(f"http://127.0.0.1:{port}/api/v2/dags").status_code == 401
        listening = {
            connection.laddr.ip
            for child in below(process)
            for connection in child.net_connections(kind="inet")
            if connection.status == psutil.CONN_LISTEN
        }
        assert listening == {"127.0.0.1"}
        assert stopped(process, signal.SIGTERM) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/")
    private = {file.name for file in (tmp_path / "airflow").glob("*_*") if file.is_file()}
    for name in (*private, "passwords.json"):
        assert (tmp_path / "airflow" / name).stat().st_mode & 0o077 == 0


def test_ctrl_c_while_it_starts_stops_it_too(tmp_path: Path) -> None:
    with up(tmp_path, free_port()) as process:
        wait(lambda: len(below(process)), lambda count: count > 0, 60)
        time.sleep(1)
        assert stopped(process, signal.SIGINT) == 0


def alive(process: subprocess.Popen[bytes]) -> bool:
    """Whether it still runs."""
    return process.poll() is None


def rights(port: int, words: dict[str, str]) -> dict[str, dict[str, int]]:
    """What each of the users may see."""
    found = {}
    for user, word in words.items():
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            answer = client.post("/auth/token", json={"username": user, "password": word})
            client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            found[user] = {
                "dags": client.get("/api/v2/dags").status_code,
                "connections": client.get("/api/v2/connections").status_code,
                "hitl": client.get("/api/v2/dags/~/dagRuns/~/hitlDetails").status_code,
            }
    return found
