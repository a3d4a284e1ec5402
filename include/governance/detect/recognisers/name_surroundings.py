"""What the words before and after a Japanese name say: a person, or a thing that is named so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import yaml

_WORDS: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "name_words.yaml").read_text(encoding="utf-8")
)
BEFORE, AFTER = 8, 40
"""Characters around a name that are worth looking at."""


def _any(words: Iterable[str]) -> str:
    """A pattern of words, longest first."""
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


_HONORIFICS = tuple(_WORDS["honorifics"])
_CLEAR_HONORIFICS = tuple(_WORDS["clear_honorifics"])
_NO_FAMILY = frozenset(_WORDS["no_family"])
CHINESE_FAMILIES = frozenset(_WORDS["chinese_families"])
_OFFICES = _any(_WORDS["offices"])
_CLEAR_TITLE = re.compile(f"{_any(_WORDS['clear_honorifics'])}|{_OFFICES}")
_OFFICE = re.compile(_OFFICES)
_ONE_SIGN = frozenset(role for role in _WORDS["roles"] if len(role) == 1)
"""Such a role ends its word: 鈴木公, not 奈良公園."""
_ROLE = re.compile(
    rf"{_any(_WORDS['honorifics'])}|{_OFFICES}|(?:{_any(_ONE_SIGN)})(?![一-鿿])"
    rf"|{_any(role for role in _WORDS['roles'] if role not in _ONE_SIGN)}"
    rf"|[初二三四五六七八九]段|[一-鿿]{{1,6}}(?:{_OFFICES})"
)
_INTRODUCED = re.compile(rf"(?:{_any(_WORDS['kin_and_professions'])})(?:である|だった|で|の|・)?\Z")
_THINGS = tuple(_WORDS["things"])
_FORMS = tuple(_WORDS["forms"])
_GOODS = re.compile(rf"の(?:[0-9,]{{1,9}}円の)?[^、。のはがを]{{0,8}}(?:{_any(_WORDS['goods'])})")
_HONOURED_GOODS = re.compile(
    rf"(?:{_any(_HONORIFICS)})(?:人形|グッズ|ぬいぐるみ|フィギュア|ハウス|シール|マスコット|キーホルダー)"
)
_KATAKANA_THING = re.compile(
    rf"(?:{_any(_WORDS['katakana_ends'])})\Z"
    rf"|(?:^|[・=])(?:{_any(_WORDS['katakana_last_parts'])})\Z"
    rf"|\A(?:{_any(_WORDS['katakana_first_parts'])})"
)
_DEED = re.compile(
    r"(?:[、は]|が|も|に|を|と|の|から|より|による|によって|によれば|によると|へ)"
    rf"[^。「]{{0,24}}?(?:{_any(_WORDS['deeds'])})"
)
_TOLD = re.compile(
    r"[はが](?![^。]{0,80}(?:です|ます|まし|ませ|でしょ|ください|下さい|[??]))[^。]{6}"
)


def is_addressed(after: str) -> bool:
    """Whether the text goes on with an honorific."""
    return after.startswith(_HONORIFICS)


def has_clear_title(text: str) -> bool:
    """Whether an honorific or office stands anywhere that may make a name of the word before."""
    return _CLEAR_TITLE.search(text) is not None


def is_honorific(word: str) -> bool:
    """Whether a word is an honorific."""
    return word in _HONORIFICS


def addresses_a_family(name: str, word: str, after: str) -> bool:
    """Whether what comes after a word that may be a family name makes it one."""
    if word in _CLEAR_HONORIFICS:
        return name not in _NO_FAMILY
    return len(name) > 1 and _OFFICE.match(after) is not None


def is_role(after: str) -> bool:
    """Whether the text goes on with an honorific or with what only a person is."""
    return _ROLE.match(after) is not None


def is_introduced(before: str) -> bool:
    """Whether the word before says whose kin or what by profession the bearer of a name is."""
    return _INTRODUCED.search(before) is not None


def acts(after: str) -> bool:
    """Whether the sentence goes on with what persons do or are to each other."""
    return _DEED.match(after) is not None


def is_told_of(after: str) -> bool:
    """Whether the sentence goes on to tell of the name in the plain style of a narrative."""
    return _TOLD.match(after) is not None


def is_thing(before: str, after: str) -> bool:
    """Whether the name is part of a longer name of a company, place or thing, or a brand."""
    if before.endswith(_FORMS) or (after.startswith(_THINGS) and not is_role(after)):
        return True
    return _GOODS.match(after) is not None or _HONOURED_GOODS.match(after) is not None


def names_a_thing(name: str) -> bool:
    """Whether a name in katakana has a part that companies, places and goods have."""
    return _KATAKANA_THING.search(name) is not None
