"""Every kind of personal data: what must be found, what looks alike, what is invalid."""

from __future__ import annotations

import pytest

from include.governance.detect.analyzer import RECOGNISERS, analyzer
from include.governance.detect.entities import CATEGORIES, Entity
from include.governance.detect.values import Detector

VALID: dict[Entity, tuple[str, ...]] = {
    Entity.EMAIL_ADDRESS: (
        "メールはtaro.yamada+shop@example.co.jpです。",
        "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏｍ",
        "login failed for user0007@mail2.example",
        "/mypage?email=user0007%40mail2.example",
        "/u?q=1%26email%3Duser0007%40mail2.example&x=2",
        "taro@日本語.jp まで",
        "taro [at] example.com",
    ),
    Entity.PHONE_NUMBER: (
        "sms to 090-1234-5678 queued",
        "TEL09012345678まで",
        "０９０－１２３４－５６７８",
        "090−1234−5678",
        "090ー1234ー5678",
        "〇九〇ー一二三四ー五六七八",
        "0 9 0 - 1 2 3 4 - 5 6 7 8",
        "+81-90-1234-5678",
        "+81 (0)90-1234-5678",
        "0081-90-1234-5678",
        "(03)3456-7890 です",
        "0466-12-3456",
        "01267-2-1234",
        "電話 0334567890",
        "+1-202-555-0143",
    ),
    Entity.CREDIT_CARD: (
        "psp request card=5555555555554444",
        "カード4111111111111111",
        "４１１１－１１１１－１１１１－１１１１",
        "3530 1113 3330 0000",
        "3782 822463 10005",
        "378282246310005",
        "30569309025904",
        "4111 - 1111 - 1111 - 1111",
        "４１１１／１１１１／１１１１／１１１１",
        "4111_1111_1111_1111",
        "3782/822463/10005",
        "card4111111111111111exp0127",
        "4111111111111111/1227",
        "visa4111-1111-1111-1111",
        "%B4111111111111111^YAMADA/TARO^27011010000000000000?",
        ";4111111111111111=27011010000000000000?",
    ),
    Entity.JP_MY_NUMBER: (
        "本人確認のため マイナンバー 1234 5678 9018 を送ります",
        "マイナンバー１２３４５６７８９０１８",
        "ﾏｲﾅﾝﾊﾞｰ 123456789018",
        "個人番号:1234-5678-9018",
        "番号 1234 5678 9018(マイナンバー)",
        "my number is 123456789018",
        '{"my_number": "123456789018"}',
    ),
    Entity.JP_POSTAL_CODE: ("〒150-0001", "〒1500001", "郵便番号は150-0001", "150-0001 東京都"),
    Entity.ADDRESS: (
        "東京都渋谷区神宮前1-2-3 ハイツ青空201号室",
        "住所は神奈川県横浜市西区みなとみらい二丁目3番です",
        "渋谷区神宮前1丁目2番3号",
        "京都市中京区寺町通御池上る上本能寺前町488",
        "Minato-ku, Tokyo 105-0011",
        "742 Evergreen Terrace, Springfield, OR 97403",
    ),
    Entity.DATE_OF_BIRTH: (
        "生年月日1980-03-01です",
        "生年月日：昭和55年3月1日",
        "誕生日 S55.3.1",
        "平成元年１月８日生まれ",
        "生年月日19800301",
        "1980年生まれです",
        "date of birth: 1980/03/01",
        "㍼64年1月7日生まれ",
    ),
    Entity.IP_ADDRESS: ("203.0.113.7からアクセス", "IPは203.0.113.7です", "2001:db8::1"),
    Entity.PERSON: (
        "佐々木です",
        "山田太郎様",
        "渡邊さんより",
        "太田　元晴と申します",
        "氏名:マエハラ ネネ 住所:",
        "口座名義 サトウマキ",
        "Dear Sharon Walsh,",
    ),
    Entity.SPECIAL_CARE: (
        "うつ病で通院歴があり返品したい",
        "身体障害のため玄関先まで",
        "がん治療",
        "障害者手帳",
        "前科",
        "逮捕歴",
        "信仰",
        "被差別",
        "統合失調",
        "入院中の母に贈ります",
        "宗教上の理由で受け取れません",
        "I was diagnosed with cancer",
    ),
    Entity.JP_DRIVER_LICENSE: ("免許証番号 305012345630",),
    Entity.JP_PASSPORT: ("パスポート番号TR1234567",),
    Entity.JP_RESIDENCE_CARD: ("在留カード AB12345678CD",),
    Entity.JP_BANK_ACCOUNT: (
        "みずほ銀行 渋谷支店 普通1234567",
        "口座番号：1234567",
        "記号10110 番号12345671",
    ),
    Entity.JP_HEALTH_INSURER: ("保険者番号 33120015", "健康保険証 記号12 番号345"),
    Entity.JP_PENSION: ("基礎年金番号 1234-567890",),
}  # fmt: skip

LOOK_ALIKES = (
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

INVALID: dict[Entity, tuple[str, ...]] = {
    Entity.JP_MY_NUMBER: (
        "マイナンバー 923456789018",
        "ﾏｲﾅﾝﾊﾞｰ 923456789018",
        "マイナンバー 1234567890189",
    ),
    Entity.CREDIT_CARD: (
        "card=5555555555554445",
        "カード4111111111111",
        "カード9111111111111111",
        "4111/1111/1111/1112",
        "card4111111111111112exp",
        "4111-1111/1111-1111",
    ),
    Entity.DATE_OF_BIRTH: (
        "生年月日1980-02-30",
        "生年月日 昭和64年2月1日",
        "誕生日 平成31年5月1日",
    ),
    Entity.PHONE_NUMBER: ("電話 090-0123-456", "電話 0012345678", "電話 090-1234-56789"),
    Entity.IP_ADDRESS: ("IP 203.0.113.256", "2001:db8:::1"),
    Entity.JP_DRIVER_LICENSE: ("免許証番号 305012345600", "免許証番号 995012345630"),
    Entity.JP_HEALTH_INSURER: ("保険者番号 33120016",),
    Entity.EMAIL_ADDRESS: ("taro@@example.com", "taro@example"),
}  # fmt: skip


def _found(detector: Detector, text: str) -> set[Entity]:
    return {hit.entity for hit in detector.find([text])[0]}


@pytest.mark.parametrize(
    ("entity", "text"), [(entity, text) for entity, texts in VALID.items() for text in texts]
)
def test_a_valid_value_is_found(detector: Detector, entity: Entity, text: str) -> None:
    assert entity in _found(detector, text)


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_a_look_alike_is_silent(detector: Detector, text: str) -> None:
    assert _found(detector, text) == set()


@pytest.mark.parametrize(
    ("entity", "text"), [(entity, text) for entity, texts in INVALID.items() for text in texts]
)
def test_an_invalid_value_is_not_found(detector: Detector, entity: Entity, text: str) -> None:
    assert entity not in _found(detector, text)


def test_an_encoded_address_in_a_url_is_cut_out_exactly(detector: Detector) -> None:
    text = "/u?email%3Duser0007%40mail2.example&x=2"
    (hit,) = detector.find([text])[0]
    assert text[hit.start : hit.end] == "user0007%40mail2.example"


def test_every_kind_has_a_category_and_every_recogniser_a_reference() -> None:
    assert CATEGORIES.keys() == set(Entity)
    assert all("Reference: http" in (recogniser.__doc__ or "") for recogniser in RECOGNISERS)
    found_in_text = {recogniser.entity for recogniser in RECOGNISERS}
    assert found_in_text == set(Entity) - {Entity.CARD_SECURITY_CODE}
    assert found_in_text == VALID.keys()


def test_the_engine_runs_our_recognisers_only_and_keeps_its_decisions_to_itself() -> None:
    engine = analyzer()
    assert {type(each) for each in engine.get_recognizers("ja")} == set(RECOGNISERS)
    assert engine.log_decision_process is False
