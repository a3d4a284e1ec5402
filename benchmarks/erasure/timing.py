"""Time runs in pairs, one beside the other, so that a slow moment of the machine hits both."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Self

from benchmarks.erasure.processor import used_by


@dataclass
class Cost:
    """What rows cost: seconds on the clock, and of the processor: the server's and our own.

    The server's are those of all its processes, so nobody else should be using it.
    """

    server: int | None = None
    wall: float = 0.0
    cpu: float = 0.0
    own: float = 0.0
    rows: int = 0
    longest: float = 0.0
    _began: tuple[float, float, float] = field(default=(0.0, 0.0, 0.0), repr=False)

    def start(self) -> None:
        """From now on."""
        self._began = (time.perf_counter(), used_by(self.server), time.thread_time())

    def stop(self) -> None:
        """Until now."""
        at, used, own = self._began
        seconds = time.perf_counter() - at
        self.wall += seconds
        self.longest = max(self.longest, seconds)
        self.own += time.thread_time() - own
        self.cpu += used_by(self.server) - used

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    @property
    def wall_per_row(self) -> float:
        """Seconds of a row."""
        return self.wall / max(self.rows, 1)

    @property
    def cpu_per_row(self) -> float:
        """Seconds of the server's processor of a row."""
        return self.cpu / max(self.rows, 1)

    @property
    def work_per_row(self) -> float:
        """Seconds of both processors of a row: what the clock shows on an idle machine."""
        return (self.cpu + self.own) / max(self.rows, 1)


@dataclass(frozen=True)
class Figure:
    """One measured number, and what it may be at most."""

    name: str
    found: float
    target: float | None = None
    unit: str = "x"

    @property
    def good(self) -> bool:
        """Within its target, or without one."""
        return self.target is None or self.found <= self.target

    def line(self) -> str:
        """For a terminal."""
        target = "" if self.target is None else f"<= {self.target:g}"
        missed = "" if self.good else "MISSED"
        return f"{self.name:64} {self.found:10,.3f} {self.unit:7} {target:9} {missed}".rstrip()
