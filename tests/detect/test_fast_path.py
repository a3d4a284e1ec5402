"""Every short cut gives the answer of Presidio's own engine."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.governance.detect.analyzer import analyzer
from include.governance.detect.bits import bits_of, members
from include.governance.detect.cells import Reading, texts_of
from include.governance.detect.claims import judged
from include.governance.detect.columns import ColumnEvidence
from include.governance.detect.entities import Entity
from include.governance.detect.explained import explained
from include.governance.detect.folding import folded
from include.governance.detect.headers import read
from include.governance.detect.hit import Hit
from include.governance.detect.prefilter import NUMBERS, candidates
from include.governance.detect.search import resolved
from include.governance.detect.shapes import headed
from include.governance.detect.text import fold
from include.governance.detect.values import ALL, Detector

from .test_recognisers import VALID

label = st.from_regex(r"[a-z0-9](?:[a-z0-9\-]{0,10}[a-z0-9])?", fullmatch=True)
emails = st.builds(
    "{}@{}.{}".format,
    st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9._\-]{0,20}", fullmatch=True),
    label,
    st.sampled_from(["jp", "co.jp", "example", "com"]),
)
numbers = st.from_regex(r"[0-9]{1,20}|0[5-9]0[0-9]{8}|4[0-9]{15}", fullmatch=True)
phones = st.from_regex(r"0[5-9]0-[0-9]{4}-[0-9]{4}", fullmatch=True)
addresses = st.ip_addresses(v=4).map(str)

KNOWN = [
    *(text for several in VALID.values() for text in several),
    *[
        "山田太郎",
        "佐藤\u3000花子",
        "ヤマダ タロウ",
        "市川一郎",
        "髙橋",
        "Mary Jones",
        "うつ病",
        "東京都",
    ],
    *[
        "東京都渋谷区神宮前1-2-3",
        "長崎県浦安市蟇沼35丁目4番12号 西川コート016",
        "大阪市北区梅田3-1-3",
    ],
    *[
        "1980-03-01",
        "1999/12/28",
        "昭和46年4月2日",
        "1978年9月1日",
        "2000-02-31",
        "12.50",
        "C02067970",
    ],
    *["331-2471", "〒970-1013", "3632753", "０９０－１２３４－５６７８", "+81-90-1234-5678"],
    *["03-4848-3726", "0120-123-456", "090-0123-4567", "4111111111111111", "123456789018"],
    *["250630135664", "198.51.100.7", "127.0.0.1", "10.1.2.3", "4.12.0.1", "0466-12-3456"],
    *[
        "",
        "\x00",
        " ",
        "ｶﾞｽ ﾃﾞｽ",
        "2025-05-20 07:54:18",
        "HCB-2351-WHT",
        "a@b.example",
        "a@b..example",
    ],
    "296bbfda-46e4-465a-93d6-af1fb653cea3",
    '{"tel": "05072159010"}',
    "山田様 4111-1111-1111-1111 へ",
    "Dear John Smith, hello",
    "**** **** **** 5594",
]


def mixed(count: int) -> list[str]:
    """Known values, alone, changed in one place, and put together."""
    chance = random.Random(20_261_123)
    made = list(KNOWN)
    for _ in range(count):
        text = chance.choice(KNOWN)
        match chance.randrange(4):
            case 0 if text:
                at = chance.randrange(len(text))
                text = text[:at] + chance.choice("0123456789-. a@様年市") + text[at + 1 :]
            case 1:
                text = f"{text}{chance.choice((' ', '、', '', chr(10)))}{chance.choice(KNOWN)}"
            case 2:
                text = f"{chance.choice(('電話 ', '注文番号', 'カード', 'birth '))}{text}"
        made.append(text)
    return made


def _plainly(text: str) -> tuple[Hit, ...]:
    """What Presidio's engine finds when it is asked for every kind of personal data."""
    results = analyzer().analyze(fold(text), language="ja", entities=sorted(ALL))
    return resolved([Hit(Entity(r.entity_type), r.start, r.end, r.score) for r in results])


def test_a_scan_of_mixed_values_finds_what_the_engine_finds(detector: Detector) -> None:
    texts = [text for text in mixed(150) if "ﾞ" not in text]
    for text, hits in zip(texts, detector.find(texts), strict=True):
        assert hits == _plainly(text), text


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("電話は06-6362-3702です", {Entity.PHONE_NUMBER}),
        (
            '{"ts":1700000000000}',
            {Entity.CREDIT_CARD, Entity.JP_CORPORATE_NUMBER, Entity.PHONE_NUMBER, Entity.US_SSN},
        ),
        ("口座 1234567", {Entity.JP_BANK_ACCOUNT, Entity.PHONE_NUMBER}),
        ("〒530-0001 大阪市", {Entity.JP_POSTAL_CODE, Entity.PHONE_NUMBER}),
    ],
)
def test_a_number_is_asked_for_the_kinds_it_has_the_digits_of(
    text: str, asked: set[Entity]
) -> None:
    (bits,) = candidates(pa.array([text], pa.large_string()), bits_of(Entity)).tolist()
    assert members(bits) & (NUMBERS & ALL) == asked


@settings(max_examples=60, deadline=None)
@given(st.one_of(emails, numbers, phones, addresses))
def test_a_plain_value_is_what_the_engine_says(text: str) -> None:
    assert Detector().find([text]) == [_plainly(text)]


@pytest.mark.parametrize(
    "column", ["住所", "birth_date", "postal_code", "氏名", "name_kana", "電話番号"]
)
def test_a_form_explains_what_the_header_accepts_and_hides_nothing(column: str) -> None:
    header = read(column)
    texts = mixed(100)
    form = explained(folded(pa.array(texts, pa.large_string())), header)
    assert form.kind.any()
    for text, kind, kinds in zip(texts, form.kind.tolist(), form.kinds.tolist(), strict=True):
        if kind:
            assert members(kind) <= headed(fold(text).strip(), header), text
            hidden = {hit.entity for hit in _plainly(text)} - members(kind)
            assert not hidden & members(kinds) or hidden <= {Entity.PERSON}, text


HEADERS = (
    "住所 birth_date postal_code 氏名 name_kana 電話番号 last_ip email code memo author card_no "
    "agent ship_name"
)


@pytest.mark.parametrize("column", [*HEADERS.split(), "product_name"])
def test_claims_made_at_once_are_those_made_one_by_one(detector: Detector, column: str) -> None:
    cells = [text for text in dict.fromkeys(mixed(200)) if text.strip()]
    header = read(column)
    at_once, one_by_one = (ColumnEvidence(column, "string", header) for _ in range(2))
    texts = texts_of(cells, Reading(headed=False, birth=False))
    claimed = judged(texts, at_once, detector)
    wanted = ALL - {Entity.PERSON} if header.against else ALL
    values = texts.values.to_pylist()
    for value, code, hits in zip(
        values, claimed.codes.tolist(), detector.find(values, entities=wanted), strict=True
    ):
        assert claimed.kinds[code] == one_by_one.claim(value, 1, hits), value
    assert at_once.known_names == one_by_one.known_names or header.own_name or header.kana
    assert at_once.kana_rows == one_by_one.kana_rows
