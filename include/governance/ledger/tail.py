"""The last whole checkpoint of a file, and where it ends."""

from __future__ import annotations

import os
from pathlib import Path

from include.governance.errors import LedgerError
from include.governance.ledger.checkpoint import (
    SignedCheckpoint,
    find_notes,
    parse_checkpoint,
)
from include.governance.ledger.folder import CHECKPOINTS

#: More than two checkpoints with several signatures each.
_WINDOW = 8_192


def last_checkpoint(folder: Path) -> tuple[SignedCheckpoint | None, int]:
    """The last checkpoint and the byte where it ends; what follows was cut off while written.

    Raises LedgerError when something whole but unreadable stands there: somebody changed it.
    """
    with (folder / CHECKPOINTS).open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        begin = max(0, size - _WINDOW)
        stream.seek(begin)
        window = stream.read(_WINDOW)
    # Whatever the bytes are, the text turns back into exactly them.
    text = window.decode("utf-8", "surrogateescape")
    *_, found = (None, *((end, note) for _, end, note in find_notes(text) if text[end : end + 1]))
    rest = text[found[0] + 1 :] if found else text
    if rest.endswith("\n\n") or (rest and begin and not found):
        raise LedgerError("ledger_checkpoint_unreadable")
    try:
        last = parse_checkpoint(found[1]) if found else None
    except ValueError:
        raise LedgerError("ledger_checkpoint_unreadable") from None
    return last, size - len(rest.encode("utf-8", "surrogateescape"))
