"""A keyed hash that remembers an erased row without saying which one it was."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Literal

from include.governance.model.base import Model
from include.governance.model.reference import key_text
from include.governance.model.schedule import Action

HASH_BYTES = 16
_LABEL = b"daicho tombstone epoch\n"
Scope = Literal["row", "subject"]


class Epoch(Model):
    """A time in which tombstones are made under one key.

    The key comes from the installation's secret and a random salt; without the salt nobody can
    tell any more what the tombstones stand for. ``check`` tells whether the secret is the same.
    """

    number: int
    check: str
    begun_at: datetime
    closed_at: datetime | None = None
    expires_on: date | None = None
    destroyed_at: datetime | None = None


class Grave(Model):
    """What one chunk of a plan buried: tombstones of rows of a table, or of persons of a kind.

    ``place`` is ``source.table`` for rows and the kind of person for subjects. Without ``actions``
    the rows are gone; with them they stay, and their columns have the form of those actions.
    """

    epoch: int
    plan_id: str
    chunk: int
    scope: Scope
    place: str
    actions: dict[str, Action]
    buried_at: datetime
    hashes: bytes

    @property
    def rows(self) -> int:
        """How many tombstones."""
        return len(self.hashes) // HASH_BYTES

    def each(self) -> Iterator[bytes]:
        """The tombstones one by one."""
        for at in range(0, len(self.hashes), HASH_BYTES):
            yield self.hashes[at : at + HASH_BYTES]


def epoch_key(secret: bytes, salt: bytes) -> bytes:
    """The key of an epoch: neither the installation's secret nor the salt alone is enough."""
    return hmac.digest(secret, _LABEL + salt, "sha256")


def check_of(key: bytes) -> str:
    """What tells one key from another without telling the key."""
    return hmac.digest(key, b"check", "sha256").hex()[:32]


def tombstones(key: bytes, place: str, keys: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """``HMAC-SHA256(key, "<place>:<row key>")``, cut to 128 bits, for each row key in turn."""
    # Both halves of the HMAC start alike for all rows, so that is computed once.
    block = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in block) + f"{place}:".encode())
    outer = hashlib.sha256(bytes(b ^ 0x5C for b in block))
    for row in keys:
        text = str(row[0]) if len(row) == 1 and type(row[0]) in (int, str) else key_text(row)
        inside, outside = inner.copy(), outer.copy()
        inside.update(text.encode("utf-8", "surrogatepass"))
        outside.update(inside.digest())
        yield outside.digest()[:HASH_BYTES]
