"""Fold Japanese writing variants onto one form without moving a single character.

Every replacement is one character for one character, so a span found in the folded text is the
span of the original. NFKC is not used because it changes lengths (㍼ becomes 昭和).
"""

from __future__ import annotations

import re
from functools import lru_cache

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\uff70\ufe63"
_VARIANTS = {"髙": "高", "﨑": "崎", "濵": "浜", "濱": "浜", "𠮷": "吉", "德": "徳", "邉": "辺"}
_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")

_FOLD: dict[int, str] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLD |= {0x3000: " ", 0x00A0: " ", 0x0000: " "}
_FOLD |= {ord(dash): "-" for dash in _DASHES}
_FOLD |= {ord(variant): usual for variant, usual in _VARIANTS.items()}
_FOLD |= dict.fromkeys(range(55296, 57344), "?")  # lone surrogates cannot be encoded

_LONG_VOWEL_AS_DASH = re.compile(
    r"(?<=[0-9〇零一二三四五六七八九])ー(?=[0-9(〇零一二三四五六七八九])"
)
_KANJI_NUMBER = re.compile(r"[〇零一二三四五六七八九](?:-?[〇零一二三四五六七八九]){8,}")


@lru_cache(maxsize=4)
def fold(text: str) -> str:
    """Half-width digits and letters, one dash, one blank, usual kanji; same length.

    ``ー`` becomes a dash between digits only, and kanji digits become digits only in runs long
    enough to be a number. NUL and lone surrogates become harmless signs.
    """
    if text.isascii():
        return text.replace("\0", " ")
    folded = text.translate(_FOLD)
    if "ー" in folded:
        folded = _LONG_VOWEL_AS_DASH.sub("-", folded)
    if "〇" in folded or "零" in folded:
        folded = _KANJI_NUMBER.sub(lambda run: run.group().translate(_KANJI_DIGITS), folded)
    return folded


def digits(text: str) -> str:
    """Only the ASCII digits of an already folded text."""
    return "".join(sign for sign in text if "0" <= sign <= "9")
