"""Measure detection beside its peers and print one table.

    python -m benchmarks.detection --data FOLDER                 # everything
    python -m benchmarks.detection quality --data FOLDER --set ner-wikipedia --half even
    python -m benchmarks.detection columns --wrong               # needs no folder
    python -m benchmarks.detection speed --rows 100000           # needs no folder
    python -m benchmarks.detection memory --cells 50000000       # needs no folder; ten minutes
    python -m benchmarks.detection recall --data FOLDER          # writes what bounds go by

The folder holds data sets of other people (synth_dataset_v2_dev, ner-wikipedia-dataset,
piicatcher, ec_small, ja_traps_dev.json), as far as they are there. Peers that are not installed
are named and left out. Exit 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.detection import columns, memory, peers, quality, recall, speed
from benchmarks.detection.column_sets import column_sets
from benchmarks.detection.sets import HALVES
from benchmarks.detection.table import HEADINGS, Line

PARTS = ("quality", "columns", "speed", "recall", "memory")
SETS = ("synth_dataset_v2", "ner-wikipedia", "traps", "ec_small")


def main() -> int:
    """Measure, print, judge."""
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.detection",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument(
        "part", nargs="?", choices=PARTS, help="all but recall and memory if left out"
    )
    options.add_argument("--data", type=Path, help="folder of labelled data sets")
    options.add_argument("--set", dest="chosen", choices=SETS, help="one set of quality")
    options.add_argument("--half", choices=HALVES, help="one half of the texts, by their hash")
    options.add_argument("--seed", type=int, default=1, help="of the columns that are made here")
    options.add_argument("--rows", type=int, default=speed.ROWS, help="of the shop that is scanned")
    options.add_argument(
        "--cells",
        type=int,
        default=memory.CELLS,
        help="of the database whose scan's memory is told",
    )
    options.add_argument("--wrong", action="store_true", help="name every column judged wrong")
    given = options.parse_args()
    print(HEADINGS)
    missed = 0
    for line in measured(given):
        missed += bool(line.missed)
        print(line.text(), flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak memory {peak} MB; {missed} lines miss a target")
    return 1 if missed else 0


def measured(given: argparse.Namespace) -> Iterator[Line]:
    """The lines of the chosen parts."""
    if given.part in (None, "quality"):
        if given.data:
            yield from quality.texts(given.data, given.chosen, given.half)
            yield from quality.passed(given.data, given.chosen)
            yield from quality.cells(given.data, given.chosen)
        else:
            yield Line("-", "-", "quality", skipped="no --data folder is given")
    if given.part in (None, "columns"):
        for chosen in column_sets(given.data, given.seed):
            yield from columns.measured(chosen, show_wrong=given.wrong)
    if given.part == "recall":
        if given.data:
            yield from recall.written(given.data)
        else:
            yield Line("-", "-", "recall", skipped="no --data folder is given")
    if given.part == "memory":
        yield from memory.measured(given.cells)
    if given.part in (None, "speed"):
        yield from speed.measured(given.rows)
        yield from peers.measured()


if __name__ == "__main__":
    sys.exit(main())
