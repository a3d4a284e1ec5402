"""Which passages of a text an English model has to read: those with a name that nothing explains.

A model costs a thousand times what a pattern does. So it reads only what is written in Latin
letters, and only where a capitalised word is left over that is no common word and that the
patterns of names and addresses have not found already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

LONGEST = 480
"""Characters that are read at a time."""
_LATIN = re.compile(r"[^\u2e80-\uffff]{3,}")
_QUOTED = re.compile(r"[^\"{}\[\]<>|\\]{3,}")
_DATA = re.compile(r"[\"'] ?:|[}\]] ?,|</")
_LETTER = r"[^\W\d_]"
_CAPITAL = re.compile(
    rf"(?<![\w@./\-])(?:[A-Z]|(?![a-z]){_LETTER}){_LETTER}+(?:['’\-]{_LETTER}+)*(?![\w@/]|[.\-]\w)"
)
CAPITALISED = r"[A-Z\x{aa}-\x{2e7f}][A-Za-z'’\-\x{aa}-\x{2e7f}]"
"""What every text has in which a capitalised word is read (RE2)."""
_CAPITALS_FOLLOW = re.compile(rf"[ ,.]{{1,2}}(?:[A-Z]\.? )?[A-Z]{_LETTER}")
_SMALL_WORDS = re.compile(rf"(?:(?<![\w@./\-]){_LETTER}+(?![\w@/])\W+){{4}}")
OF_PERSONS = (
    r"\b(?:my name|call me|i am|i'm|mrs?|ms|dr|dear|his|her|he|she|lives?|address|sincerely"
    r"|regards|years old)\b"
)
"""Words by which a sentence without a capital shows that it is about somebody."""
_OF_PERSONS = re.compile(OF_PERSONS)


_BARE = re.compile(
    r"\s*(?:(?:[A-Z0-9][\w.'’&\-]*|and|of|the|for|at|in|de|la|von|van|&)[,.]?(?: |\s*\Z)){1,9}"
)
"""Capitalised words alone: a name of anything, with no sentence that a model could judge it by."""


def _read() -> frozenset[str]:
    lines = (Path(__file__).parent / "english_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


_COMMON = _read()


def passages(text: str, explained: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Start and end of each passage to be read; ``explained`` are spans that are found already."""
    if _BARE.fullmatch(text):
        return
    for start, end in _pieces(text):
        words = list(_CAPITAL.finditer(text, start, end))
        if any(_is_open(text, end, word, explained) for word in words) or (
            not words and _tells_of_a_person(text[start:end])
        ):
            yield start, end


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """The Latin parts of a text; of JSON and the like each value on its own."""
    data = _DATA.search(text) is not None
    for part in _LATIN.finditer(text):
        start, end = part.span()
        if not data:
            yield from _cut(text, start, end)
            continue
        for value in _QUOTED.finditer(text, start, end):
            yield from _cut(text, *value.span())


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Parts of at most ``LONGEST`` characters, cut at a line or a word."""
    while end - start > LONGEST:
        line, word = (text.rfind(sign, start + LONGEST // 2, start + LONGEST) for sign in "\n ")
        middle = max(line, 0) or max(word, 0) or start + LONGEST
        yield start, middle
        start = middle
    yield start, end


def _is_open(
    text: str, last: int, word: re.Match[str], explained: Sequence[tuple[int, int]]
) -> bool:
    """Whether a capitalised word may be a name that nothing has explained."""
    start, end = word.span()
    if word.group().casefold() in _COMMON or any(at <= start < over for at, over in explained):
        return False
    if word.group().isupper():
        return (
            _CAPITALS_FOLLOW.match(text, end, last) is not None
            or _SMALL_WORDS.search(text, max(0, start - 60), last) is not None
        )
    return True


def _tells_of_a_person(passage: str) -> bool:
    """Whether a sentence without a capital is about somebody."""
    return (
        passage.islower()
        and _OF_PERSONS.search(passage) is not None
        and _SMALL_WORDS.search(passage) is not None
    )
