"""Bytes become the text that somebody wrote, and Western text and binary stay what they are."""

from __future__ import annotations

import random
import zlib

import pytest

from include.governance.source.encoding import REPLACEMENT, decoded, lenient, unmistaken

LUCK = random.Random(5)
JAPANESE = [
    "山田太郎",
    "山田　太郎様 電話 090-1234-5678",
    "東京都渋谷区神宮前1-2-3",
    "メールはtaro@example.comです。",
    "うつ病で通院",
    "渡邉",
    "name=山田太郎; tel=090-1234-5678",
    "Mr 山田 bought 2 items online",
]
ENCODINGS = ["utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-16-le"]
WESTERN = ["déjà vu", "élève", "Größe", "naïve café", "“don’t” — it’s", "¡Señor!", "20°C ±5", "ÄÖÜ"]


def _as_latin1(raw: bytes) -> str:
    """What MySQL's latin1 shows of any bytes."""
    return "".join(bytes((n,)).decode("cp1252", "ignore") or chr(n) for n in raw)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_japanese_is_read_in_any_of_its_encodings(encoding: str) -> None:
    for text in JAPANESE:
        assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp"])
def test_japanese_taken_for_western_text_is_read_again(encoding: str) -> None:
    for text in JAPANESE:
        assert unmistaken(_as_latin1(text.encode(encoding))) == text
        assert lenient(text.encode(encoding)) == text


def test_half_width_kana_are_read_alone() -> None:
    assert decoded("ﾔﾏﾀﾞ ﾀﾛｳ".encode("cp932")) == "ﾔﾏﾀﾞ ﾀﾛｳ"
    assert decoded("ﾔﾏﾀﾞ ﾀﾛｳ".encode("utf-16-le")) == "ﾔﾏﾀﾞ ﾀﾛｳ"


@pytest.mark.parametrize("text", WESTERN)
def test_western_text_stays(text: str) -> None:
    assert unmistaken(text) == text
    assert decoded(text.encode()) == text
    assert REPLACEMENT in decoded(text.encode("cp1252"))


def test_text_in_other_scripts_stays() -> None:
    for text in ("Łódź", "£5 – €6", "почта", "山田太郎", ""):
        assert decoded(text.encode()) == unmistaken(text) == text


def test_binary_is_no_text() -> None:
    assert all(REPLACEMENT in decoded(LUCK.randbytes(32)) for _ in range(500))
    assert REPLACEMENT in decoded(zlib.compress("山田太郎".encode() * 50))


def test_plain_parts_of_binary_are_kept_and_what_is_cut_off_is_marked() -> None:
    assert "taro@mail.example" in decoded(b"\x00\x01\xff\xfetaro@mail.example\x00\x02\x90\xff")
    assert decoded("電話番号は０９０".encode()[:-1]) == f"電話番号は０９{REPLACEMENT}"
    assert lenient(bytes.fromhex("ff41fe")) == f"{REPLACEMENT}A{REPLACEMENT}"
