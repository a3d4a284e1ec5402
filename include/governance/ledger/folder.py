"""The folder a ledger lives in: its files, who may open them, one writer at a time.

``entries.jsonl``  one canonical record a line, only ever appended to
``checkpoints``    signed notes, each followed by a blank line, only ever appended to
``set-aside/``     what unfinished appends left behind
``lock``           held while writing; on a file system without working flock(2) keep one writer
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from include.governance.errors import LedgerError, LedgerUnavailable

ENTRIES = "entries.jsonl"
CHECKPOINTS = "checkpoints"
SET_ASIDE = "set-aside"
#: The longest line that is read: a hostile file must not fill the memory.
MAX_LINE = 1_000_000
_LOCK = "lock"
_PAUSE_SECONDS = 0.005


def read_lines(stream: IO[bytes], limit: int) -> Iterator[bytes]:
    """Lines with their line ends, up to ``limit`` bytes; the last may lack one."""
    while limit > 0 and (line := stream.readline(min(limit, MAX_LINE + 1))):
        if len(line) > MAX_LINE:
            raise LedgerError("ledger_line_too_long", allowed=MAX_LINE)
        limit -= len(line)
        yield line


@dataclass(frozen=True)
class Snapshot:
    """Both files as far as they reached at one moment, with nobody writing."""

    folder: Path
    entries_bytes: int
    checkpoints_bytes: int

    def lines(self, start: int = 0) -> Iterator[bytes]:
        """The lines of the entries, from a byte where one begins."""
        with reading(), (self.folder / ENTRIES).open("rb") as stream:
            stream.seek(start)
            yield from read_lines(stream, self.entries_bytes - start)

    def checkpoints(self) -> str:
        """The text of the checkpoints; bytes that are no text become marks that fit nowhere."""
        return self.checkpoints_raw().decode("utf-8", "replace")

    def checkpoints_raw(self) -> bytes:
        """The checkpoints as they are."""
        with reading(), (self.folder / CHECKPOINTS).open("rb") as stream:
            return stream.read(self.checkpoints_bytes)


def snapshot(folder: Path, patience_seconds: float = 30.0) -> Snapshot:
    """What is in the folder now; a copy without a lock file is read as it is."""
    with reading():
        sizes = (folder / ENTRIES).stat, (folder / CHECKPOINTS).stat
        if not (folder / _LOCK).exists():
            return Snapshot(folder, *(stat().st_size for stat in sizes))
        with locked(folder, fcntl.LOCK_SH, patience_seconds):
            return Snapshot(folder, *(stat().st_size for stat in sizes))


@contextmanager
def locked(folder: Path, how: int, patience_seconds: float) -> Iterator[None]:
    """Hold the folder's lock; raises LedgerUnavailable when it is not free in time."""
    flags = os.O_RDONLY if how == fcntl.LOCK_SH else os.O_RDWR | os.O_CREAT
    descriptor = os.open(folder / _LOCK, flags | os.O_CLOEXEC, 0o600)
    try:
        _wait(descriptor, how, time.monotonic() + patience_seconds)
        yield
    finally:
        # Closing alone would not free it when another thread has forked meanwhile.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _wait(descriptor: int, how: int, until: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise LedgerUnavailable("ledger_locked") from None
            time.sleep(_PAUSE_SECONDS)


def make(folder: Path) -> None:
    """The folder with its empty files, for its owner only; making it again changes nothing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name in (ENTRIES, CHECKPOINTS):
        append(folder / name, b"")
    sync_folder(folder)
    sync_folder(folder.parent)


def append(path: Path, content: bytes) -> None:
    """Add to the end of a file and wait until the disk has it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def cut(path: Path, size: int) -> None:
    """Shorten a file to ``size`` bytes, durably."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.ftruncate(descriptor, size)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def set_aside(folder: Path, name: str, kept: int) -> Path | None:
    """Move what a file has beyond ``kept`` bytes to a file of its own; ``None`` for nothing.

    The copy is on disk before the file is cut, so a kill in between loses nothing.
    """
    with (folder / name).open("rb") as stream:
        stream.seek(kept)
        tail = stream.read()
    if not tail:
        return None
    store = folder / SET_ASIDE
    store.mkdir(mode=0o700, exist_ok=True)
    target = store / f"{name}.{kept}.{hashlib.sha256(tail).hexdigest()[:12]}"
    if not target.exists() or target.stat().st_size != len(tail):
        target.unlink(missing_ok=True)
        append(target, tail)
    sync_folder(store)
    cut(folder / name, kept)
    return target


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the folder's list of files."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def reading() -> Iterator[None]:
    """Raise LedgerError when a file is not there or may not be read."""
    try:
        yield
    except OSError as error:
        raise LedgerError("ledger_not_read", kind=_kind(error)) from None


@contextmanager
def writing() -> Iterator[None]:
    """Raise LedgerUnavailable when the disk refuses (full, read-only, failed)."""
    try:
        yield
    except OSError as error:
        raise LedgerUnavailable("ledger_not_written", kind=_kind(error)) from None


def _kind(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, "-")
