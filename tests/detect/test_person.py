"""Names of persons in Japanese text: those a dictionary does not know, and things named so."""

from __future__ import annotations

import pytest

from include.governance.detect.entities import Entity
from include.governance.detect.values import Detector

PERSON = frozenset({Entity.PERSON})

NAMES = {
    "a noun that is a family name, addressed": ("入江様のご注文です", "入江"),
    "a place that is a family name, in a story": ("そこで竹田が監督に就任した。", "竹田"),
    "after a telephone number": ("連絡先(03)3456-7890(黒崎)まで", "黒崎"),
    "written apart, of few signs": ("合同会社の林 将秀です", "林 将秀"),
    "written apart": ("小田原 呉羽です。", "小田原 呉羽"),
    "a key of JSON": ('{"family_name": "岩崎寛大"}', "岩崎寛大"),
    "katakana, written apart": ("サトウ マキ様", "サトウ マキ"),
    "katakana, unknown, with a middle dot": (
        "オラ・トイヴォネンが1得点を挙げた。",
        "オラ・トイヴォネン",
    ),
    "katakana, a double family name": ("ジャン=ジャック・バールが来た", "ジャン=ジャック・バール"),
    "katakana, unknown, with a deed": ("バザーリアは改革を提唱した。", "バザーリア"),
    "katakana, unknown, with a profession": ("作曲家クエストラブの曲", "クエストラブ"),
    "given name unknown": ("休眠中の山川惣治の漫画", "山川惣治"),
    "after a stamp": ("検品印:黒沢", "黒沢"),
    "after a word for who did it": ("2026/05/01 申請者=古賀 承認待ち", "古賀"),
    "after a key of a log": ("updated_by=神宮寺 明日香; ok", "神宮寺 明日香"),
    "half-width kana after a label": ("ﾌﾘｶﾞﾅ氏名=ｵｵｸﾞﾛ ﾋﾄﾐ", "ｵｵｸﾞﾛ ﾋﾄﾐ"),
    "kana of the insured": ("契約者 オオグロ ヒトミ 様式2", "オオグロ ヒトミ"),
    "romaji in a quoted label": ("届け先名は「Hitomi Oguro」です", "Hitomi Oguro"),
    "a noun that is a family name, with an office": ("入江店長に確認済み", "入江"),
    "a place that is a family name, introduced": ("主将の福島は笑った。", "福島"),
    "katakana of known parts, with an office": ("ナポリターノ大統領の訪日", "ナポリターノ"),
    "Chinese": ("外相だった章孝厳は改姓した", "章孝厳"),
}
LISTS = {
    "入江、オクサナ、黒崎の3名で訪問": ["入江", "オクサナ", "黒崎"],
    "担当が黒崎から入江に変わります": ["黒崎", "入江"],
    "赤、青、白の3名分": [],
    "担当が営業部から総務部に変わります": [],
    "プラン、オプション、サポートの3人で": [],
}
THINGS = (
    "奈良公園の鹿",
    "中村海苔の詰め合わせ",
    "中村精機(株)製のポンプ",
    "本日は鈴木(スズキ)の煮付け定食",
    "モモちゃん人形のドレス",
    "千代紙の箱",
    "本 改訂版",
    "担当:出荷",
    "operator=出荷",
    "検収印:不要",
    "受付番号:黒",
    "名前は「Mサイズ」",
    "契約者 プラン変更",
    "ヤス・マリーナ・サーキットで開催された。",
    "小川珈琲の豆",
    "清水エスパルスのユニフォーム",
    "早川電力が合併した",
    "南雲司令部",
    "吉田内閣",
    "アニヤ・ハインドマーチの財布",
    "ジョルジオ アルマーニの74,900円の品",
    "ジョルジオアルマーニは再入荷しますか",
    "マリア・ボネールの新作バッグ",
    "イーストサイド・オーケストラ",
    "奥様へのギフト",
    "ヨガマットは届きますか。",
    "東西南北どこへでも送ります",
    "電話(03)3456-7890(代表)まで",
    "北海道君津市",
)


@pytest.mark.parametrize(("text", "name"), NAMES.values(), ids=NAMES)
def test_a_name_is_found_whole(detector: Detector, text: str, name: str) -> None:
    found = [text[hit.start : hit.end] for hit in detector.find([text], entities=PERSON)[0]]
    assert found == [name]


@pytest.mark.parametrize(("text", "names"), LISTS.items(), ids=range(len(LISTS)))
def test_names_in_a_row_are_found_together(detector: Detector, text: str, names: list[str]) -> None:
    found = [text[hit.start : hit.end] for hit in detector.find([text], entities=PERSON)[0]]
    assert found == names


@pytest.mark.parametrize("text", THINGS)
def test_a_thing_named_like_a_person_is_silent(detector: Detector, text: str) -> None:
    assert detector.find([text], entities=PERSON) == [()]
