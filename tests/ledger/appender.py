"""Append one plan's chunks to a ledger that others append to as well.

python -m tests.ledger.appender FOLDER PLAN CHUNKS
"""

from __future__ import annotations

import sys
from pathlib import Path

from include.governance.ledger.log import Ledger
from tests.ledger.made import chunk, key


def main() -> None:
    """Batches of one and two, turn about."""
    ledger, plan, total = Ledger(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
    number = 0
    while number < total:
        batch = [chunk(n, plan) for n in range(number, min(total, number + 1 + number % 2))]
        ledger.append(batch, key())
        number += len(batch)


if __name__ == "__main__":
    main()
