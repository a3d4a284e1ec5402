"""Folding moves no character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.governance.detect.text import digits, fold


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
    ],
)
def test_variants_fold_onto_one_form(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(alphabet=st.characters()))
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(alphabet="０９-－ー〇一二三髙a\0 "))
def test_folding_twice_changes_no_digit(text: str) -> None:
    assert digits(fold(fold(text))) == digits(fold(text))
