"""The keys of the rows that an expectation finds, kept out of the library's results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from include.governance.source.database import Key

_KEYS: ContextVar[list[Key]] = ContextVar("keys")


@contextmanager
def keys_taken() -> Iterator[list[Key]]:
    """What the statement that is judged within it lists; of two attempts, the last."""
    keys: list[Key] = []
    token = _KEYS.set(keys)
    try:
        yield keys
    finally:
        _KEYS.reset(token)


def take(rows: Iterable[Key]) -> int:
    """Keep the keys for whoever asked for them, and say their number only."""
    keys = _KEYS.get([])
    keys[:] = rows
    return len(keys)
