"""Within a verb a database is connected to once, and a table described once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from sqlalchemy import URL, Engine

from include.governance.errors import SourceUnavailable
from include.governance.source.live import LiveTable

Opened = tuple[URL, int]


@dataclass
class Reused:
    """What was opened, described and found unreachable since the verb began."""

    engines: dict[Opened, Engine] = field(default_factory=dict)
    described: dict[tuple[URL, str | None, str], LiveTable] = field(default_factory=dict)
    unreachable: dict[Opened, SourceUnavailable] = field(default_factory=dict)

    def engine(self, opened: Opened, make: Callable[[], Engine]) -> Engine:
        """The engine of this URL, made when it is first asked for."""
        if opened not in self.engines:
            self.engines[opened] = make()
        return self.engines[opened]


_REUSED: ContextVar[Reused | None] = ContextVar("reused", default=None)


def reused() -> Reused | None:
    """What the verb that runs has opened so far; None outside of a verb."""
    return _REUSED.get()


@contextmanager
def reusing() -> Iterator[None]:
    """Use connections and descriptions again until the end, when all connections are closed.

    A source that could not be connected to is not tried again within it: a hundred rules would
    each wait as long. A verb within a verb uses what the outer one has.
    """
    if _REUSED.get() is not None:
        yield
        return
    own = Reused()
    token = _REUSED.set(own)
    try:
        yield
    finally:
        _REUSED.reset(token)
        for engine in own.engines.values():
            engine.dispose()
