"""`daicho` with every logger at DEBUG, one command after another; what it prints is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.conftest import ROOT


class Console:
    """One warm process; every command is a fork of it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.warm", "--debug"],
            cwd=ROOT,
            env={**os.environ, "DAICHO_LANG": "ja"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def __enter__(self) -> Console:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=30)

    def run(self, env: Mapping[str, str], output: Path, *words: str) -> int:
        """Run a command to its end; the exit code."""
        assert self._process.stdin
        assert self._process.stdout
        command = {"env": dict(env), "arguments": words, "output": str(output)}
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdout.readline()  # its process id
        return int(self._process.stdout.readline())


class Home:
    """The command line of one installation, with a store of its own."""

    def __init__(self, console: Console, folder: Path, env: Mapping[str, str]) -> None:
        self.folder = folder
        self._console = console
        self._env = {**env, "DAICHO_STORE": f"sqlite:///{folder / 'cli.db'}"}
        self._told = folder / "told"
        self._told.mkdir(exist_ok=True)
        self._number = 0

    def run(self, *words: str) -> int:
        """Run a command; what it printed stays in a file."""
        self._number += 1
        return self._console.run(self._env, self._told / f"{self._number:02}.txt", *words)

    def well(self, *words: str, code: int = 0) -> None:
        """A command that ends so."""
        found = self.run(*words)
        assert found == code, (words, found, (self._told / f"{self._number:02}.txt").read_text())

    def json(self, *words: str) -> Any:
        """What a command that succeeds tells programs."""
        file = self._told / f"{self._number + 1:02}.json"
        self.well(*words, "--json", str(file))
        return json.loads(file.read_text("utf-8"))
