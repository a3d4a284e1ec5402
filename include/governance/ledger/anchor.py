"""Anchors: checkpoints put where the operator of the ledger cannot reach them, and read back.

A file on another machine's mount, an e-mail to the officer, an object under a retention lock.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from include.governance.errors import LedgerError
from include.governance.ledger.checkpoint import SignedCheckpoint, find_notes
from include.governance.ledger.folder import append, reading, sync_folder, writing
from include.governance.wording import Language, say

#: An anchor is some hundred bytes, a file of daily anchors some hundred kilobytes a year.
MAX_BYTES = 50_000_000


@dataclass(frozen=True)
class Anchor:
    """A note that looks like a checkpoint, and the name of the file it was read from."""

    label: str
    note: str


def append_to_file(path: Path, checkpoint: SignedCheckpoint) -> None:
    """Add the checkpoint to a file on another mount; on return it is on disk there.

    Make the file append-only for this user (``chattr +a``, or a share with that right) if you can.
    """
    with writing():
        append(path, f"{checkpoint.note}\n".encode())


def put_object(folder: Path, checkpoint: SignedCheckpoint) -> None:
    """Add the checkpoint to a folder as a file of its own; on return it is on disk there."""
    name, content = as_object(checkpoint)
    with writing():
        append(folder / name, content)
        sync_folder(folder)


def as_object(checkpoint: SignedCheckpoint) -> tuple[str, bytes]:
    """Name and content for a bucket with object lock; the name sorts by size, never reused."""
    root = checkpoint.checkpoint.root.hex()[:12]
    return f"checkpoint-{checkpoint.size:012d}-{root}.txt", checkpoint.note.encode()


def as_mail(
    checkpoint: SignedCheckpoint, sender: str, recipient: str, at: datetime, language: Language
) -> bytes:
    """An .eml for the officer: words, the note, and the note as a file that mail leaves alone."""
    facts = {"origin": checkpoint.checkpoint.origin, "size": checkpoint.size}
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Date"] = sender, recipient, format_datetime(at)
    mail["Subject"] = say("ledger.mail_subject", language, **facts)
    mail.set_content(say("ledger.mail_body", language, **facts, note=checkpoint.note))
    name, content = as_object(checkpoint)
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def read_anchors(path: Path) -> tuple[Anchor, ...]:
    """The checkpoints in a text file, an .eml, or all files of a folder; each once.

    Raises LedgerError when a file holds none: an empty anchor proves nothing.
    """
    with reading():
        paths = sorted(path.rglob("*")) if path.is_dir() else [path]
        files = [each for each in paths if each.is_file() or each == path]
        found = [anchor for each in files for anchor in _read(each)]
    if not found:
        raise LedgerError("ledger_anchor_empty", path=str(path))
    return tuple({anchor.note: anchor for anchor in found}.values())


def _read(path: Path) -> list[Anchor]:
    if path.stat().st_size > MAX_BYTES:
        raise LedgerError("ledger_anchor_large", path=str(path), allowed=MAX_BYTES)
    content = path.read_bytes()
    texts = list(_mail_texts(content)) if path.suffix == ".eml" else [_text(content)]
    found = [Anchor(str(path), note) for text in texts for _, _, note in find_notes(text)]
    if not found:
        raise LedgerError("ledger_anchor_empty", path=str(path))
    return found


def _mail_texts(content: bytes) -> Iterator[str]:
    for part in email.message_from_bytes(content, policy=email.policy.default).walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield _text(payload)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace").replace("\r\n", "\n")
