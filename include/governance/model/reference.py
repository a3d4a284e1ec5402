"""Keyed hashes that name a row without saying which one it is."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal


def key_text(key: Iterable[object]) -> str:
    """A primary key as text: the parts joined by ``|``, the same for every database engine.

    Parts of a longer key that hold a ``|`` themselves are escaped, so that no two keys are alike.
    """
    parts = [_part(part) for part in key]
    if len(parts) == 1:
        return parts[0]
    return "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def key_parts(text: str, count: int) -> list[str] | None:
    """The parts of a key of so many columns; None when it has another number of them."""
    if count == 1:
        return [text]
    parts = [""]
    for sign in re.findall(r"\\[\\|]|.", text, re.DOTALL):
        if sign == "|":
            parts.append("")
        else:
            parts[-1] += sign[-1]
    return parts if len(parts) == count else None


def _part(part: object) -> str:
    match part:
        case bool():
            return str(int(part))
        case datetime() | date():
            return part.isoformat()
        case float():
            return _number(Decimal(repr(part)))
        case Decimal():
            return _number(part)
        case bytes() | bytearray() | memoryview():
            return bytes(part).hex()
        case _:
            return str(part)


def _number(number: Decimal) -> str:
    """Without the zeros that one engine keeps and another does not."""
    if not number.is_finite():
        return str(number)
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def row_ref(secret: bytes, source: str, table: str, key: Iterable[object]) -> str:
    """``HMAC-SHA256(secret, "<source>.<table>:<primary key>")`` in hex."""
    text = f"{source}.{table}:{key_text(key)}"
    return hmac.new(secret, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


def keyed(secret: bytes, kind: str, text: str) -> str:
    """``HMAC-SHA256(secret, "<kind>:<text>")`` in hex, for what is no row of a table."""
    message = f"{kind}:{text}".encode("utf-8", "surrogatepass")
    return hmac.new(secret, message, "sha256").hexdigest()
