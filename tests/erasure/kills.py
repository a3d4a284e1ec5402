"""How many kills a run makes, and how a process is killed: at a moment, or at a statement."""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from random import Random
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import URL

Phase = Literal["apply", "keep", "server", "plan", "dispose", "verify", "certify"]
Work = Callable[[], object]

#: All kills of a run, over all databases and phases; the nightly one makes ten times as many.
KILLS = int(os.environ.get("DAICHO_TEST_KILLS", "32"))
_DATABASES = {"sqlite": 0.5, "postgresql": 0.25, "mysql": 0.25}
_PHASES: dict[Phase, float] = {
    "apply": 0.4, "keep": 0.1, "server": 0.1,
    "plan": 0.1, "dispose": 0.1, "verify": 0.1, "certify": 0.1,
}  # fmt: skip
_FORK = multiprocessing.get_context("fork")
#: A process that is killed at a random moment may need so much longer than one that was measured.
_MARGIN = 1.3


def kills(phase: Phase, url: URL) -> int:
    """How many kills fall on a phase in a database."""
    return math.ceil(KILLS * _PHASES[phase] * _DATABASES[url.get_backend_name()])


def strike(work: Callable[[Any], object], random: Random) -> None:
    """Let a process begin its work, which sets the event it gets, and kill it a moment later."""
    started = _FORK.Event()
    worker = _FORK.Process(target=work, args=(started,))
    worker.start()
    assert started.wait(60)
    time.sleep(random.uniform(0, 0.05))
    worker.kill()
    worker.join()


def strike_at(work: Work, *words: str) -> float:
    """Kill a process that is about to say these words to a database, in their order.

    How long it lived.
    """
    left = list(words)

    def watch(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if left[0] in statement:
            left.pop(0)
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    def doomed() -> None:
        sa.event.listen(sa.Engine, "before_cursor_execute", watch)
        work()

    began = time.monotonic()
    assert _ended(doomed) == -signal.SIGKILL
    return time.monotonic() - began


def storm(work: Work, number: int, longest: float, random: Random) -> None:
    """Kill so many processes, each at any moment; one that ends before must have done its work."""
    struck = 0
    while struck < number:
        code = _ended(work, random.uniform(0, _MARGIN * longest))
        assert code in (0, -signal.SIGKILL)
        struck += code != 0


def _ended(work: Work, after: float | None = None) -> int | None:
    """How a process ended that was given some time for its work."""
    worker = _FORK.Process(target=work)
    worker.start()
    worker.join(after)
    if after is not None:
        worker.kill()
        worker.join()
    return worker.exitcode
