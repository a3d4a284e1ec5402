"""Every kind of personal data: what must be found, what looks alike, what is invalid."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from include.governance.detect.analyzer import RECOGNISERS, analyzer
from include.governance.detect.entities import CATEGORIES, Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser
from include.governance.detect.values import ALL, Detector

FORMS: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("fixed_forms.yaml").read_text("utf-8")
)
"""Kinds of fixed form; names and addresses stand below."""
VALID: dict[Entity, tuple[str, ...]] = {
    Entity.ADDRESS: (
        "東京都渋谷区神宮前1-2-3 ハイツ青空201号室",
        "住所は神奈川県横浜市西区みなとみらい二丁目3番です",
        "渋谷区神宮前1丁目2番3号",
        "京都市中京区寺町通御池上る上本能寺前町488",
        "Minato-ku, Tokyo 105-0011",
        "742 Evergreen Terrace, Springfield, OR 97403",
    ),
    Entity.PERSON: (
        "佐々木です",
        "山田太郎様",
        "渡邊さんより",
        "太田　元晴と申します",
        "氏名:マエハラ ネネ 住所:",
        "口座名義 サトウマキ",
        "Dear Sharon Walsh,",
    ),
    Entity.AGE: ("Patient is a 62-year-old male", "35歳の女性"),
    Entity.DATE_TIME: ("It's like that since 12/1/1981",),
    Entity.LOCATION: ("tribute to the Netherlands.",),
    Entity.NRP: ("It serves great Slovenian food.",),
    Entity.ORGANIZATION: ("he is from Civic Impulse LLC",),
    Entity.TITLE: ("correct it to Mrs. Trevisani",),
    Entity.URL: ("see https://example.com/a?b=1",),
    Entity.US_ZIP_CODE: ("my zip code is 35350",),
}  # fmt: skip
VALID |= {Entity(kind): tuple(texts["found"]) for kind, texts in FORMS["kinds"].items()}

LOOK_ALIKES = (
    *FORMS["look_alikes"],
    "配送の追跡番号 123456789018 が動きません",
    "JAN 4901234567894 の在庫はありますか",
    "4901234567894",
    "ブラウス(身体にやさしい綿)は洗濯できますか",
    "注文 202611300012 の領収書をください",
    "マイナンバーカードは本人確認に使えますか",
    "マイナンバーカードの件です。注文番号 123456789018",
    "ﾏｲﾅﾝﾊﾞｰｶｰﾄﾞの件です。ﾎﾟｲﾝﾄ会員の注文番号 123456789018",
    "問い合わせ番号 1234567890123456 の件",
    "追跡番号 4111111111111111",
    "1234567890123456",
    "型番AB1234567",
    "v4.12.0.1",
    "バージョン 4.12.0.1",
    "127.0.0.1",
    "0120-123-456",
    "0570-012-345 ナビダイヤル",
    "0800-123-4567",
    "**** **** **** 1111",
    "2024年1月1日発売",
    "サイズ 160-80-60",
    "0.123456789",
    "2024-1101-0001-1234",
    "2024/1101/0001/1234",
    "2024 - 1101 - 0001 - 1234",
    "order4111111111111111",
    "ORD4111111111111111",
    "A4111111111111111B",
    "sha=ab4111111111111111c0ffee",
    "4111-1111-1111-1111-1111",
    "2026/11/22 10:11:12",
    "20261122_101112_000123",
    "100-200個",
    "東京ディズニーランド",
    "山吹色のスカート",
    "高島屋",
    "北海道フェア",
    "田中商店の商品",
    "吉野家の牛丼",
    "山本山の海苔 50枚入り",
    "田中貴金属の商品が届きました。",
    "村尾の焼酎 1本",
    "山田養蜂場のはちみつ",
    "東京都内へ配送できますか",
    "ポール・スミスの財布",
    "ケイト・スペードの29,600円のワンピース",
    "トヨタ自動車",
    "車いす対応のトイレはありますか",
    "うつ病に関する本を探しています",
    "映画『前科者』のグッズ",
    "持病はありません",
    "システム障害のお知らせ",
    "通信障害",
    "主義手動に賛同",
    "糖尿病の患者向けのメニュー",
    "北海道札幌市で開催された1972年の大会",
    "296bbfda-46e4-465a-93d6-af1fb653cea3",
    "2025-05-20 07:54:18",
    "HCB-2351-WHT",
    "user@localhost",
    "@example.com",
    "color is nice",
)

NOT_FOUND: dict[Entity, tuple[str, ...]] = {
    Entity(kind): tuple(texts["not_found"]) for kind, texts in FORMS["kinds"].items()
}


HOSTILE = (
    "0", "1 ", "(0", "+1 ", "a@", "at ", "口座:", "記号1 ", "記号・番号1", "生まれ", "(1980",
    "一年一月",
    "カード411111111111", "Phone: ", "GB82 ", "::", "1.1.1.", "T7000012050002", "have a ", "病",
    "『",
    "1234 567890 ", "150-0001", "Mr. A ", "東京都あ市", "1 Aa ", "山田",
)  # fmt: skip
"""Parts that begin a find again and again and never end one."""
EVERY_KIND = frozenset(Entity)


def _kinds(
    detector: Detector, texts: tuple[str, ...], entities: frozenset[Entity] = ALL
) -> list[tuple[str, set[Entity]]]:
    found = detector.find(texts, entities=entities)
    return [(text, {hit.entity for hit in hits}) for text, hits in zip(texts, found, strict=True)]


@pytest.mark.parametrize("entity", VALID)
def test_every_valid_value_is_found(detector: Detector, entity: Entity) -> None:
    found = _kinds(detector, VALID[entity], EVERY_KIND)
    assert [text for text, kinds in found if entity not in kinds] == []


def test_every_look_alike_is_silent(detector: Detector) -> None:
    assert [(text, kinds) for text, kinds in _kinds(detector, LOOK_ALIKES) if kinds] == []


@pytest.mark.parametrize("entity", NOT_FOUND)
def test_nothing_that_only_looks_like_a_kind_is_found(detector: Detector, entity: Entity) -> None:
    found = _kinds(detector, NOT_FOUND[entity], EVERY_KIND)
    assert [text for text, kinds in found if entity in kinds] == []


def test_an_encoded_address_in_a_url_is_cut_out_exactly(detector: Detector) -> None:
    text = "/u?email%3Duser0007%40mail2.example&x=2"
    (hit,) = detector.find([text])[0]
    assert text[hit.start : hit.end] == "user0007%40mail2.example"


def test_every_kind_has_a_category_and_every_recogniser_a_reference() -> None:
    assert CATEGORIES.keys() == set(Entity)
    assert all("Reference: http" in (recogniser.__doc__ or "") for recogniser in RECOGNISERS)
    found_in_text = {recogniser.entity for recogniser in RECOGNISERS}
    assert found_in_text == set(Entity) == VALID.keys()


def test_the_engine_runs_our_recognisers_only_and_keeps_its_decisions_to_itself() -> None:
    engine = analyzer()
    assert {type(each) for each in engine.get_recognizers("ja")} == set(RECOGNISERS)
    assert engine.log_decision_process is False


@pytest.mark.parametrize("recogniser", RECOGNISERS, ids=lambda recogniser: recogniser.__name__)
def test_no_text_is_costly(recogniser: type[JapaneseRecogniser]) -> None:
    asked = recogniser()
    for part in HOSTILE:
        text = (part * (12_000 // len(part) + 1))[:12_000]
        begun = time.process_time()
        list(asked.spans(text))
        assert time.process_time() - begun < 1, part
