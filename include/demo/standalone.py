"""Serve Airflow's pages on 127.0.0.1 and stop every process it started."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

import httpx

from include.demo.airflow_env import USERS, environment, passwords
from include.demo.show import Console

POOL = "daicho_sources"
READY_SECONDS = 180
GRACE_SECONDS = 12


def serve(home: Path, settings: Mapping[str, str], port: int, console: Console) -> int:
    """Run until Ctrl-C or SIGTERM; 0 when it was stopped so, 1 when Airflow ended by itself."""
    if not _is_free(port):
        console.say("port_taken", port=port)
        return 3
    words = passwords(home)
    env = environment(home, settings, port)
    log = home / "airflow" / "standalone.log"
    with log.open("w", encoding="utf-8") as out:
        _prepare(env, out.fileno())
        child = subprocess.Popen(  # noqa: S603 - Airflow, from this environment
            [str(Path(sys.executable).with_name("airflow")), "standalone"],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    wanted = _Stop()
    try:
        started = time.monotonic()
        with console.waiting("airflow_starting"):
            ready = _wait_ready(port, child, wanted)
        if ready:
            console.step("airflow_up", time.monotonic() - started, port=port)
            for user in USERS:
                console.say(f"user_{user}", name=user, password=words[user])
            console.say("stop_with")
        while child.poll() is None and not wanted.asked:
            time.sleep(0.2)
    finally:
        stop_group(child)
    if wanted.asked:
        console.say("stopped")
        return 0
    console.log_tail(log)
    console.say("failed", log=log)
    return 1


class _Stop:
    """Remembers that somebody asked to stop."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def _prepare(env: Mapping[str, str], out: int) -> None:
    """Airflow's database and the pool of the source tasks."""
    airflow = str(Path(sys.executable).with_name("airflow"))
    for words in (
        ["db", "migrate"],
        ["pools", "set", POOL, "2", "Tasks that read a source"],
    ):
        subprocess.run([airflow, *words], env=dict(env), stdout=out, stderr=out, check=True)  # noqa: S603


def _wait_ready(port: int, child: subprocess.Popen[bytes], stop: _Stop) -> bool:
    """Whether all four parts of Airflow say that they are healthy."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and child.poll() is None and not stop.asked:
        with contextlib.suppress(httpx.HTTPError, ValueError):
            found = httpx.get(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=2).json()
            parts = [
                found[name]["status"] for name in ("metadatabase", "scheduler", "dag_processor")
            ]
            if parts == ["healthy"] * 3:
                return True
        time.sleep(0.5)
    return False


def stop_group(child: subprocess.Popen[bytes]) -> None:
    """Interrupt, then terminate, then kill the whole process group: no child is left behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        if not _group_lives(child.pid):
            break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        until = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < until and _group_lives(child.pid):
            child.poll()
            time.sleep(0.1)
    child.wait()


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0
