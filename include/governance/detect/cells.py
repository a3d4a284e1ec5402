"""Turn a cell of any database type into the text that is looked at."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal, InvalidOperation

from include.governance.source.encoding import decoded, unmistaken

SMALLEST_NUMBER = 10**8
"""Numbers of fewer than nine digits hold no personal number unless the header says so."""


def text_of(value: object, *, headed: bool, birth: bool) -> str | None:
    """The text of a cell, None when its type cannot hold personal data.

    ``headed``: the column is named after a kind of number, so short numbers count too.
    ``birth``: the column is named after a birth, so dates count. Bytes are read in the encoding
    they are likely in, JSON values and JSON text with ``\\u`` escapes as readable JSON.
    """
    match value:
        case None | bool():
            return None
        case str():
            return _unescaped(unmistaken(value))
        case bytes() | bytearray() | memoryview():
            return _unescaped(decoded(bytes(value)))
        case int() | float() | Decimal():
            return _number(value, headed=headed)
        case date():
            return value.isoformat()[:10] if birth else None
        case dict() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, default=str)
        case _:
            return str(value)


def _number(value: float | Decimal, *, headed: bool) -> str | None:
    try:
        whole = int(value)
    except (ValueError, OverflowError, InvalidOperation):
        return None
    if whole != value or whole < 0 or (whole < SMALLEST_NUMBER and not headed):
        return None
    return str(whole)


def _unescaped(text: str) -> str:
    """JSON that was written in ASCII shows its Japanese; any other text stays as it is."""
    if "\\u" not in text or text.lstrip()[:1] not in ("{", "[", '"'):
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
