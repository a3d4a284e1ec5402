"""Fold Japanese writing variants onto one form, and tell where each character came from.

Every replacement is one character for one character, but for half-width kana with a voicing mark:
``ﾊﾞ`` becomes ``バ``, and ``origins`` leads back. NFKC as a whole is not used because it changes
lengths in many more ways (㍼ becomes 昭和).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2500\u2501\uff70\ufe58\ufe63"
_BLANKS = "\t\u00a0\u2002\u2003\u2004\u2005\u2007\u2009\u202f\u3000\0"
_VARIANTS = {"髙": "高", "﨑": "崎", "濵": "浜", "濱": "浜", "𠮷": "吉", "德": "徳", "邉": "辺"}
_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")

_FOLD: dict[int, str] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLD |= {ord(blank): " " for blank in _BLANKS}
_FOLD |= {ord(dash): "-" for dash in _DASHES}
_FOLD |= {ord(variant): usual for variant, usual in _VARIANTS.items()}
_FOLD |= dict.fromkeys(range(55296, 57344), "?")  # lone surrogates cannot be encoded
_HALF_KANA = "ｦ-ｯｱ-ﾝ"
_FOLD |= {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in range(0xFF66, 0xFF9E)
    if code != 0xFF70
}

_VOICED = re.compile(r"[ｦｳｶ-ﾄﾊ-ﾎﾜ]ﾞ|[ﾊ-ﾎ]ﾟ")
_HALF_LONG_VOWEL = re.compile(rf"(?<=[{_HALF_KANA}ﾞﾟァ-ヺー])ｰ+")
_LONG_VOWEL_AS_DASH = re.compile(
    r"(?<=[0-9)〇零一二三四五六七八九])ー(?=[0-9(〇零一二三四五六七八九])|(?<=[0-9] )ー(?= [0-9])"
)
_KANJI_ONE_AS_DASH = re.compile(r"(?<=[0-9])一(?=[0-9])")
_KANJI_NUMBER = re.compile(r"[〇零一二三四五六七八九](?:[-()]{0,2}[〇零一二三四五六七八九]){8,}")
_BESIDE_DASH = "0-9〇零一二三四五六七八九"
CHANGED = (
    "[" + "".join(rf"\x{{{code:x}}}" for code in sorted(_FOLD) if not 0xD800 <= code < 0xE000) + "]"
    rf"|[{_BESIDE_DASH})]ー[{_BESIDE_DASH}(]|[0-9] ー [0-9]|[0-9]一[0-9]|[〇零]"
)
"""A pattern (RE2) that every text has which folding changes."""


@lru_cache(maxsize=4)
def fold(text: str) -> str:
    """Half-width digits and letters, full-width kana, one dash, one blank, usual kanji.

    ``ー`` and 一 become a dash between digits only; kanji digits become digits only in runs long
    enough to be a number. NUL and lone surrogates become harmless signs.
    """
    if text.isascii():
        return text.replace("\0", " ").replace("\t", " ")
    folded = _VOICED.sub(_composed, _HALF_LONG_VOWEL.sub(_full_width, text)).translate(_FOLD)
    if "ー" in folded:
        folded = _LONG_VOWEL_AS_DASH.sub("-", folded)
    if "一" in folded:
        folded = _KANJI_ONE_AS_DASH.sub("-", folded)
    if "〇" in folded or "零" in folded:
        folded = _KANJI_NUMBER.sub(lambda run: run.group().translate(_KANJI_DIGITS), folded)
    return folded


def origins(text: str) -> Sequence[int]:
    """For each place in the folded text, its end included, the place in the text itself."""
    marks = {match.end() - 1 for match in _VOICED.finditer(text)}
    places = range(len(text) + 1)
    return [place for place in places if place not in marks] if marks else places


def _composed(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found.group())


def _full_width(found: re.Match[str]) -> str:
    return "ー" * len(found.group())


def digits(text: str) -> str:
    """Only the ASCII digits of an already folded text."""
    return "".join(sign for sign in text if "0" <= sign <= "9")
