"""An officer's text may explain, but never carry a person's data into the store."""

from __future__ import annotations

import pytest

from include.governance.errors import StoreError
from include.governance.store.officer_text import personal, require_login, require_text

PERSONAL = {
    "mail": [
        "ask taro@mail.example first",
        "taro＠mail.example",
        "taro @ mail.example",
        "taro%40mail.example",
        "taro(at)mail.example",
        "ta\u200bro\u200b@\u200bmail.example",
        "太郎@日本.example",
    ],
    "number": [
        "call 09012345678",
        "call 090-1234-5678",
        "call 090 1234 5678",
        "call (03) 1234-5678",
        "+81.90.1234.5678",
        "０９０－１２３４－５６７８",
        "〇九〇一二三四五六七八",
        "٠٩٠١٢٣٤٥٦٧٨",
        "4111 1111 1111 1111",
        "card 4111\u200b1111\u200b1111\u200b1111",
        "customer 1234567",
        "12345672026-11-30",
        "090‐1234‐5678",
        "2026-13-45",
        "0\u00a09\u00a00\u00a01\u00a02\u00a03\u00a04",
    ],
}
PLAIN = [
    "訴訟ホールドのため2027-03-31まで保留",
    "since 2026-11-30, until 2027/03/31 (see ticket LEG-482)",
    "from 2026-01-01 2026-02-02 2026-03-03",
    "policy 2026-04, clause 2-(4), 72 controls, 110 findings",
    "123456 rows, 65,432 of them old",
    "テストアカウント20件。担当: CPO",
    "2026年11月30日に確認",
    "@CPO please check",
    "a = b; c < d && e > f",
    "<script>alert(1)</script> '; DROP TABLE finding; -- =1+1",
]


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in PERSONAL.items() for text in texts]
)
def test_personal_data_is_seen_in_any_writing(kind: str, text: str) -> None:
    assert personal(text) == kind
    with pytest.raises(StoreError) as refused:
        require_text("reason", text)
    assert text not in str(refused.value)


@pytest.mark.parametrize("text", PLAIN)
def test_an_explanation_is_kept_as_written(text: str) -> None:
    assert personal(text) is None
    assert require_text("reason", f" {text}\n") == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_missing"),
        ("x" * 1001, "text_too_long"),
        ("a\x00b", "text_unsafe"),
        ("a\x1b[31mb", "text_unsafe"),
        ("a\ud800b", "text_unsafe"),
        ("a\u202eb", "text_unsafe"),
    ],
)
def test_unsafe_text_is_refused(text: str, code: str) -> None:
    with pytest.raises(StoreError) as refused:
        require_text("reason", text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "login",
    ["\u0441po", "ｃｐｏ", "c po", "cp\u200bo", "cpo\n-", "cp\u00f3", "\u5c71\u7530"],
    ids=["cyrillic", "wide", "blank", "unseen", "line", "accent", "kanji"],
)
def test_a_login_that_could_look_like_another_is_refused(login: str) -> None:
    with pytest.raises(StoreError) as refused:
        require_login("as", login)
    assert refused.value.code == "login_not_plain"
    assert login not in refused.value.say("en")


def test_a_plain_login_is_kept() -> None:
    assert require_login("as", r" ACME\taro.t-1 ") == r"ACME\taro.t-1"
