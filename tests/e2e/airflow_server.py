"""Airflow as it runs for real: an API server and a scheduler with its own task processes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil

from include.demo import standalone
from include.demo.airflow_env import environment, passwords
from tests.conftest import ROOT

T = TypeVar("T")
#: The DAGs are the real ones but for this: a test cannot wait minutes for the next try, and must
#: not depend on the hour, for a DAG whose time was just now is started at once.
QUICK = '"retry_delay": timedelta(seconds=1)'
NEVER = 'CronTriggerTimetable("0 0 29 2 *"'
TUNED = {
    "AIRFLOW__CORE__PARALLELISM": "2",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "DEBUG",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "8",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "2",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_SEC": "1",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "8",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "1",
}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Insisting(httpx.HTTPTransport):
    """Asks again for a while: the API answers 500 when its SQLite database is busy."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The first answer that is no failure of the server, or the last one."""
        until = time.monotonic() + 15
        while (answer := super().handle_request(request)).is_server_error:
            if time.monotonic() > until:
                break
            answer.close()
            time.sleep(0.5)
        return answer


class Server:
    """One Airflow on SQLite below ``home``, without PYTHONPATH: the plugin finds the engine."""

    def __init__(self, home: Path, settings: Mapping[str, str]) -> None:
        self.home = home
        port = free_port()
        self.dags = home / "dags"
        self.env = {
            **environment(home, settings, port),
            **TUNED,
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.dags),
            "DAICHO_PART_ROWS": "701",  # one table of the demo is larger
            "PYTHONWARNINGS": "ignore",
        }
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.sessions: set[int] = set()
        self.address = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(base_url=self.address, timeout=30, transport=_Insisting())

    def start(self) -> None:
        """Make the database and start both parts."""
        self.dags.mkdir()
        for file in (ROOT / "dags").glob("*.py"):
            text = file.read_text("utf-8").replace('"retry_delay": timedelta(minutes=5)', QUICK)
            text = re.sub(r'CronTriggerTimetable\("[^"]*"', NEVER, text)
            (self.dags / file.name).write_text(text, "utf-8")
        with (self.home / "prepare.log").open("wb") as out:
            assert standalone.prepare(self.env, out.fileno())
        self.begin("api-server")
        self.begin("scheduler")

    def begin(self, part: str) -> None:
        """Start one part in a process group of its own."""
        env = {name: value for name, value in self.env.items() if name != "PYTHONPATH"}
        with (self.home / f"{part}.log").open("ab") as out:
            self.children[part] = standalone.start(part, env, out.fileno())
        self.sessions.add(self.children[part].pid)

    def kill(self, part: str) -> None:
        """Kill a part and all its processes, without any warning."""
        os.killpg(self.children[part].pid, signal.SIGKILL)
        self.children[part].wait()

    def login(self, user: str = "engineer") -> None:
        """Wait until the server answers, and log in."""
        self.client.headers["Authorization"] = self.token(user)

    def token(self, user: str) -> str:
        """What a user shows with every request."""
        word = passwords(self.home)[user]
        answer = wait(
            lambda: self.client.post("/auth/token", json={"username": user, "password": word}),
            lambda answer: answer.status_code == 201,
            90,
        )
        return f"Bearer {answer.json()['access_token']}"

    @contextlib.contextmanager
    def as_user(self, user: str) -> Iterator[httpx.Client]:
        """The REST API as another user."""
        headers = {"Authorization": self.token(user)}
        base = f"{self.address}/api/v2/"
        with httpx.Client(
            base_url=base, headers=headers, timeout=30, transport=_Insisting()
        ) as client:
            yield client

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        """What Airflow's REST API says."""
        answer = self.client.get(f"/api/v2/{path}", params=query)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def trigger(self, dag: str, **conf: object) -> httpx.Response:
        """Ask for a DAG run, as the button in Airflow's pages does."""
        return self.client.post(
            f"/api/v2/dags/{dag}/dagRuns", json={"logical_date": None, "conf": conf}
        )

    def runs(self, dag: str) -> list[dict[str, Any]]:
        """The runs of a DAG, oldest first."""
        found: list[dict[str, Any]] = self.get(f"dags/{dag}/dagRuns", order_by="run_after")[
            "dag_runs"
        ]
        return found

    def tasks(self, dag: str, run_id: str) -> list[dict[str, Any]]:
        """The tasks of a run."""
        found: list[dict[str, Any]] = self.get(f"dags/{dag}/dagRuns/{run_id}/taskInstances")[
            "task_instances"
        ]
        return found

    def wait_for_run(self, dag: str, number: int, seconds: float = 150) -> dict[str, Any]:
        """The ``number``-th run of a DAG, once it has ended."""
        runs = wait(
            lambda: self.runs(dag),
            lambda found: len(found) > number and found[number]["state"] in ("success", "failed"),
            seconds,
        )
        return runs[number]

    def processes(self) -> list[int]:
        """Every living process that any part ever started: a part is the head of a session."""
        return [pid for pid in psutil.pids() if _session(pid) in self.sessions]

    def stop(self) -> None:
        """Stop everything."""
        self.client.close()
        standalone.stop(list(self.children.values()))


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


def wait(look: Callable[[], T], good: Callable[[T], bool], seconds: float) -> T:
    """Look until it is good; the last sight is in the failure."""
    until = time.monotonic() + seconds
    found: T | None = None
    while time.monotonic() < until:
        with contextlib.suppress(httpx.TransportError):
            found = look()
            if good(found):
                return found
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds} s: {json.dumps(found, default=str)[:2000]}")
