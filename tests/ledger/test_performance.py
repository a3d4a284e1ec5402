"""Loose bounds, ten times what is measured: an append does not read the whole ledger again."""

from __future__ import annotations

import time
from pathlib import Path

from include.governance.ledger.rows import RowKey, commit_rows
from tests.ledger import made
from tests.ledger.made import check, chunk, chunks, key


def seconds(since: float) -> float:
    return time.perf_counter() - since


def test_an_append_costs_the_same_late_as_early(folder: Path) -> None:
    ledger = made.ledger(folder, 5_000)
    started = time.perf_counter()
    for number in range(50):
        ledger.append([chunk(number)], key())
    assert seconds(started) / 50 < 0.05


def test_ten_thousand_entries_verify_in_seconds(folder: Path) -> None:
    ledger = made.ledger(folder)
    for start in range(0, 10_000, 100):
        ledger.append(chunks(100, start), key())
    started = time.perf_counter()
    assert check(folder).entries == 10_000
    assert seconds(started) < 10


def test_a_hundred_thousand_rows_are_committed_in_seconds() -> None:
    rows: list[tuple[str, RowKey]] = [("customers", number) for number in range(100_000)]
    started = time.perf_counter()
    assert commit_rows(rows, bytes(32)).rows == 100_000
    assert seconds(started) < 8
