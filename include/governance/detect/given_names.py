"""Tell names of persons in Latin letters: their form, and the given names in them."""

from __future__ import annotations

import re
from pathlib import Path

_LETTERS = r"[^\W\d_]"
_WORD = rf"{_LETTERS}+(?:['’\-]{_LETTERS}+)*\.?"
_ONE = re.compile(_WORD)
_SEVERAL = re.compile(rf"{_WORD}(?:,? {_WORD}){{1,4}}")
_LONGEST = 48
_NO_PERSON = re.compile(
    r"\b(?:inc|ltd|llc|llp|plc|corp|corporation|company|co|gmbh|group|bank|university|college|school"
    r"|hospital|hotel|store|shop|holdings|brothers|sons|partners|foundation|club|street|avenue|road"
    r"|park|county|island|airport|station)\b",
    re.IGNORECASE,
)


def _read(file: str) -> frozenset[str]:
    lines = (Path(__file__).parent / file).read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


GIVEN_NAMES = _read("given_names.txt")
_GOODS = _read("goods.txt")


def is_name_word(value: str) -> bool:
    """Whether a value is one word in Latin letters, as a given or a family name is."""
    return len(value) <= _LONGEST and _ONE.fullmatch(value) is not None


def is_full_name(value: str) -> bool:
    """Whether a value is two to five such words: ``John Q. Public``, ``Public, John``."""
    return (
        " " in value
        and len(value) <= _LONGEST
        and _SEVERAL.fullmatch(value) is not None
        and not _NO_PERSON.search(value)
        and _GOODS.isdisjoint(value.casefold().split())
    )


def has_given_name(value: str) -> bool:
    """Whether one of the words is a frequent given name; family names come first, too."""
    return not GIVEN_NAMES.isdisjoint(value.casefold().replace(",", " ").split())
