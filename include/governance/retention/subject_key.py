"""A subject's key in every spelling in which a column may hold it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from unicodedata import normalize
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Numeric,
    Text,
    Uuid,
    and_,
    cast,
    false,
    type_coerce,
)

from include.governance.retention.key_kinds import KeyKind
from include.governance.source.clocks import any_of

Spelling = str | int | Decimal | UUID
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
#: What integers of the widest type can be; a number outside is in no row, and no driver sends it.
_SIGNED = (-(2**63), 2**63 - 1)
_UNSIGNED = (0, 2**64 - 1)


def spellings(key: str, kind: KeyKind) -> frozenset[Spelling] | None:
    """How a column of this kind may hold a key; None when nobody can say.

    Empty for a number that is beyond the column's range, and so in no row.
    """
    if "\0" in key or not _can_be_sent(key):
        return None
    texts, number = frozenset[Spelling](_texts(key)), _number(key)
    match kind:
        case "opaque":
            return None
        case "text" | "named":
            return texts
        case "number":
            return None if number is None else frozenset({number})
        case "uuid":
            uuid = _uuid(key)
            return None if uuid is None else frozenset({uuid})
        case "integer" | "unsigned":
            return _whole(number, _UNSIGNED if kind == "unsigned" else _SIGNED)
        case "loose" | "loose_integer":
            whole = _whole(number, _SIGNED)
            if whole is None:
                return texts if kind == "loose" else None
            return whole | texts


def among(column: ColumnElement[Any], keys: Iterable[str], kind: KeyKind) -> ColumnElement[bool]:
    """The column holds one of the keys, never NULL; one that it cannot hold is in no row."""
    sent = {each for key in keys for each in spellings(key, kind) or ()}
    # SQLite's columns take both, but one list has one type
    texts = sorted(each for each in sent if isinstance(each, str))
    others = sorted(sent.difference(texts), key=str)
    target = _sent_as(column, kind)
    found = any_of(target.in_(some) for some in (texts, others) if some)
    return and_(column.is_not(None), found) if sent else false()


def _sent_as(column: ColumnElement[Any], kind: KeyKind) -> ColumnElement[Any]:
    """The column, with the type in which a driver is to send what it is compared with."""
    match kind:
        case "integer" | "unsigned":
            return type_coerce(column, BigInteger)
        case "number":
            return type_coerce(column, Numeric)
        case "uuid":
            return type_coerce(column, Uuid)
        case "named":
            return cast(column, Text)
        case _:
            return column


def _texts(key: str) -> Iterator[str]:
    """The key as it is written, in the usual forms of its letters, and a UUID in its usual ones."""
    yield from (key, normalize("NFC", key), normalize("NFKC", key))
    if uuid := _uuid(key):
        yield from (str(uuid), str(uuid).upper(), uuid.hex, uuid.hex.upper())


def _number(key: str) -> Decimal | None:
    """A number however its digits are written, without regard to zeros around it."""
    plain = normalize("NFKC", key).strip()
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def _whole(number: Decimal | None, bounds: tuple[int, int]) -> frozenset[Spelling] | None:
    if number is None or number != number.to_integral_value():
        return None
    low, high = bounds
    return frozenset({int(number)} if low <= number <= high else ())


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(normalize("NFKC", key).strip())
    except ValueError:
        return None


def _can_be_sent(key: str) -> bool:
    try:
        key.encode()
    except UnicodeEncodeError:
        return False
    return True
