"""Signed notes: a text and the Ed25519 signatures over it, in the form that witnesses read.

Reference: https://c2sp.org/signed-note
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

#: A name without scheme, like a web address; no room for an e-mail address.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")
_ED25519 = b"\x01"
_SIGNATURE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True)
class Signature:
    """A line below a note: who says to have signed, the hint at the key, and the 64 bytes."""

    name: str
    key_id: str
    raw: bytes

    def __str__(self) -> str:
        return f"— {self.name} {_encode(bytes.fromhex(self.key_id) + self.raw)}\n"


@dataclass(frozen=True)
class VerifierKey:
    """A public key and the name it signs for."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name) or len(self.public) != 32:
            raise ValueError("not a key name with 32 bytes")

    @property
    def key_id(self) -> str:
        """Four bytes of hash over name and key, in hex: a hint, never a proof."""
        text = self.name.encode() + b"\n" + _ED25519 + self.public
        return hashlib.sha256(text).digest()[:4].hex()

    @property
    def vkey(self) -> str:
        """The key as people hand it over: ``name+id+key``."""
        return f"{self.name}+{self.key_id}+{_encode(_ED25519 + self.public)}"

    def has_signed(self, text: str, signature: Signature) -> bool:
        """Whether this key made ``signature`` over ``text``."""
        if (signature.name, signature.key_id) != (self.name, self.key_id):
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature.raw, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


def parse_vkey(text: str) -> VerifierKey:
    """A public key from its text; raises ValueError when its id does not fit."""
    name, key_id, key = text.strip().split("+", 2)
    raw = _decode(key)
    if raw[:1] != _ED25519:
        raise ValueError("not an Ed25519 key")
    found = VerifierKey(name, raw[1:])
    if found.key_id != key_id:
        raise ValueError("the id is not that of the key")
    return found


@dataclass(frozen=True)
class SigningKey:
    """A private key and the name it signs for; its representation shows the name only."""

    name: str
    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> VerifierKey:
        """The key to check with."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """The signature over ``text``."""
        return Signature(self.name, self.public.key_id, self.private.sign(text.encode()))


def write_note(text: str, signatures: Sequence[Signature]) -> str:
    """``text``, a blank line, and one line per signature."""
    return f"{text}\n{''.join(map(str, signatures))}"


def read_note(note: str) -> tuple[str, tuple[Signature, ...]]:
    """The text and its signatures, none of them checked; raises ValueError on another form."""
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise ValueError("not a signed note")
    return text + "\n", tuple(_read_signature(line) for line in lines[:-1].split("\n"))


def _read_signature(line: str) -> Signature:
    found = _SIGNATURE.fullmatch(line)
    if not found:
        raise ValueError("not a signature line")
    raw = _decode(found[2])
    if len(raw) < 5:
        raise ValueError("not a signature")
    return Signature(found[1], raw[:4].hex(), raw[4:])


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if _encode(raw) != text:
        raise ValueError("base64 with loose bits")
    return raw
