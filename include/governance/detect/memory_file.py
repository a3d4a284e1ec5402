"""The file in which scans remember; who began before it was emptied writes nothing into it."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from include.governance.errors import StoreError
from include.governance.store.engine import create_file

UNUSABLE = (sqlite3.Error, StoreError, OSError, ValueError, TypeError)
_SECONDS = 30.0


def opened(path: Path) -> sqlite3.Connection:
    """A connection without a transaction to the file, made when it is not there."""
    create_file(path)
    connection = sqlite3.connect(path, timeout=_SECONDS, isolation_level=None)
    connection.execute(
        "CREATE TABLE IF NOT EXISTS found"
        " (number INTEGER PRIMARY KEY, mark BLOB NOT NULL UNIQUE, hits TEXT NOT NULL)"
    )
    connection.execute(
        "CREATE TABLE IF NOT EXISTS generation"
        " (one INTEGER PRIMARY KEY CHECK (one = 1), id BLOB NOT NULL)"
    )
    connection.execute("INSERT OR IGNORE INTO generation VALUES (1, randomblob(16))")
    return connection


def generation(connection: sqlite3.Connection) -> bytes:
    """What tells the file from what it was before it was emptied."""
    [(found,)] = connection.execute("SELECT id FROM generation")
    return bytes(found)


def forget_all(path: Path) -> None:
    """Empty the file after an erasure; scans that read before it remember nothing more.

    They learn it from the generation, before the file goes. Raises OSError when it stays.
    """
    if not path.exists():
        return
    with suppress(*UNUSABLE), closing(opened(path)) as connection:
        connection.execute("UPDATE generation SET id = randomblob(16)")
    path.unlink(missing_ok=True)
