"""Anchor this installation's ledger where its settings say."""

from __future__ import annotations

from pathlib import Path

from include.governance.installation.ledger_place import ledger_folder, public_file
from include.governance.ledger.anchoring import anchor
from include.governance.ledger.keys import trusted_keys
from include.governance.ledger.log import Ledger
from include.governance.settings import environment


def anchor_place() -> Path | None:
    """The file or folder, out of the operator's reach, where checkpoints are kept."""
    given = environment().get("DAICHO_ANCHOR")
    return Path(given) if given else None


def anchor_if_set() -> bool | None:
    """Whether a checkpoint was put, which is not needed when nothing was added; None: nowhere."""
    if not (place := anchor_place()):
        return None
    return anchor(Ledger(ledger_folder()), trusted_keys([str(public_file())]), place)
