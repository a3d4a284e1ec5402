"""Read bytes as text: UTF-8 first, then the encodings of Japanese systems, else only plain parts.

Bytes that a guess turns into text are believed only when the text looks written: mostly signs that
Japanese text is made of. What stays undecoded is marked, for it may hold anything.
"""

from __future__ import annotations

import re

REPLACEMENT = "\ufffd"
"""Stands for what could not be decoded."""

_WRITTEN = re.compile(
    r"[\t\n\r\x20-\x7e\u00a0-\u00ff\u2010-\u203b\u2103-\u2312\u2460-\u266f"
    r"\u3000-\u30ff\u3220-\u33ff\u4e00-\u9fff\uf900-\ufaff\uff01-\uffe5]*"
)
_JAPANESE = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u4e00-\u9fff\uff10-\uff9f]")
_HALF_KANA = re.compile(r"[\uff61-\uff9f]")
_LETTER = re.compile(r"[A-Za-z\u00c0-\u00ff]")
_RUN = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u4e00-\u9fff]{2}")
#: What MySQL's latin1 is: Windows-1252, and the five bytes that it leaves out as themselves.
_LATIN1 = {ord(bytes((n,)).decode("cp1252", "ignore") or chr(n)): n for n in range(0x80, 0xA0)}
_WESTERN = re.compile("[\x00-\xff" + "".join(chr(code) for code in _LATIN1 if code > 0xFF) + "]*")
_PLAIN = re.compile(rb"[\t\x20-\x7e]{6,}")
_LEAST_COMMON = 0.6
"""Share of everyday signs among the Japanese ones of a text; chance gives about a third."""
_LEAST_HALF_KANA = 4
_HALF_KANA_RUN = re.compile(r"[\uff61-\uff9f]{3,}")
#: Kanji of names that JIS X 0208 keeps on its second level or does not have.
_OF_NAMES = frozenset("髙﨑濵濱邉邊德齋齊澤廣瀨眞")


def decoded(raw: bytes) -> str:
    """The text that the bytes hold, or what of them is plain, marked with ``REPLACEMENT``."""
    text = _marked(raw) or _written(raw, "utf-8-sig") or _japanese(raw) or _printable(raw)
    if text is not None:
        return text
    text = raw.decode("utf-8", "replace")
    known = text.replace(REPLACEMENT, "")
    if _WRITTEN.fullmatch(known) and len(known) > 4 * (len(text) - len(known)):
        return text  # cut off, or damaged here and there
    return "\n".join((REPLACEMENT, *(run.decode("ascii") for run in _PLAIN.findall(raw))))


def lenient(raw: bytes) -> str:
    """Text that should have been UTF-8; signs that cannot be read are marked."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _japanese(raw) or raw.decode("utf-8", "replace")


def unmistaken(text: str) -> str:
    """Japanese that a database took for Western text reads as Japanese again; other text stays."""
    if text.isascii() or not _WESTERN.fullmatch(text):
        return text
    raw = text.translate(_LATIN1).encode("latin-1")
    guess = _written(raw, "utf-8")
    if guess is None or not _looks_japanese(guess):
        guess = _japanese(raw)
    return guess or text


def _marked(raw: bytes) -> str | None:
    """An encoding that shows itself: by a byte order mark, escapes, or the zeros of UTF-16."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _written(raw, "utf-16")
    if b"\x1b$" in raw:
        return _written(raw, "iso2022_jp")
    if len(raw) % 2 == 0 and 4 * raw.count(0) >= len(raw) > 0:
        little = raw[1::2].count(0) >= raw[::2].count(0)
        return _written(raw, "utf-16-le" if little else "utf-16-be")
    return None


def _printable(raw: bytes) -> str | None:
    """UTF-8 in any other script."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if all(sign.isprintable() or sign.isspace() for sign in text) else None


def _japanese(raw: bytes) -> str | None:
    """EUC-JP, Shift_JIS or UTF-16 without a mark, whichever gives what somebody would write."""
    guesses = [_written(raw, each) for each in ("euc_jp", "cp932", "utf-16-le", "utf-16-be")]
    likely = [guess for guess in guesses if guess and _looks_japanese(guess)]
    return max(likely, key=_commonness, default=None)


def _written(raw: bytes, encoding: str) -> str | None:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return None
    return text if _WRITTEN.fullmatch(text) else None


def _looks_japanese(text: str) -> bool:
    """Mostly everyday signs, at least two side by side; half-width kana among themselves."""
    half = len(_HALF_KANA.findall(text))
    if half and half == len(_JAPANESE.findall(text)):
        return half >= _LEAST_HALF_KANA and _LETTER.search(text) is None
    return _RUN.search(text) is not None and _commonness(text) >= _LEAST_COMMON


def _commonness(text: str) -> float:
    """Share of the Japanese signs that are in everyday use; half-width kana count for less."""
    japanese = _JAPANESE.findall(text)
    half = sum(0.8 * len(run) for run in _HALF_KANA_RUN.findall(text))
    return (sum(map(_is_common, japanese)) + half) / len(japanese)


def _is_common(sign: str) -> bool:
    """Kana, a kanji of the first level of JIS X 0208, or one of names."""
    if "\u3005" <= sign <= "\u30ff" or sign in _OF_NAMES:
        return True
    try:
        return b"\x88\x9f" <= sign.encode("cp932") <= b"\x98\x72"
    except UnicodeEncodeError:
        return False
