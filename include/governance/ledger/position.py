"""How far a process has read a ledger, and what it proved on the way."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from include.governance.errors import LedgerError
from include.governance.ledger.checkpoint import Checkpoint, SignedCheckpoint
from include.governance.ledger.entry import (
    NOTHING_BEFORE,
    Entry,
    KeyRotated,
    Record,
    canonical,
    read_record,
)
from include.governance.ledger.folder import ENTRIES, MAX_LINE
from include.governance.ledger.merkle import Tree, leaf_hash
from include.governance.ledger.note import SigningKey


@dataclass
class Position:
    """A place between two entries: ``offset`` in bytes, ``key`` as the last rotation named it."""

    tree: Tree = field(default_factory=Tree)
    offset: int = 0
    previous: str = NOTHING_BEFORE
    key: str | None = None

    @property
    def size(self) -> int:
        """The number of entries before it."""
        return self.tree.size

    def copy(self) -> Position:
        """A position that can move without this one."""
        return Position(self.tree.copy(), self.offset, self.previous, self.key)

    def state(self, origin: str) -> Checkpoint:
        """The ledger up to here."""
        return Checkpoint(origin, self.size, self.tree.root())

    def write(self, entry: Entry) -> bytes:
        """The line of ``entry`` at this place, and move behind it.

        The line is read back first, because models can be made unchecked.
        """
        try:
            line = canonical(Record(seq=self.size, previous=self.previous, entry=entry))
            read_record(line)
        except ValueError:
            raise LedgerError("ledger_entry_refused", kind=type(entry).__name__) from None
        self._take(line)
        return line + b"\n"

    def advance(self, folder: Path, last: SignedCheckpoint) -> None:
        """Read on to ``last``; raises LedgerError when the entries are not those it covers."""
        if last.size < self.size:
            raise LedgerError("ledger_cut", found=last.size, allowed=self.size)
        with (folder / ENTRIES).open("rb") as stream:
            if stream.seek(0, os.SEEK_END) < self.offset:
                raise LedgerError("ledger_cut", found="-", allowed=self.size)
            stream.seek(self.offset)
            for line in islice(_lines(stream), last.size - self.size):
                if not line.endswith(b"\n"):
                    break
                self._take(line[:-1])
        if self.size < last.size:
            raise LedgerError("ledger_cut", found=self.size, allowed=last.size)
        if self.tree.root() != last.checkpoint.root:
            raise LedgerError("ledger_altered", size=last.size)

    def check_key(self, key: SigningKey, last: SignedCheckpoint) -> None:
        """Raise LedgerError unless ``key`` signed ``last`` and no rotation replaced it."""
        signed = last.checkpoint.origin == key.name and last.is_signed_by(key.public)
        if not signed or self.key not in (None, key.public.public.hex()):
            raise LedgerError("ledger_other_key", found=f"{key.name}+{key.public.key_id}")

    def _take(self, line: bytes) -> None:
        if b'"kind":"key_rotated"' in line:
            entry = readable(line, self.size).entry
            self.key = entry.new_key if isinstance(entry, KeyRotated) else self.key
        leaf = leaf_hash(line)
        self.tree.append(leaf)
        self.offset += len(line) + 1
        self.previous = leaf.hex()


def readable(line: bytes, seq: int) -> Record:
    """The record of a line; raises LedgerError naming its place."""
    try:
        return read_record(line)
    except ValueError:
        raise LedgerError("ledger_entry_unreadable", seq=seq) from None


def _lines(stream: BinaryIO) -> Iterable[bytes]:
    return iter(lambda: stream.readline(MAX_LINE), b"")
