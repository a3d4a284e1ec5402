"""Loose values: any length, any garbage, and nothing that leaks."""

from __future__ import annotations

import logging
import subprocess
import sys
import time

import pyarrow as pa
import pytest

from include.governance.detect.bits import bits_of, members
from include.governance.detect.entities import Entity
from include.governance.detect.hit import Hit
from include.governance.detect.prefilter import candidates
from include.governance.detect.search import MARGIN, WINDOW
from include.governance.detect.text import fold
from include.governance.detect.values import Detector

from .test_recognisers import VALID

SENTENCE = (
    "お世話になっております、株式会社清水通信です。先日購入したワンピースについて、"
    "070-2465-0752までご連絡ください。"
)


def test_spans_are_those_of_the_original_text(detector: Detector) -> None:
    text = "髙橋\u3000様 ０９０ー１２３４ー５６７８"
    hits = {hit.entity: text[hit.start : hit.end] for hit in detector.find([text])[0]}
    assert hits[Entity.PHONE_NUMBER] == "０９０ー１２３４ー５６７８"
    assert hits[Entity.PERSON] == "髙橋"


def test_spans_after_half_width_kana_are_those_of_the_original_text(detector: Detector) -> None:
    text = "ｶﾞｽ ｾﾞﾛ ﾏｲﾅﾝﾊﾞｰ 1234-5678-9018 ﾃﾞｽ"
    (hit,) = detector.find([text], entities=frozenset({Entity.JP_MY_NUMBER}))[0]
    assert text[hit.start : hit.end] == "1234-5678-9018"


def test_equal_values_get_equal_hits_in_their_places(detector: Detector) -> None:
    first, nothing, again = detector.find(["a@b.example", "x", "a@b.example"])
    assert first == again == (Hit(Entity.EMAIL_ADDRESS, 0, 11, 1.0),)
    assert nothing == ()


def test_only_the_wanted_kinds_are_looked_for(detector: Detector) -> None:
    wanted = frozenset({Entity.EMAIL_ADDRESS})
    (hits,) = detector.find(["山田太郎様 a@b.example 090-1234-5678"], entities=wanted)
    assert {hit.entity for hit in hits} == wanted


def test_hits_do_not_overlap_but_for_special_care(detector: Detector) -> None:
    (hits,) = detector.find(["免許証番号 305012345630 山田太郎 東京都渋谷区神宮前1-2-3 〒150-0001"])
    ends = 0
    for hit in hits:
        assert hit.start >= ends
        ends = hit.end


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "a\ud800@b.jp\0", "\U0010ffff" * 50, " \n\t"])
def test_garbage_does_not_crash(detector: Detector, text: str) -> None:
    assert len(detector.find([text, text + "山田太郎様", text * 3])) == 3


@pytest.mark.parametrize("place", [0, WINDOW - 5, WINDOW, WINDOW + MARGIN, 2 * WINDOW - 12, 19_000])
def test_a_find_across_a_window_edge_is_found_once(detector: Detector, place: int) -> None:
    text = ("あ" * place + " 090-1234-5678 ").ljust(20_000, "い")
    (hits,) = detector.find([text], entities=frozenset({Entity.PHONE_NUMBER}))
    assert [text[hit.start : hit.end] for hit in hits] == ["090-1234-5678"]


@pytest.mark.parametrize(
    "text", [SENTENCE, "a", "1-", "@a.", "東京都あ市", "user1@mail.example ", "1 Aa ", "%40", "あ"]
)
def test_a_text_of_a_million_characters_takes_seconds(detector: Detector, text: str) -> None:
    long = (text * (1_000_000 // len(text) + 1))[:1_000_000]
    detector.find(["山田太郎様"])
    begun = time.process_time()
    detector.find([long])
    # about 2 s on a quiet core and 6 on a shared one; what grows with the square takes minutes
    assert time.process_time() - begun < 12


def test_the_prefilter_lets_every_known_value_through() -> None:
    for entity, texts in VALID.items():
        folded = pa.array([fold(text) for text in texts], pa.large_string())
        for text, kinds in zip(texts, candidates(folded, bits_of(Entity)).tolist(), strict=True):
            assert entity in members(kinds), text


def test_neither_logs_nor_errors_carry_a_value(
    detector: Detector, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "鮎川カナリア太郎"
    with caplog.at_level(logging.DEBUG):
        detector.find([f"{canary}様 090-9999-1234 canary@leak.example マイナンバー 123456789018"])
        with pytest.raises((TypeError, AttributeError)) as caught:
            detector.find([canary, 7])  # type: ignore[list-item]
    everything = caplog.text + str(caught.value)
    assert not any(part in everything for part in (canary, "9999", "leak.example", "123456789018"))


def test_importing_the_package_loads_no_engine() -> None:
    code = (
        "import sys, include.governance.detect, include.governance.detect.values;"
        "heavy = {'presidio_analyzer', 'sudachipy', 'pyarrow', 'spacy'} & sys.modules.keys();"
        "sys.exit(1 if heavy else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
