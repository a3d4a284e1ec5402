"""How documents and row references lie in the store: canonical JSON, and hashes as bytes."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Sequence

_HASHES = re.compile("[0-9a-f]{64}")
_HASH_BYTES = 32
_PACKED, _ZIPPED = b"h", b"z"


def canonical(document: object) -> str:
    """JSON with sorted keys and no spaces: equal documents are equal texts."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha256(text: str) -> str:
    """The digest of a text in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def pack(refs: Sequence[str]) -> bytes:
    """Row references as bytes: 32 each when all are SHA-256 in hex, compressed JSON otherwise."""
    if all(_HASHES.fullmatch(ref) for ref in refs):
        return _PACKED + bytes.fromhex("".join(refs))
    return _ZIPPED + zlib.compress(canonical(list(refs)).encode())


def unpack(data: bytes) -> tuple[str, ...]:
    """The row references ``pack`` was given, in their order."""
    if data[:1] == _ZIPPED:
        return tuple(json.loads(zlib.decompress(data[1:])))
    text = data[1:].hex()
    width = 2 * _HASH_BYTES
    return tuple(text[at : at + width] for at in range(0, len(text), width))
