"""The append-only ledger: what was acknowledged stays, whatever is killed and whoever else writes.

An append is acknowledged when its entries and a signed checkpoint over them are on disk. What lies
beyond the last checkpoint was therefore never acknowledged; the next append moves it aside and
never signs it, because anybody who can write the file could have put it there.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

import structlog

from include.governance.errors import LedgerError
from include.governance.ledger import folder as files
from include.governance.ledger.checkpoint import SignedCheckpoint, sign_rotation
from include.governance.ledger.entry import Entry, KeyRotated, Record
from include.governance.ledger.merkle import consistency_proof, inclusion_proof, leaf_hash
from include.governance.ledger.note import SigningKey
from include.governance.ledger.position import Position, readable
from include.governance.ledger.tail import last_checkpoint

log = structlog.get_logger()


@dataclass(frozen=True)
class Appended:
    """An acknowledged append: its first entry, the checkpoint over it, what was moved aside."""

    first: int
    checkpoint: SignedCheckpoint
    set_aside: tuple[Path, ...] = ()


@dataclass
class Mark:
    """How far somebody read: the next record, and the byte at which its line begins."""

    seq: int = 0
    offset: int = 0


class Ledger:
    """A ledger in a folder. Any number of processes may append to it and read it.

    The first append of a process reads the whole ledger once and compares it with the last
    checkpoint; later ones read only what others added.
    """

    def __init__(self, folder: Path, patience_seconds: float = 30.0) -> None:
        self.folder = folder
        self._patience = patience_seconds
        self._position = Position()

    @classmethod
    def begin(cls, folder: Path, key: SigningKey) -> Ledger:
        """A new ledger with a signed checkpoint over nothing, named after its key.

        Raises LedgerError when there is one already; a begin that was killed can be repeated.
        """
        ledger = cls(folder)
        with files.writing():
            files.make(folder)
            with ledger._exclusive():
                cls.refuse_if_begun(folder)
                files.cut(folder / files.CHECKPOINTS, 0)
                empty = Position().state(key.name).signed(key)
                files.append(folder / files.CHECKPOINTS, f"{empty.note}\n".encode())
        return ledger

    @staticmethod
    def refuse_if_begun(folder: Path) -> None:
        """Raise LedgerError when the folder holds a ledger."""
        entries, checkpoints = folder / files.ENTRIES, folder / files.CHECKPOINTS
        if entries.exists() and entries.stat().st_size:
            raise LedgerError("ledger_exists")
        if checkpoints.exists() and last_checkpoint(folder)[0]:
            raise LedgerError("ledger_exists")

    def append(self, entries: Sequence[Entry], key: SigningKey) -> Appended:
        """Add entries and sign the new state; on return both are on disk.

        Raises LedgerError, with nothing written, when the ledger does not fit its last checkpoint,
        the key is not the current one or an entry holds what it may not. After LedgerUnavailable
        or a kill, look with ``records`` whether the entries are there before adding them again.
        """
        with files.writing(), self._exclusive():
            position, moved = self._ready(key)
            first, begun = position.size, position.offset
            lines = [position.write(entry) for entry in entries]
            if not lines:
                return Appended(first, self.latest(), moved)
            return Appended(first, self._write(position, begun, lines, (key,)), moved)

    def rotate(self, old: SigningKey, new: SigningKey, at: datetime) -> Appended:
        """Let ``new`` sign from here on: an entry signed by ``old``, a checkpoint signed by both.

        Keep the new private key safe before calling: without it nobody can append again.
        """
        if old.name != new.name:
            raise LedgerError("ledger_key_name", found=new.name, allowed=old.name)
        with files.writing(), self._exclusive():
            position, moved = self._ready(old)
            first, begun = position.size, position.offset
            entry = KeyRotated(
                at=at,
                old_key=old.public.public.hex(),
                new_key=new.public.public.hex(),
                signature=sign_rotation(position.state(old.name), old, new.public),
            )
            lines = [position.write(entry)]
            return Appended(first, self._write(position, begun, lines, (new, old)), moved)

    def latest(self) -> SignedCheckpoint:
        """The last checkpoint, its signatures unchecked; the current key's comes first."""
        with files.reading():
            found, _ = last_checkpoint(self.folder)
        if not found:
            raise LedgerError("ledger_not_begun")
        return found

    def records(self, start: int = 0) -> Iterator[Record]:
        """The acknowledged records in order, read as they are needed and not verified."""
        lines = self._signed_lines(self.latest().size)
        for seq, line in enumerate(lines):
            if seq >= start:
                yield readable(line, seq)

    def read_on(self, mark: Mark) -> Iterator[Record]:
        """The acknowledged records behind a mark, which moves along with them.

        Raises LedgerError when the ledger ends before the mark.
        """
        size = self.latest().size
        if size < mark.seq:
            raise LedgerError("ledger_cut", found=size, allowed=mark.seq)
        lines = files.snapshot(self.folder, self._patience).lines(mark.offset)
        for line in islice(lines, size - mark.seq):
            record = readable(line.removesuffix(b"\n"), mark.seq)
            mark.seq, mark.offset = mark.seq + 1, mark.offset + len(line)
            yield record

    def inclusion(self, seq: int) -> tuple[SignedCheckpoint, tuple[bytes, ...]]:
        """A checkpoint and the path from record ``seq`` to its root.

        Raises ValueError when the checkpoint does not cover the record.
        """
        latest = self.latest()
        return latest, inclusion_proof(self._leaves(latest.size), seq, latest.size)

    def consistency(self, old_size: int) -> tuple[SignedCheckpoint, tuple[bytes, ...]]:
        """A checkpoint and the proof that the ledger of ``old_size`` records is its beginning."""
        latest = self.latest()
        return latest, consistency_proof(self._leaves(latest.size), old_size, latest.size)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        if not (self.folder / files.CHECKPOINTS).exists():
            raise LedgerError("ledger_not_begun")
        with files.locked(self.folder, fcntl.LOCK_EX, self._patience):
            yield

    def _signed_lines(self, size: int) -> Iterator[bytes]:
        lines = files.snapshot(self.folder, self._patience).lines()
        return (line.removesuffix(b"\n") for line in islice(lines, size))

    def _leaves(self, size: int) -> Iterator[bytes]:
        return map(leaf_hash, self._signed_lines(size))

    def _ready(self, key: SigningKey) -> tuple[Position, tuple[Path, ...]]:
        """A position behind the last checkpoint with nothing after it, and what was moved aside."""
        last, position = self.latest(), self._position.copy()
        position.advance(self.folder, last)
        position.check_key(key, last)
        self._position = position.copy()
        _, end = last_checkpoint(self.folder)
        moved = (
            files.set_aside(self.folder, files.ENTRIES, position.offset),
            files.set_aside(self.folder, files.CHECKPOINTS, end),
        )
        found = tuple(path for path in moved if path)
        if found:
            log.warning("ledger_unsigned_set_aside", size=position.size, files=len(found))
        return position, found

    def _write(
        self, position: Position, begun: int, lines: Sequence[bytes], keys: Sequence[SigningKey]
    ) -> SignedCheckpoint:
        state = position.state(keys[0].name).signed(*keys)
        try:
            files.append(self.folder / files.ENTRIES, b"".join(lines))
        except OSError:
            with suppress(OSError):  # a full disk: give back what was taken
                files.cut(self.folder / files.ENTRIES, begun)
            raise
        files.append(self.folder / files.CHECKPOINTS, f"{state.note}\n".encode())
        self._position = position
        return state
