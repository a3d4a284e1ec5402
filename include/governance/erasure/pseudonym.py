"""Keyed pseudonyms: equal texts get equal ones on every database; only the key tells whose."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import SecretBytes

HEX_DIGITS = 32
_BLOCK = 64
_ID_DIGITS = 8


@dataclass(frozen=True)
class PseudonymKey:
    """A secret key; it stands in no statement."""

    secret: SecretBytes

    @property
    def id(self) -> str:
        """What plans and certificates call it by."""
        return hashlib.sha256(self.secret.get_secret_value()).hexdigest()[:_ID_DIGITS]


@dataclass(frozen=True)
class Pseudonym:
    """What a column gets instead of its text: so many hexadecimal digits of an HMAC-SHA256."""

    key: PseudonymKey
    digits: int = HEX_DIGITS

    def pads(self) -> tuple[bytes, bytes]:
        """HMAC's outer and inner pads: two plain SHA-256 over them are the same HMAC."""
        secret = self.key.secret.get_secret_value()
        key = hashlib.sha256(secret).digest() if len(secret) > _BLOCK else secret
        block = key.ljust(_BLOCK, b"\0")
        return bytes(b ^ 0x5C for b in block), bytes(b ^ 0x36 for b in block)

    def of(self, texts: Iterable[str | None]) -> Iterator[str | None]:
        """The pseudonym of each text; nothing stays nothing."""
        begun = hmac.new(self.key.secret.get_secret_value(), digestmod="sha256")
        for text in texts:
            if text is None:
                yield None
                continue
            one = begun.copy()
            one.update(text.encode("utf-8", "surrogatepass"))
            yield one.hexdigest()[: self.digits]
