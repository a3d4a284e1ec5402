"""The words of a Japanese text and what each one can be in a name."""

from __future__ import annotations

import re
from bisect import bisect_left
from enum import IntEnum
from functools import lru_cache

from sudachipy import Dictionary, SplitMode, Tokenizer

KANJI = r"一-鿿々ヶ"
KATAKANA = r"ァ-ヺー"
_NOT_ASCII = re.compile(r"[^\x00-\x7f](?:.*[^\x00-\x7f])?", re.DOTALL)
_BESIDE = 4
"""Signs of ASCII on either side that may change how the first and last word are read."""
_JOINED = 0x0FFFFFFF
"""The number that Sudachi gives to a word that it joined from pieces."""


class Kind(IntEnum):
    """What a part of speech means for a name; names come last."""

    OTHER = 0
    NUMBER = 1
    NOUN = 2
    PLACE = 3
    NAME = 4
    GIVEN = 5
    FAMILY = 6


def _kind(part: tuple[str, ...]) -> Kind:
    match part[:4]:
        case (_, "固有名詞", "人名", "姓"):
            return Kind.FAMILY
        case (_, "固有名詞", "人名", "名"):
            return Kind.GIVEN
        case (_, "固有名詞", "人名", _):
            return Kind.NAME
        case (_, "固有名詞", "地名", _):
            return Kind.PLACE
        case ("名詞", "数詞", *_):
            return Kind.NUMBER
        case ("名詞" | "接尾辞", *_):
            return Kind.NOUN
    return Kind.OTHER


class Words:
    """The words of a text, from the first to the last that is not in ASCII and what is beside it.

    Surfaces are fetched only where a name may be.
    """

    def __init__(self, text: str) -> None:
        tokenizer, kinds = _tokenizer()
        part = _NOT_ASCII.search(text)
        self._offset = max(0, part.start() - _BESIDE) if part else 0
        end = part.end() + _BESIDE if part else None
        self._morphemes = tokenizer.tokenize(text[self._offset : end])
        ids = [morpheme.part_of_speech_id() for morpheme in self._morphemes]
        for unknown in set(ids) - kinds.keys():
            kinds[unknown] = _kind(self._morphemes[ids.index(unknown)].part_of_speech())
        self.kinds = [kinds[number] for number in ids]
        offset = self._offset
        self.starts = [int(morpheme.begin()) + offset for morpheme in self._morphemes]

    def __len__(self) -> int:
        return len(self.kinds)

    def surface(self, index: int) -> str:
        """The word at a place, empty outside the text."""
        return self._morphemes[index].surface() if 0 <= index < len(self) else ""

    def end(self, index: int) -> int:
        """Where the word ends in the text."""
        return int(self._morphemes[index].end()) + self._offset

    def at(self, place: int) -> int:
        """The first word that begins at a place of the text or after it."""
        return bisect_left(self.starts, place)

    def is_unknown(self, index: int) -> bool:
        """Whether the dictionary lacks the word, katakana joined from unknown parts included."""
        morpheme = self._morphemes[index]
        return bool(morpheme.is_oov()) or morpheme.word_id() == _JOINED

    def is_name(self, index: int) -> bool:
        """Whether the dictionary tags the word as a name and it is in Japanese writing."""
        if not 0 <= index < len(self) or self.kinds[index] < Kind.NAME:
            return False
        return not self.surface(index).isascii()


@lru_cache(maxsize=10_000)
def may_be_family(surface: str) -> bool:
    """Whether the dictionary knows a family name that is written so, whatever else it may be."""
    return Kind.FAMILY in _kinds_of(surface)


def may_be_given(surface: str) -> bool:
    """Whether the dictionary knows a given name that is written so, whatever else it may be."""
    return Kind.GIVEN in _kinds_of(surface)


def _kinds_of(surface: str) -> set[Kind]:
    return {_kind(word.part_of_speech()) for word in _dictionary().lookup(surface)}


@lru_cache(maxsize=1)
def _tokenizer() -> tuple[Tokenizer, dict[int, Kind]]:
    return _dictionary().create(mode=SplitMode.A, fields={"pos"}), {}


@lru_cache(maxsize=1)
def _dictionary() -> Dictionary:
    return Dictionary(dict="small")
