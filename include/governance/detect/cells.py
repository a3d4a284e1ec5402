"""The distinct texts of a batch of cells, whatever type the database gives them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from include.governance.detect.folding import Mask, changed, matches
from include.governance.source.encoding import decoded, unmistaken

SMALLEST_NUMBER = 10**8
"""Numbers of fewer than nine digits hold no personal number unless the header says so."""

Index = npt.NDArray[np.int64]

_SILENT = ({bool}, {datetime})
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "?")
#: A sign that Windows-1252 does not have.
_NOT_WESTERN = (
    r"[^\x00-\x{ff}\x{152}\x{153}\x{160}\x{161}\x{178}\x{17d}\x{17e}\x{192}\x{2c6}\x{2dc}"
    r"\x{2013}-\x{203a}\x{20ac}\x{2122}]"
)


class Reading(NamedTuple):
    """How the header of a column lets its cells be read.

    ``headed``: the column is named after a kind of number, so short numbers count too.
    ``birth``: the column is named after a birth, so dates count.
    """

    headed: bool
    birth: bool


class Texts(NamedTuple):
    """Distinct texts of a batch, none of them blank.

    ``places`` lead from each cell to its text, -1 where it has none; ``rows`` counts the cells
    that hold anything.
    """

    values: pa.Array
    places: Index
    rows: int

    @property
    def counts(self) -> Index:
        """How many cells hold each text."""
        return np.bincount(self.places[self.places >= 0], minlength=len(self.values))


def texts_of(cells: Sequence[object], reading: Reading) -> Texts:
    """Text of cells: numbers, dates, bytes, JSON and arrays as far as they can be personal.

    Bytes are read in the encoding they are likely in, JSON values and JSON text with ``\\u``
    escapes as readable JSON.
    """
    kinds = set(map(type, cells))
    filled = len(cells) - sum(cell is None for cell in cells) if type(None) in kinds else len(cells)
    kinds.discard(type(None))
    if not kinds or kinds in _SILENT or (kinds == {date} and not reading.birth):
        return Texts(pa.array([], pa.large_string()), np.full(len(cells), -1), filled)
    if kinds == {int}:
        with suppress(OverflowError):
            return _numbers(pa.array(cells, pa.int64()), filled, reading)
    if kinds == {str}:
        return _distinct(as_written(cells), filled, readable=False)
    read = [_text_of(cell, reading) for cell in cells]
    silent = sum(cell is not None and text is None for cell, text in zip(cells, read, strict=True))
    return _distinct(as_written(read), filled - silent, readable=True, silent=silent)


def _numbers(numbers: pa.Array, filled: int, reading: Reading) -> Texts:
    least = 0 if reading.headed else SMALLEST_NUMBER
    wanted = pc.if_else(pc.greater_equal(numbers, least), numbers, None)
    encoded = wanted.dictionary_encode()
    values = encoded.dictionary.cast(pa.large_string())
    return Texts(values, _places(encoded), filled)


def as_written(texts: Sequence[object]) -> pa.Array:
    """Texts as an array; halves of signs that cannot be encoded become harmless."""
    try:
        return pa.array(texts, pa.large_string())
    except UnicodeEncodeError:
        clean = [text.translate(_SURROGATES) if isinstance(text, str) else None for text in texts]
        return pa.array(clean, pa.large_string())


def _distinct(texts: pa.Array, filled: int, *, readable: bool, silent: int = 0) -> Texts:
    encoded = texts.dictionary_encode()
    values, index = encoded.dictionary, _places(encoded)
    blank = matches(values, r"^\s*$") | pc.fill_null(pc.utf8_is_space(values), False).to_numpy(
        zero_copy_only=False
    )
    if blank.any():
        filled -= int(np.isin(index, np.flatnonzero(blank)).sum())
        moved = np.where(blank, -1, np.cumsum(~blank) - 1)
        index = np.where(index >= 0, moved[index], -1)
        values = values.filter(pa.array(~blank))
    if not readable:
        values = changed(values, _may_be_mistaken(values), lambda some: list(map(_readable, some)))
    return Texts(values, index, filled + silent)


def _places(encoded: pa.DictionaryArray) -> Index:
    places: Index = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    return places.astype(np.int64)


def _may_be_mistaken(values: pa.Array) -> Mask:
    """Texts in Western signs that are no ASCII, and those with ``\\u`` escapes."""
    strange = matches(values, r"[^\x00-\x7f]")
    if strange.any():
        strange[strange] = ~matches(values.filter(pa.array(strange)), _NOT_WESTERN)
    return strange | matches(values, r"\\u")


def _text_of(value: object, reading: Reading) -> str | None:
    """The text of a cell, None when its type cannot hold personal data."""
    match value:
        case None | bool():
            return None
        case str():
            return _readable(value)
        case bytes() | bytearray() | memoryview():
            return _unescaped(decoded(bytes(value)))
        case int() | float() | Decimal():
            return _number(value, headed=reading.headed)
        case date():
            return value.isoformat()[:10] if reading.birth else None
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


def _readable(text: str) -> str:
    return _unescaped(unmistaken(text))


def _unescaped(text: str) -> str:
    """JSON that was written in ASCII shows its Japanese; any other text stays as it is."""
    if "\\u" not in text or text.lstrip()[:1] not in ("{", "[", '"'):
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
