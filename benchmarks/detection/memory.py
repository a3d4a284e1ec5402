"""Measure the memory that a scan of a large database takes, in a process of its own."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.detection.apart import apart
from benchmarks.detection.shop import shop
from benchmarks.detection.speed import stored
from benchmarks.detection.table import Line

CELLS = 50_000_000
LIMIT = 600
"""Megabytes."""
_ROWS = 40_000


def measured(cells: int = CELLS) -> Iterator[Line]:
    """A shop whose rows are copied, with other keys and addresses, until it has so many cells."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.db"
        tables = shop(_ROWS)
        stored(path, tables, structured=False)
        once = sum(len(table.rows) * len(table.rows[0]) for table in tables)
        del tables
        with sqlite3.connect(path) as connection:
            for table in ("customers", "orders", "inquiries"):
                _copy(connection, table, max(0, -(-cells // once) - 1))
        took = apart(path)
    about = (
        f"{took.cells:,} cells: {took.megabytes} MB at most, "
        f"{took.cells / took.scanning:,.0f} cells/s, {took.scanning / took.reading:.1f} × reading"
    )
    spare = LIMIT - took.megabytes
    yield Line(
        "large shop", "daicho", about, seconds=took.scanning, spare=spare, targets={"spare": 0}
    )


def _copy(connection: sqlite3.Connection, table: str, times: int) -> None:
    """Add every row so many times; a number in the key, and one in what names a person."""
    names = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    connection.execute(f'CREATE TEMP TABLE once AS SELECT * FROM "{table}"')
    for copy in range(1, times + 1):
        values = ", ".join(_changed(at, name) for at, name in enumerate(names))
        connection.execute(f'INSERT INTO "{table}" SELECT {values} FROM once', {"copy": copy})
    connection.execute("DROP TABLE once")
    connection.commit()


def _changed(at: int, name: str) -> str:
    if at == 0 and name != "order_id":
        return f'"{name}" + :copy * 10000000'
    if name == "email":
        return f':copy || "{name}"'
    if name in ("body", "reply", "備考"):
        return f'"{name}" || char(10) || :copy'
    return f'"{name}"'
