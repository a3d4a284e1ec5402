"""Keyed hashes of values, for counting distinct ones and knowing them again."""

from __future__ import annotations

from hashlib import blake2b


def keyed_mark(key: bytes, value: str) -> int:
    """A 64-bit keyed hash of a value; the same in every process that has the key."""
    raw = value.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(raw, digest_size=8, key=key).digest())
