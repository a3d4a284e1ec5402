"""Keyed pseudonyms: equal texts get equal ones on every database; only the key tells whose."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from pydantic import SecretBytes

HEX_DIGITS = 32
_ID_DIGITS = 8


@dataclass(frozen=True)
class PseudonymKey:
    """A secret key; it never leaves this process."""

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

    def of(self, text: str) -> str:
        """The pseudonym of a text."""
        secret = self.key.secret.get_secret_value()
        return hmac.digest(secret, text.encode("utf-8", "surrogatepass"), "sha256").hex()[
            : self.digits
        ]
