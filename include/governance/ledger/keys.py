"""Make, keep and read the ledger's keys. Nothing here reads the environment; the edge does."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from include.governance.errors import ConfigurationError
from include.governance.ledger.checkpoint import SignedCheckpoint
from include.governance.ledger.folder import sync_folder, writing
from include.governance.ledger.note import NAME, SigningKey, VerifierKey, parse_vkey

SEED_BYTES = 32


def make_key(name: str, seed: bytes) -> SigningKey:
    """The key that 32 random bytes stand for. ``name`` names the ledger, like a web address."""
    if not NAME.fullmatch(name):
        raise ConfigurationError("ledger_name")
    return SigningKey(name, Ed25519PrivateKey.from_private_bytes(seed))


def to_pem(key: SigningKey, passphrase: bytes | None = None) -> bytes:
    """The private key as PEM (PKCS 8), encrypted when a passphrase is given."""
    locked: KeySerializationEncryption = NoEncryption()
    if passphrase:
        locked = BestAvailableEncryption(passphrase)
    return key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)


def from_pem(pem: bytes, name: str, passphrase: bytes | None = None) -> SigningKey:
    """A private key from PEM; raises ConfigurationError without a word of its content."""
    if b"ENCRYPTED" in pem and not passphrase:
        raise ConfigurationError("ledger_key_passphrase")
    try:
        private = load_pem_private_key(pem, passphrase if b"ENCRYPTED" in pem else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigurationError("ledger_key_unreadable") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise ConfigurationError("ledger_key_unreadable")
    return SigningKey(name, private)


def key_file(folder: Path, key_id: str) -> Path:
    """Where the private key with this id lies."""
    return folder / f"{key_id}.pem"


def save_key(key: SigningKey, folder: Path, passphrase: bytes | None = None) -> Path:
    """Write a private key to a file of its own that only its owner may read; never over another."""
    path = key_file(folder, key.public.key_id)
    with writing():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(to_pem(key, passphrase))
            stream.flush()
            os.fsync(descriptor)
        sync_folder(folder)
    return path


def current_key(
    latest: SignedCheckpoint, pem: bytes | None, folder: Path, passphrase: bytes | None = None
) -> SigningKey:
    """The private key that signed last: ``pem`` when given, else the file named after its id."""
    return stored_key(
        latest.checkpoint.origin, latest.signatures[0].key_id, pem, folder, passphrase
    )


def stored_key(
    name: str, key_id: str, pem: bytes | None, folder: Path, passphrase: bytes | None = None
) -> SigningKey:
    """The private key of that id: ``pem`` when given, else the file named after it."""
    key = from_pem(pem or _read(key_file(folder, key_id)), name, passphrase)
    if key.public.key_id != key_id:
        raise ConfigurationError("ledger_key_other", found=key.public.key_id, allowed=key_id)
    return key


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise ConfigurationError("ledger_key_missing", path=str(path))
    if path.stat().st_mode & 0o077:
        raise ConfigurationError("ledger_key_open", path=str(path))
    return path.read_bytes()


def trusted_keys(given: Iterable[str]) -> tuple[VerifierKey, ...]:
    """Public keys from their texts, or from files with one a line and ``#`` before remarks."""
    found: dict[str, VerifierKey] = {}
    for text in given:
        lines = text.splitlines() if _is_vkey(text) else _lines(Path(text))
        for line in (each.strip() for each in lines):
            if line and not line.startswith("#"):
                found[line] = _vkey(line)
    if not found:
        raise ConfigurationError("ledger_trusted_none")
    return tuple(found.values())


def _is_vkey(text: str) -> bool:
    return text.count("+") >= 2


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        raise ConfigurationError("ledger_trusted_missing", path=str(path))
    return path.read_text("utf-8", "replace").splitlines()


def _vkey(line: str) -> VerifierKey:
    try:
        return parse_vkey(line)
    except ValueError:
        raise ConfigurationError("ledger_trusted_unreadable") from None
