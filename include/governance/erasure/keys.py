"""Row keys as plain values, and hashes of sets of them.

A key is a tuple of whole numbers and texts, whatever type the column has; UUIDs are text. The hash
of a set is the exclusive-or of two 64-bit hashes per key under a random seed of the plan, with the
number of keys beside it: order does not count, and a row that is missing, added or exchanged shows.
It detects drift between plan and erasure; the approval itself is bound by SHA-256 over the keys.

On PostgreSQL the hashes are the server's own ``hash…extended`` functions (valid inside one
database while its plan lives). SQLite and MariaDB cannot aggregate what a DELETE returns, so there
they are BLAKE2b of the key's JSON, computed here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from include.governance.errors import PlanError

Scalar = int | str
Key = tuple[Scalar, ...]
_MASK = (1 << 64) - 1
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Seed:
    """Two random 63-bit numbers of a plan."""

    first: int
    second: int

    @staticmethod
    def of(number: int) -> Seed:
        """The two halves of a random number of 126 bits."""
        low = (1 << 63) - 1
        return Seed(number & low, (number >> 63) & low)

    @property
    def octets(self) -> bytes:
        """Both numbers as 16 bytes."""
        return self.first.to_bytes(8, "big") + self.second.to_bytes(8, "big")

    def hmac(self, text: str) -> str:
        """A hash in hex that nobody can try texts against once the seed is gone."""
        return hmac.new(self.octets, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


@dataclass(slots=True)
class SetHash:
    """How many rows, and the hash of their keys."""

    rows: int = 0
    first: int = 0
    second: int = 0

    @staticmethod
    def read(rows: int, text: str) -> SetHash:
        """From a number and 32 hexadecimal digits; the halves have a sign, as in PostgreSQL."""
        octets = bytes.fromhex(text)
        first, second = (int.from_bytes(each, signed=True) for each in (octets[:8], octets[8:]))
        return SetHash(rows, first, second)

    def add(self, other: SetHash) -> None:
        """Take in a set that shares no row with this one."""
        self.rows += other.rows
        self.first ^= other.first
        self.second ^= other.second

    @property
    def halves(self) -> tuple[int, int]:
        """Both halves as numbers without a sign."""
        return self.first & _MASK, self.second & _MASK

    @property
    def hex(self) -> str:
        """Both halves as 32 hexadecimal digits."""
        return "{:016x}{:016x}".format(*self.halves)


def key_of(values: Iterable[object], table: str) -> Key:
    """Database values as a key; raises PlanError for types that no key may have."""
    key = tuple(values)
    for value in key:
        if type(value) is not int and (type(value) is not str or "\0" in value):
            return tuple(scalar(each, table) for each in key)
    return cast(Key, key)


def scalar(value: object, table: str) -> Scalar:
    """One value of a key."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, str) and "\0" in value:
        # engines end a text there in one place or another, so another row might be meant
        raise PlanError("erasure_key_nul", table=table)
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise PlanError("erasure_key_value", table=table, found=type(value).__name__)


def hashed(seed: Seed, keys: Iterable[Key]) -> SetHash:
    """The set hash that is computed here."""
    return _digested(
        seed,
        (
            b"[%d]" % key[0]
            if len(key) == 1 and type(key[0]) is int
            else _JSON.encode(key).encode("utf-8", "surrogatepass")
            for key in keys
        ),
    )


def hashed_rows(seed: Seed, rows: Sequence[Sequence[object]], table: str) -> SetHash:
    """The same of database rows, quicker where every key is one whole number."""
    if rows and len(rows[0]) == 1:
        values = [row[0] for row in rows]
        if set(map(type, values)) == {int}:
            return _digested(seed, map(b"[%d]".__mod__, values))
    return hashed(seed, (key_of(row, table) for row in rows))


def hashed_numbers(seed: Seed, text: str) -> SetHash:
    """The same of keys that are whole numbers, written with commas between them."""
    return _digested(seed, f"[{text.replace(',', '],[')}]".encode().split(b",") if text else ())


def _digested(seed: Seed, texts: Iterable[bytes]) -> SetHash:
    salt, blake2b, number = seed.octets, hashlib.blake2b, int.from_bytes
    rows = both = 0
    for text in texts:
        both ^= number(blake2b(text, digest_size=16, salt=salt).digest(), "big")
        rows += 1
    return SetHash(rows, both >> 64, both & _MASK)


def as_json(document: object) -> str:
    """Canonical JSON: sorted keys, no spaces."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha256(text: str) -> str:
    """SHA-256 of a text in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_keys(values: Sequence[Sequence[Scalar]]) -> tuple[Key, ...]:
    """Keys as they come out of JSON."""
    return tuple(tuple(key) for key in values)
