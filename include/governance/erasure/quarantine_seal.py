"""Encrypt what a chunk took away, so that only its own place and its plan's key open it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from pydantic import SecretBytes

from include.governance.erasure.graph import shown
from include.governance.erasure.keys import as_json, read_keys
from include.governance.erasure.quarantine_parts import Cells, Part
from include.governance.errors import PlanError

KEY_BYTES = 32
NONCE_BYTES = 12
_PURPOSE = b"daicho quarantine\n"


@dataclass(frozen=True)
class Spot:
    """Where a sealed part belongs: it opens nowhere else, and none of its chunk can be missing."""

    plan_id: str
    no: int
    part: int
    parts: int
    step: str
    table: str
    rows: int

    @property
    def bound(self) -> bytes:
        """What the encryption is bound to."""
        return as_json(list(vars(self).values())).encode()


@dataclass(frozen=True)
class Sealed:
    """A part that nobody can read without the key."""

    spot: Spot
    body: bytes


@dataclass(frozen=True)
class Seal:
    """The data key of one plan, and chance for what must never be used twice under it."""

    plan_id: str
    key: SecretBytes
    random: Random

    def close(self, no: int, parts: Sequence[Part]) -> list[Sealed]:
        """Every part of a chunk, compressed and encrypted."""
        cipher, found = AESGCM(self.key.get_secret_value()), []
        for at, part in enumerate(parts):
            counts = (at, len(parts), part.step, shown(part.place), len(part.keys))
            spot, nonce = Spot(self.plan_id, no, *counts), self.random.randbytes(NONCE_BYTES)
            plain = zlib.compress(_written(part))
            found.append(Sealed(spot, nonce + cipher.encrypt(nonce, plain, spot.bound)))
        return found

    def open(self, no: int, sealed: Sequence[Sealed]) -> list[Part]:
        """The parts of a chunk; raises PlanError when they are not those that were sealed."""
        cipher, parts = AESGCM(self.key.get_secret_value()), []
        altered = PlanError("quarantine_altered", plan=self.plan_id, chunk=no)
        if not sealed:
            raise altered
        for at, each in enumerate(sealed):
            spot = each.spot
            if (spot.plan_id, spot.no) != (self.plan_id, no):
                raise altered
            if (spot.part, spot.parts) != (at, len(sealed)):
                raise altered
            nonce, body = each.body[:NONCE_BYTES], each.body[NONCE_BYTES:]
            try:
                plain = cipher.decrypt(nonce, body, spot.bound)
            except (InvalidTag, ValueError):
                raise altered from None
            parts.append(_read(zlib.decompress(plain)))
        return parts


def wrapped(key: bytes, plan_id: str, secret: SecretBytes) -> str:
    """A plan's data key, which only who has the installation's secret can take out again."""
    return aes_key_wrap(_wrapping(plan_id, secret), key).hex()


def unwrapped(text: str, plan_id: str, secret: SecretBytes) -> SecretBytes:
    """A plan's data key; raises PlanError when it was wrapped with another secret."""
    try:
        return SecretBytes(aes_key_unwrap(_wrapping(plan_id, secret), bytes.fromhex(text)))
    except (InvalidUnwrap, ValueError):
        raise PlanError("quarantine_secret", plan=plan_id) from None


def _wrapping(plan_id: str, secret: SecretBytes) -> bytes:
    bound = _PURPOSE + plan_id.encode()
    return HKDF(SHA256(), KEY_BYTES, None, bound).derive(secret.get_secret_value())


def _written(part: Part) -> bytes:
    rows = zip(part.keys, part.before, part.after or (None,) * len(part.keys), strict=True)
    document = {
        "step": part.step,
        "place": part.place,
        "columns": part.columns,
        "changed": part.after is not None,
        "rows": [list(row) for row in rows],
    }
    return json.dumps(document, separators=(",", ":")).encode()


def _read(plain: bytes) -> Part:
    found: dict[str, Any] = json.loads(plain)
    schema, name = found["place"]
    rows = found["rows"]
    after: tuple[Cells, ...] | None = None
    if found["changed"]:
        after = tuple(tuple(row[2]) for row in rows)
    keys = read_keys([row[0] for row in rows])
    before = tuple(tuple(row[1]) for row in rows)
    columns = tuple(found["columns"])
    return Part(found["step"], (schema, name), columns, keys, before, after)
