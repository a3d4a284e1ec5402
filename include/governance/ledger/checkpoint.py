"""A checkpoint: how many entries the ledger has and the hash over all of them, signed.

Reference: https://c2sp.org/tlog-checkpoint

    example.co.jp/daicho
    42
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — example.co.jp/daicho Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeO…
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from include.governance.ledger.note import (
    NAME,
    Signature,
    SigningKey,
    VerifierKey,
    read_note,
    write_note,
)

_SIZE = re.compile(r"0|[1-9][0-9]{0,14}")
_ROOT = re.compile(r"[A-Za-z0-9+/]{43}=")
_NOTE = re.compile(
    r"^[^\s—][^\n]*\n(?:0|[1-9][0-9]*)\n[A-Za-z0-9+/]{43}=\n\n(?:— \S+ [A-Za-z0-9+/=]+\n)+",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Checkpoint:
    """The state of a ledger at one size. ``origin`` names the ledger."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def signed(self, *keys: SigningKey) -> SignedCheckpoint:
        """This state with a signature of each key."""
        return SignedCheckpoint(self, tuple(key.sign(self.text) for key in keys))


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint with its signatures, which nobody has checked yet."""

    checkpoint: Checkpoint
    signatures: tuple[Signature, ...]

    @property
    def size(self) -> int:
        """How many entries it covers."""
        return self.checkpoint.size

    @property
    def note(self) -> str:
        """The signed note, as it is stored, sent and anchored."""
        return write_note(self.checkpoint.text, self.signatures)

    def claims(self, key: VerifierKey) -> bool:
        """Whether it bears a signature that says to be of ``key``."""
        return any((s.name, s.key_id) == (key.name, key.key_id) for s in self.signatures)

    def is_signed_by(self, key: VerifierKey) -> bool:
        """Whether ``key`` signed; another signature in its name that is false spoils it."""
        of_key = [s for s in self.signatures if (s.name, s.key_id) == (key.name, key.key_id)]
        return bool(of_key) and all(key.has_signed(self.checkpoint.text, s) for s in of_key)


def parse_checkpoint(note: str) -> SignedCheckpoint:
    """A checkpoint from its note; raises ValueError on anything but the exact form."""
    text, signatures = read_note(note)
    origin, size, root, *rest = text.split("\n")
    if rest != [""] or not NAME.fullmatch(origin):
        raise ValueError("not a checkpoint of this program")
    if not _SIZE.fullmatch(size) or not _ROOT.fullmatch(root):
        raise ValueError("not a size and a root")
    found = SignedCheckpoint(
        Checkpoint(origin, int(size), base64.b64decode(root, validate=True)), signatures
    )
    if found.note != note:
        raise ValueError("not in canonical form")
    return found


def find_notes(text: str) -> Iterator[tuple[int, int, str]]:
    """Everything in a text that looks like a checkpoint: where it begins, ends, and the note."""
    for found in _NOTE.finditer(text):
        yield found.start(), found.end(), found[0]


def rotation_text(at: Checkpoint, new: VerifierKey) -> str:
    """What the old key signs to name its successor.

    It holds the ledger's state before the rotation, so that whoever steals the new key cannot
    rewrite what the old key had signed.
    """
    return f"daicho key rotation v1\n{at.text}{new.vkey}\n"


def sign_rotation(at: Checkpoint, old: SigningKey, new: VerifierKey) -> str:
    """The old key's signature that names the new key, in hex."""
    return old.sign(rotation_text(at, new)).raw.hex()


def is_rotation_signed(at: Checkpoint, old: VerifierKey, new: VerifierKey, signature: str) -> bool:
    """Whether the old key named the new key at this state."""
    raw = bytes.fromhex(signature)
    return old.has_signed(rotation_text(at, new), Signature(old.name, old.key_id, raw))


def signers(checkpoints: Sequence[SignedCheckpoint]) -> tuple[str, ...]:
    """The ids of all keys that say to have signed, in order of appearance."""
    return tuple(dict.fromkeys(s.key_id for each in checkpoints for s in each.signatures))
