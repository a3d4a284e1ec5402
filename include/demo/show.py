"""What the demo prints: a line per step with its counts and time, in the reader's language."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rich.status import Status
from rich.table import Table

from include.governance.cli.terminal import Terminal, plain
from include.governance.wording import Language, say

T = TypeVar("T")


class Console:
    """Progress on standard output; a moving line only where somebody watches."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._out = Terminal()

    def step(self, key: str, seconds: float, *, good: bool = True, **facts: object) -> None:
        """One finished step."""
        mark = "[green]✓[/]" if good else "[bold red]✗[/]"
        text = plain(say(f"demo.{key}", self.language, **facts).rstrip())
        self._out.print(f"{mark} {text} [dim]{seconds:.1f} s[/]")

    def say(self, key: str, **facts: object) -> None:
        """A sentence."""
        self._out.print(plain(say(f"demo.{key}", self.language, **facts)))

    def table(self, table: Table) -> None:
        """A table."""
        self._out.print(table)

    def building(self, work: Callable[[Callable[[str, int], None]], T], variant: str) -> T:
        """Build the demo, showing which table is being written."""
        started = time.monotonic()
        total: dict[str, int] = {}
        with self._out.status(plain(say("demo.building", self.language))) as status:

            def tell(name: str, rows: int) -> None:
                total[name] = rows
                status.update(plain(f"{name} {rows:,}"))

            made = work(tell)
        key = "built" if total else "built_before"
        self.step(
            key,
            time.monotonic() - started,
            variant=variant,
            tables=len(total),
            rows=f"{sum(total.values()):,}",
        )
        return made

    def waiting(self, key: str, **facts: object) -> Status:
        """A line that moves while a step runs."""
        return self._out.status(plain(say(f"demo.{key}", self.language, **facts)))

    def no_server(self, variable: str) -> None:
        """Nobody said where the server is."""
        text = say("demo.no_server", self.language, variable=variable)
        Terminal(error=True).print(f"[bold red]{plain(text)}[/]")

    def log_tail(self, log: Path, lines: int = 15) -> None:
        """The end of a log, on standard error."""
        if log.is_file():
            tail = log.read_text("utf-8", "replace").splitlines()[-lines:]
            sys.stderr.write("\n".join(tail) + "\n")
