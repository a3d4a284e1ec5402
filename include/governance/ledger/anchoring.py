"""Put the last checkpoint where the operator cannot reach, and look whether those there still fit.

A place is a folder, where each checkpoint becomes an object of its own, or a file it is added to.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from include.governance.errors import LedgerError
from include.governance.ledger.anchor import Anchor, append_to_file, put_object, read_anchors
from include.governance.ledger.folder import reading, snapshot
from include.governance.ledger.log import Ledger
from include.governance.ledger.note import VerifierKey
from include.governance.ledger.verify import verify


def anchor(ledger: Ledger, trusted: Sequence[VerifierKey], place: Path) -> bool:
    """Anchor the last checkpoint; False when it is there already.

    Raises LedgerError, with nothing put, when the place is missing (nothing is mounted), or what is
    kept there does not belong to this ledger's history.
    """
    kept = _kept(place)  # before the ledger, which others may add to and anchor meanwhile
    found = verify(snapshot(ledger.folder), trusted, kept)
    if strange := {each.anchor for each in found.problems if each.anchor}:
        raise LedgerError("ledger_anchor_strange", path=str(place), found=len(strange))
    latest = ledger.latest()
    if latest.note in {each.note for each in kept}:
        return False
    put = put_object if place.is_dir() else append_to_file
    put(place, latest)
    return True


def _kept(place: Path) -> tuple[Anchor, ...]:
    """What was anchored before; of a place that is there and empty nothing."""
    with reading():
        if not place.exists():
            raise LedgerError("ledger_anchor_missing", path=str(place))
        empty = not (any(place.iterdir()) if place.is_dir() else place.stat().st_size)
    return () if empty else read_anchors(place)
