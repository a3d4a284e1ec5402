"""Addresses of Japan as they are written, and places and counts that are none."""

from __future__ import annotations

import pytest

from include.governance.detect.entities import Entity
from include.governance.detect.values import Detector

ADDRESS = frozenset({Entity.ADDRESS})

FOUND = {
    "東京都渋谷区神宮前1-2-3 ハイツ青空201号室": "東京都渋谷区神宮前1-2-3 ハイツ青空201号室",
    "届け先は港区六本木六丁目十番一号です": "港区六本木六丁目十番一号",
    "軽井沢町大字長倉1234番地": "軽井沢町大字長倉1234番地",
    "白馬村北城6307にお願いします": "白馬村北城6307",
    "岩手県滝沢市大釜第12地割34-5": "岩手県滝沢市大釜第12地割34-5",
    "京都市中京区寺町通御池上る亀屋町488番地": "京都市中京区寺町通御池上る亀屋町488番地",
    "中京区河原町通三条下る大黒町": "中京区河原町通三条下る大黒町",
    "住所:横浜市西区みなとみらい2の3の1": "横浜市西区みなとみらい2の3の1",
    "大阪市北区梅田３－１－３": "大阪市北区梅田３－１－３",
    "長野県北安曇郡白馬村北城6307": "長野県北安曇郡白馬村北城6307",
    "旭川市3条通8丁目左1号": "旭川市3条通8丁目左1号",
    "帯広市西5条南20丁目3-1です": "帯広市西5条南20丁目3-1",
    "兵庫県 明石市 大久保町 2 - 11 - 3": "兵庫県 明石市 大久保町 2 - 11 - 3",
    "ｱｲﾁｹﾝﾄﾖﾀｼﾆｼﾏﾁ3-60": "ｱｲﾁｹﾝﾄﾖﾀｼﾆｼﾏﾁ3-60",
    "住所 トウキヨウト ミナトク シバ 4-1-23 ｼﾊﾞﾋﾞﾙ": "トウキヨウト ミナトク シバ 4-1-23 ｼﾊﾞﾋﾞﾙ",
    "千代田区丸の内1−9−1 グラントウキョウ3F": "千代田区丸の内1−9−1 グラントウキョウ3F",
}
NONE = (
    "東京都内へ配送できますか",
    "横浜市の人口は370万人",
    "渋谷区で10件の注文",
    "北海道フェアの3日目",
    "札幌市内に5店舗あります",
    "町村合併は2005年",
    "さいたま市長選挙2025年",
    "市場価格1200円",
    "憲法22条13項",
    "アイチケンサンキャベツ 2",
)


@pytest.mark.parametrize(("text", "address"), FOUND.items(), ids=range(len(FOUND)))
def test_an_address_is_found_whole(detector: Detector, text: str, address: str) -> None:
    hits = detector.find([text], entities=ADDRESS)[0]
    assert [text[hit.start : hit.end] for hit in hits] == [address]


@pytest.mark.parametrize("text", NONE, ids=range(len(NONE)))
def test_a_place_or_a_count_is_none(detector: Detector, text: str) -> None:
    assert detector.find([text], entities=ADDRESS) == [()]
