"""Keep one throw-away database server of a project folder running on this machine.

A server is recognised by what it is, not by what a file says about it: it answers on its port
to the folder's own random password, and its process works inside the folder's own data folder.
So a stale pid file, a reused process id or a foreign server on the same port cannot mislead.
"""
# ruff: noqa: S603, S607 (every command is built here, from fixed words)

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TypedDict

START_SECONDS = 60.0
STOP_SECONDS = 30.0
STARTS = 3


class ServiceError(Exception):
    """A server could not be brought into the wanted state; the message says what to do."""


class Identity(TypedDict, total=False):
    """The arguments that make subprocess drop root's rights."""

    user: int
    group: int
    extra_groups: list[int]


class Server(ABC):
    """One server of one project folder, with its data, port and password."""

    label: str
    program: str
    package: str
    user: str
    first_port: int
    stop_signal = signal.SIGTERM

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        self.folder = home / self.label.lower()
        self._state: dict[str, str | int] = self._read_state()

    # what differs from server to server

    @abstractmethod
    def installed(self) -> bool:
        """Whether the server's and its client's programs are on this machine."""

    @abstractmethod
    def initialise(self) -> None:
        """Fill the empty data folder and set the password."""

    @abstractmethod
    def command(self) -> list[str]:
        """The command that runs the server in the foreground."""

    @abstractmethod
    def question(self) -> tuple[list[str], dict[str, str], str]:
        """A client's command, its environment, and the answer that only this server gives."""

    @abstractmethod
    def address(self) -> str:
        """The line for the tests' environment."""

    def clear(self) -> None:  # noqa: B027 - most leave nothing
        """Remove what a crash left in the data folder; called when no process works there."""

    def still_fits(self) -> bool:
        """Whether the data can be used by the installed version."""
        return True

    # what every server shares

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return int(self._state["port"])

    @property
    def password(self) -> str:
        """The random password of this data folder."""
        return str(self._state["password"])

    @property
    def data(self) -> Path:
        """The data folder, which only the server's user can read."""
        return Path(str(self._state["data"]))

    def start(self) -> str:
        """Make the server run and answer; say what was done."""
        if self.answers():
            return f"{self.label} runs already on port {self.port}"
        if not self._state or not self.still_fits():
            self._create()
        log, starts, process = self.folder / "log", 0, None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.answers():
                return f"{self.label} started on port {self.port}"
            if process is not None and process.poll() is not None:
                process = None
            if process is None and not self._processes():
                if starts == STARTS:
                    break
                starts += 1
                self._take_port()
                self.clear()
                process = self._spawn(log)
            time.sleep(0.1)
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        tail = "\n".join([f"end of {log}:", *lines[-20:]])
        raise ServiceError(f"{self.label} does not answer on port {self.port}; {tail}")

    def stop(self) -> str:
        """Stop the server, by force if it takes too long; say what was done."""
        if not self._state or not self._processes():
            return f"{self.label} is stopped"
        self._signal(self.stop_signal, self._leaders())
        deadline = time.monotonic() + STOP_SECONDS
        while self._processes():
            if time.monotonic() > deadline:
                self._signal(signal.SIGKILL, list(self._processes()))
            time.sleep(0.05)
        return f"{self.label} stopped"

    def crash(self) -> None:
        """End the server with all that it started, as a power cut does; start() recovers it."""
        while found := self._processes():
            self._signal(signal.SIGKILL, list(found))
            time.sleep(0.01)

    def remove(self) -> None:
        """Delete everything that the server stored."""
        if self._state:
            shutil.rmtree(self.data, ignore_errors=True)
            if self.data.parent != self.folder:
                shutil.rmtree(self.data.parent, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def answers(self) -> bool:
        """Whether this very server (not another one on its port) answers."""
        if not self._state:
            return False
        command, env, answer = self.question()
        try:
            done = subprocess.run(
                command, env=self._env(env), capture_output=True, text=True, timeout=5, cwd="/"
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0 and done.stdout.strip() == answer

    def run(self, command: list[str], stdin: str = "", **env: str) -> None:
        """Run a set-up command as the server's user inside the data folder."""
        done = subprocess.run(
            command, input=stdin, env=self._env(env), text=True, cwd=self.data,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **self._identity(),
        )  # fmt: skip
        if done.returncode:
            raise ServiceError(f"{Path(command[0]).name} failed:\n{done.stdout[-2000:]}")

    def _create(self) -> None:
        """Make a new data folder; the state is written last, so half a set-up is made again."""
        if self._state:
            self.stop()
        # somebody deleted the folder under a running server: nothing can be asked of it any more
        self._signal(signal.SIGKILL, list(self._processes(f"{self.folder / 'data'} (deleted)")))
        self.remove()
        self.folder.mkdir(parents=True)
        self._state = {
            "root": str(self.root),
            "port": free_port(self.first_port),
            "password": secrets.token_hex(16),
            "data": str(self._place()),
        }
        try:
            self.initialise()
        except BaseException:
            self.remove()
            self._state = {}
            raise
        self._write_state()

    def _place(self) -> Path:
        """An empty data folder that the server's user can reach: here, or else in /var/tmp."""
        inside = self.folder / "data"
        inside.mkdir(mode=0o700)
        if os.geteuid() != 0:
            return inside
        user = self._account()
        os.chown(inside, user.pw_uid, user.pw_gid)
        if subprocess.run(["test", "-w", str(inside)], cwd="/", **self._identity()).returncode == 0:
            return inside
        inside.rmdir()
        parent = Path(tempfile.mkdtemp(prefix=f"daicho-{self.label.lower()}-", dir="/var/tmp"))
        outside = parent / "data"
        outside.mkdir(mode=0o700)
        for folder in (parent, outside):
            os.chown(folder, user.pw_uid, user.pw_gid)
        return outside

    def _spawn(self, log: Path) -> subprocess.Popen[bytes]:
        """Start the server in a session of its own, so that it outlives whoever started it."""
        with log.open("wb") as out:
            return subprocess.Popen(
                self.command(), env=self._env({}), cwd=self.data, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, **self._identity(),
            )  # fmt: skip

    def _take_port(self) -> None:
        """Move to another port if somebody else has taken ours since."""
        port = free_port(self.port)
        if port != self.port:
            self._state["port"] = port
            self._write_state()

    def _processes(self, folder: str = "") -> dict[int, int]:
        """The processes that work in the data folder, each with its parent."""
        found, folder = {}, folder or str(self.data)
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                name = (entry / "exe").readlink().name
                if name.startswith(self.program) and str((entry / "cwd").readlink()) == folder:
                    stat = (entry / "stat").read_text().rpartition(")")[2].split()
                    found[int(entry.name)] = int(stat[1])
            except OSError:
                continue  # gone in the meantime, or not ours to look at
        return found

    def _leaders(self) -> list[int]:
        processes = self._processes()
        return [pid for pid, parent in processes.items() if parent not in processes]

    @staticmethod
    def _signal(number: signal.Signals, pids: list[int]) -> None:
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def _account(self) -> pwd.struct_passwd:
        """The unprivileged user that runs the server when we are root."""
        for name in (self.user, "nobody"):
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise ServiceError(f"{self.label} must not run as root, and there is no user {self.user}")

    def _identity(self) -> Identity:
        """Whom the server runs as: its own user if we are root, else we ourselves."""
        if os.geteuid() != 0:
            return {}
        user = self._account()
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def _env(self, more: dict[str, str]) -> dict[str, str]:
        """A bare environment: nobody's PGHOST or TZ reaches the server or its client."""
        path = f"{os.environ.get('PATH', '')}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
        return {"PATH": path, "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", **more}

    def _read_state(self) -> dict[str, str | int]:
        """What was remembered, unless it belongs to the folder that this one was copied from."""
        try:
            state: dict[str, str | int] = json.loads((self.folder / "state.json").read_text())
        except (OSError, ValueError):
            return {}
        fits = state.get("root") == str(self.root) and Path(str(state["data"])).is_dir()
        return state if fits else {}

    def _write_state(self) -> None:
        draft = self.folder / "state.new"
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(self._state, file)
        draft.replace(self.folder / "state.json")


def free_port(first: int) -> int:
    """The first port from ``first`` on that nobody listens on."""
    for port in range(first, first + 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ServiceError(f"no free port from {first} to {first + 199}")
