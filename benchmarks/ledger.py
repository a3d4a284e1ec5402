"""What the ledger costs: appending, verifying, proving, committing rows, room on disk.

    python benchmarks/ledger.py [--entries 100000] [--folder DIR]

The folder decides what a durable write costs, so name one on the disk that the ledger will use.
Prints one line per measurement; medians of five where it says so.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from include.governance.ledger import folder as folder_of_ledger  # noqa: E402
from include.governance.ledger.entry import ChunkApplied, TableCount  # noqa: E402
from include.governance.ledger.export import export, verify_export  # noqa: E402
from include.governance.ledger.folder import ENTRIES, snapshot  # noqa: E402
from include.governance.ledger.keys import make_key  # noqa: E402
from include.governance.ledger.log import Ledger  # noqa: E402
from include.governance.ledger.rows import RowKey, commit_rows  # noqa: E402
from include.governance.ledger.verify import verify  # noqa: E402

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
KEY = make_key("example.co.jp/daicho", bytes(32))
ROWS = 300_000


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--entries", type=int, default=100_000)
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="daicho-ledger-", dir=given.folder) as place:
        for batch in (1, 10, 100, 1_000):
            append(Path(place) / f"batch-{batch}", batch)
        long(Path(place), given.entries)
    rows()


def chunk(number: int) -> ChunkApplied:
    """An entry as the apply step writes it: six tables."""
    digest = hashlib.sha256(b"%d" % number).hexdigest()
    tables = [
        TableCount(table=f"table_{n}", action="delete", rows=number % 9_999, digest=digest)
        for n in range(6)
    ]
    return ChunkApplied(
        at=AT, plan=digest, chunk=number, mode="fast", roots_planned=500, roots_applied=500,
        roots_skipped=0, tables=tuple(tables), receipt_digest=digest, run=digest[:32],
    )  # fmt: skip


def append(folder: Path, batch: int) -> None:
    """The cost of a durable, signed append in a running process, by size of batch."""
    ledger = Ledger.begin(folder, KEY)
    entries = [chunk(number) for number in range(batch)]
    raw, found = [], []
    for _ in range(100):
        raw.append(timed(lambda: bare(folder.with_suffix(".raw"), entries)))
        found.append(timed(lambda: ledger.append(entries, KEY)))
    floor, cost = statistics.median(raw) / batch * 1e6, statistics.median(found) / batch * 1e6
    show(f"append, {batch} a batch", cost, f"us/entry (bare write, two fsync: {floor:,.2f})")


def bare(path: Path, entries: list[ChunkApplied]) -> None:
    """The same bytes and waits without any proof: the floor."""
    content = "\n".join(each.model_dump_json() for each in entries).encode()
    folder_of_ledger.append(path, content)
    folder_of_ledger.append(path, b"x" * 250)


def long(place: Path, entries: int) -> None:
    """A ledger of ``entries``, a checkpoint every hundred."""
    folder = place / "long"
    ledger = Ledger.begin(folder, KEY)
    for start in range(0, entries, 100):
        ledger.append([chunk(number) for number in range(start, start + 100)], KEY)
    size = (folder / ENTRIES).stat().st_size
    show("size of an entry", size / entries, "bytes")
    trusted = [KEY.public]
    found = timed(lambda: verify(snapshot(folder), trusted))
    show(f"verify {entries:,} entries", found, "s")
    show("first append of a process", timed(lambda: Ledger(folder).append([chunk(0)], KEY)), "s")
    show("an append after it", median(lambda: ledger.append([chunk(0)], KEY)) * 1e3, "ms")
    show("inclusion proof", timed(lambda: ledger.inclusion(entries // 2)), "s")
    target = place / "export.zip"
    show("export", timed(lambda: export(folder, target, AT)), "s")
    show("verify the export", timed(lambda: verify_export(target, trusted)), "s")
    show("size of the export", target.stat().st_size / 1e6, "MB")


def rows() -> None:
    """The cost of a salted leaf per row."""

    def keys() -> Iterator[tuple[str, RowKey]]:
        return (("customers", number) for number in range(ROWS))

    found = timed(lambda: commit_rows(keys(), bytes(32)))
    show("commit rows", found / ROWS * 1e6, "us/row")


def timed(action: Callable[[], object]) -> float:
    """Seconds of one call."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def median(action: Callable[[], object]) -> float:
    """Median seconds of five calls."""
    return statistics.median(timed(action) for _ in range(5))


def show(what: str, value: float, unit: str) -> None:
    """One line."""
    print(f"{what:32} {value:12,.2f} {unit}", flush=True)


if __name__ == "__main__":
    main()
