"""Measure how fast the peers judge cells of the same shop, one after another as they are used."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.detection.engines import OWN, engines
from benchmarks.detection.shop import shop
from benchmarks.detection.table import Line

ROWS = 100
"""Rows of the shop that peers are given: they need seconds for what takes milliseconds here."""


def measured() -> Iterator[Line]:
    """Cells a second of the processor, engine by engine."""
    cells = [
        value
        for table in shop(ROWS)
        for row in table.rows
        for value in row.values()
        if isinstance(value, str)
    ]
    for engine in engines():
        if engine.name == OWN:
            continue
        if engine.missing:
            yield Line("shop", engine.name, "speed", skipped=engine.missing)
            continue
        find = engine.build()
        find(cells[:2])  # models are loaded at first use
        began = time.process_time()
        find(cells)
        seconds = time.process_time() - began
        about = f"{len(cells):,} cells of text: {len(cells) / seconds:,.0f} cells/s"
        yield Line("shop", engine.name, about, seconds=seconds, speed=len(cells) / seconds)
