"""Measure how fast a whole shop is scanned, how well, and in how much memory.

The shop lies in SQLite. Seconds are of the processor, of this process alone.
"""

from __future__ import annotations

import gc
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL, create_engine, text

from benchmarks.detection.apart import apart
from benchmarks.detection.scanning import only_read, scanned
from benchmarks.detection.scoring import Score
from benchmarks.detection.shop import Table, shop
from benchmarks.detection.table import Line
from include.governance.detect.table import ColumnInfo, TableScan, TableScanner
from include.governance.detect.values import Detector
from include.governance.source.database import Source

ROWS = 100_000
"""Rows of the whole shop; 1.51 million cells."""
_TEXTS = ("profile_json", "備考", "gift_message", "body", "reply", "raw_log")


def measured(rows: int = ROWS) -> Iterator[Line]:
    """The lines of the table."""
    with tempfile.TemporaryDirectory() as folder:
        tables = shop(rows)
        whole = stored(Path(folder) / "whole.db", tables, structured=False)
        plain = stored(Path(folder) / "structured.db", tables, structured=True)
        yield _quality(tables)
        del tables
        gc.collect()
        Detector().find(["山田太郎様 Dear John Smith, a@b.example"])
        before = _peak()
        yield from _fast("every column", whole, {"speed": 100_000})
        grown = _peak() - before
        yield Line("shop", "daicho", f"peak memory grew by {grown} MB to {_peak()} MB")
        yield _without_model(Path(folder) / "whole.db")
        yield from _fast("structured columns", plain, {"read_share": 1 / 3})


def _without_model(path: Path) -> Line:
    """Patterns and Japanese names only, as an installation can choose."""
    took = apart(path, "english: {engine: none}\n")
    return Line(
        "shop",
        "daicho without model",
        f"every column, patterns and Japanese names: {took.cells / took.scanning:,.0f} cells/s",
        seconds=took.scanning,
        speed=took.cells / took.scanning,
        targets={"speed": 200_000},
    )


def stored(path: Path, tables: tuple[Table, ...], *, structured: bool) -> Source:
    """The tables in a new SQLite file, with or without their columns of text."""
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in tables:
            names = [n for n in table.rows[0] if not (structured and n in _TEXTS)]
            columns = ", ".join(f'"{n}" {_type(table, n)}' for n in names)
            connection.execute(text(f'CREATE TABLE "{table.name}" ({columns})'))
            marks = ", ".join(f":c{at}" for at in range(len(names)))
            connection.execute(
                text(f'INSERT INTO "{table.name}" VALUES ({marks})'),
                [{f"c{at}": row[n] for at, n in enumerate(names)} for row in table.rows],
            )
    engine.dispose()
    return Source("shop", url)


def _type(table: Table, name: str) -> str:
    value = next((row[name] for row in table.rows if row[name] is not None), "")
    key = " PRIMARY KEY" if name == next(iter(table.rows[0])) and name != "order_id" else ""
    return ("INTEGER" if isinstance(value, int) else "TEXT") + key


def _fast(about: str, source: Source, targets: dict[str, float]) -> Iterator[Line]:
    """Read everything, then read and scan everything."""
    began = time.process_time()
    cells = sum(only_read(source, name) for name in source.table_names())
    reading = time.process_time() - began
    yield Line("shop", "sqlalchemy", f"{about}, only read: {cells:,} cells", seconds=reading)
    began = time.process_time()
    for name in source.table_names():
        assert not scanned(source, name).unsettled
    seconds = time.process_time() - began
    yield Line(
        "shop",
        "daicho",
        f"{about}, scanned: {cells / seconds:,.0f} cells/s, {seconds / reading:.1f} × reading",
        seconds=seconds,
        speed=cells / seconds,
        read_share=reading / seconds,
        targets=targets,
    )


def _quality(tables: tuple[Table, ...]) -> Line:
    """Of which kinds each cell is said to be, against what was put into it."""
    score = Score()
    for table in tables:
        gold = {(g.column, g.row, g.kind) for g in table.gold}
        found = {
            (hit.column, row, str(hit.entity))
            for hit in _scanned(table).hits
            if isinstance(row := hit.key, int)
        }
        score.found += len(found)
        score.labelled += len(gold)
        score.hits += len(found & gold)
        score.met += len(found & gold)
    about = f"kinds of cells ({score.labelled:,})"
    targets = {"recall": 0.995, "precision": 0.99}
    return Line("shop", "daicho", about, score.precision, score.recall, score.f2, targets=targets)


def _scanned(table: Table) -> TableScan:
    names = list(table.rows[0])
    every = frozenset({g.kind for g in table.gold})
    scanner = TableScanner(
        [ColumnInfo(name, "string") for name in names],
        Detector(),
        watch=dict.fromkeys(names, every),
        max_hits=len(table.rows),
        named=lambda key: key[0],
        defer=True,
    )
    for start in range(0, len(table.rows), 10_000):
        rows = table.rows[start : start + 10_000]
        keys = [(start + at,) for at in range(len(rows))]
        scanner.feed(keys, {name: [row[name] for row in rows] for name in names})
    return scanner.finish()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
