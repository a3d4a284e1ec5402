"""Folding moves no character but for half-width kana, and says where each one stood."""

from __future__ import annotations

from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.governance.detect.folding import matches
from include.governance.detect.text import CHANGED, digits, fold, origins


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢ１２－３", "AB12-3"),
        ("０９０ー１２", "090-12"),
        ("メールー", "メールー"),
        ("髙橋﨑𠮷", "高橋崎吉"),
        ("〇九〇一二三四五六七八", "09012345678"),
        ("一二三丁目", "一二三丁目"),
        ("a\0b", "a b"),
        ("あ\ud800い", "あ?い"),
        ("全角\u3000空白", "全角 空白"),
        ("ﾏｲﾅﾝﾊﾞｰ", "マイナンバー"),
        ("ｳﾞｧﾝﾊﾟｲｱ ｱﾞ", "ヴァンパイア アﾞ"),
        ("カードｰ", "カードー"),
        ("ﾀﾜｰ1ｰ2ｰ3", "タワー1-2-3"),
    ],
)
def test_variants_fold_onto_one_form(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(alphabet=st.characters()))
def test_each_folded_character_has_one_origin(text: str) -> None:
    assert len(origins(text)) == len(fold(text)) + 1


@given(st.text(alphabet="ｶﾊﾞﾟｰあー1"))
def test_half_width_kana_fold_as_full_width_kana_do(text: str) -> None:
    places = origins(text)
    assert len(places) == len(fold(text)) + 1
    parts = [text[start:end] for start, end in pairwise(places)]
    assert "".join(parts) == text
    assert all(len(part) == 1 or part[1] in "ﾞﾟ" for part in parts)


@given(st.text(alphabet="０９-－ー〇一二三髙a\0 "))
def test_folding_twice_changes_no_digit(text: str) -> None:
    assert digits(fold(fold(text))) == digits(fold(text))


@settings(deadline=None)
@given(
    st.text(
        st.one_of(
            st.sampled_from("0９9ー一〇零〜-()（ ｶﾞﾊﾟｰ髙﨑\u3000\u2212\t\x00東アあaＡ😀"),
            st.characters(exclude_categories=["Cs"]),
        ),
        max_size=12,
    )
)
def test_only_texts_of_the_pattern_are_changed(text: str) -> None:
    if not matches(pa.array([text], pa.large_string()), CHANGED)[0]:
        assert fold(text) == text
