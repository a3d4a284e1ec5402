"""Serve Airflow's pages on 127.0.0.1 and stop every process it started.

Not by ``airflow standalone``: its scheduler and triggerer open log servers on every address of
the machine, and stopping it with SIGTERM leaves its children behind.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

import httpx

from include.demo.airflow_env import USERS, environment, passwords
from include.demo.show import Console
from include.demo.signing_keys import make_keys

#: The log servers are for workers on other machines; here the files are at hand.
PARTS = {
    "api-server": (),
    "scheduler": ("--skip-serve-logs",),
    "dag-processor": (),
    "triggerer": ("--skip-serve-logs",),
}
READY_SECONDS = 180
GRACE_SECONDS = 12
Child = subprocess.Popen[bytes]


def serve(home: Path, settings: Mapping[str, str], port: int, console: Console) -> int:
    """Run until Ctrl-C or SIGTERM; 0 when it was stopped so, 1 when Airflow ended by itself."""
    if not _is_free(port):
        console.say("port_taken", port=port)
        return 3
    make_keys(home)
    words = passwords(home)
    env = {**environment(home, settings, port), "PYTHONWARNINGS": "ignore"}
    log = home / "airflow" / "standalone.log"
    wanted = _Stop()
    children: list[Child] = []
    started = time.monotonic()
    try:
        with log.open("w", encoding="utf-8") as out, console.waiting("airflow_starting"):
            if prepare(env, out.fileno(), wanted):
                children += (start(part, env, out.fileno()) for part in PARTS)
            ready = bool(children) and _wait_ready(port, children, wanted)
        if ready:
            console.step("airflow_up", time.monotonic() - started, port=port)
            for user in USERS:
                console.say(f"user_{user}", name=user, password=words[user])
            console.say("stop_with")
        while ready and _all_live(children) and not wanted.asked:
            time.sleep(0.2)
    finally:
        stop(children)
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


def prepare(env: Mapping[str, str], out: int, wanted: _Stop | None = None) -> bool:
    """Whether Airflow's database is ready; False also when somebody asked to stop meanwhile."""
    command = [sys.executable, "-m", "include.demo.prepare"]
    child = _start(command, env, out)
    while child.poll() is None:
        if wanted and wanted.asked:
            stop([child])
        time.sleep(0.1)
    return child.returncode == 0 and not (wanted and wanted.asked)


def start(part: str, env: Mapping[str, str], out: int) -> Child:
    """One part of Airflow, with all its processes in a group of its own."""
    return _start([str(Path(sys.executable).with_name("airflow")), part, *PARTS[part]], env, out)


def _start(command: Sequence[str], env: Mapping[str, str], out: int) -> Child:
    return subprocess.Popen(  # noqa: S603 - our own module or Airflow, from this environment
        command,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _wait_ready(port: int, children: Sequence[Child], wanted: _Stop) -> bool:
    """Whether all parts of Airflow say that they are healthy."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and _all_live(children) and not wanted.asked:
        with contextlib.suppress(httpx.HTTPError, ValueError):
            found = httpx.get(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=2).json()
            if {part["status"] for part in found.values()} == {"healthy"}:
                return True
        time.sleep(0.5)
    return False


def stop(children: Sequence[Child]) -> None:
    """Interrupt, then terminate, then kill whole process groups: no child is left behind.

    The last one first: a scheduler that stops lets its tasks say so to the API server.
    """
    for child in reversed(children):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            if _group_lives(child):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, number)
            until = time.monotonic() + GRACE_SECONDS
            while time.monotonic() < until and _group_lives(child):
                time.sleep(0.1)
        child.wait()


def _all_live(children: Sequence[Child]) -> bool:
    return all(child.poll() is None for child in children)


def _group_lives(child: Child) -> bool:
    child.poll()  # or its own dead process would count
    try:
        os.killpg(child.pid, 0)
    except ProcessLookupError:
        return False
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0
