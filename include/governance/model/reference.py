"""Keyed hashes that name a row without saying which one it is."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal


def key_text(key: Iterable[object]) -> str:
    """A primary key as text: the parts joined by ``|``, the same for every database engine."""
    return "|".join(_part(part) for part in key)


def _part(part: object) -> str:
    match part:
        case bool():
            return str(int(part))
        case datetime() | date():
            return part.isoformat()
        case Decimal() if part == part.to_integral_value():
            return str(int(part))
        case bytes():
            return part.hex()
        case _:
            return str(part)


def row_ref(secret: bytes, source: str, table: str, key: Iterable[object]) -> str:
    """``HMAC-SHA256(secret, "<source>.<table>:<primary key>")`` in hex."""
    text = f"{source}.{table}:{key_text(key)}"
    return hmac.new(secret, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()
