"""Real Japanese towns: postal code, prefecture, city and town that belong together."""

from __future__ import annotations

from dataclasses import dataclass

from include.demo.draw import Draw


@dataclass(frozen=True, slots=True)
class Place:
    """A town as the postal service writes it."""

    postal_code: str
    prefecture: str
    city: str
    town: str


# Japan Post, ken_all (public postal code list). Only towns with one code of their own.
_TOWNS = """
100-0004 東京都 千代田区 大手町
100-0005 東京都 千代田区 丸の内
100-0006 東京都 千代田区 有楽町
100-0014 東京都 千代田区 永田町
150-0001 東京都 渋谷区 神宮前
150-0002 東京都 渋谷区 渋谷
150-0013 東京都 渋谷区 恵比寿
150-0022 東京都 渋谷区 恵比寿南
150-0033 東京都 渋谷区 猿楽町
150-0043 東京都 渋谷区 道玄坂
105-0004 東京都 港区 新橋
154-0004 東京都 世田谷区 太子堂
160-0023 東京都 新宿区 西新宿
166-0003 東京都 杉並区 高円寺南
180-0004 東京都 武蔵野市 吉祥寺本町
220-0003 神奈川県 横浜市西区 楠町
220-0004 神奈川県 横浜市西区 北幸
220-0011 神奈川県 横浜市西区 高島
220-0012 神奈川県 横浜市西区 みなとみらい
231-0023 神奈川県 横浜市中区 山下町
248-0006 神奈川県 鎌倉市 小町
260-0013 千葉県 千葉市中央区 中央
330-0854 埼玉県 さいたま市大宮区 桜木町
530-0001 大阪府 大阪市北区 梅田
530-0003 大阪府 大阪市北区 堂島
530-0005 大阪府 大阪市北区 中之島
530-0012 大阪府 大阪市北区 芝田
541-0053 大阪府 大阪市中央区 本町
542-0081 大阪府 大阪市中央区 南船場
550-0015 大阪府 大阪市西区 南堀江
560-0021 大阪府 豊中市 本町
460-0002 愛知県 名古屋市中区 丸の内
460-0003 愛知県 名古屋市中区 錦
460-0008 愛知県 名古屋市中区 栄
460-0011 愛知県 名古屋市中区 大須
464-0075 愛知県 名古屋市千種区 内山
810-0001 福岡県 福岡市中央区 天神
810-0022 福岡県 福岡市中央区 薬院
810-0041 福岡県 福岡市中央区 大名
810-0042 福岡県 福岡市中央区 赤坂
802-0001 福岡県 北九州市小倉北区 浅野
060-0042 北海道 札幌市中央区 大通西
060-0061 北海道 札幌市中央区 南一条西
060-0062 北海道 札幌市中央区 南二条西
060-0063 北海道 札幌市中央区 南三条西
040-0063 北海道 函館市 若松町
980-0011 宮城県 仙台市青葉区 上杉
980-0014 宮城県 仙台市青葉区 本町
980-0021 宮城県 仙台市青葉区 中央
980-0811 宮城県 仙台市青葉区 一番町
310-0015 茨城県 水戸市 宮町
320-0811 栃木県 宇都宮市 大通り
370-0849 群馬県 高崎市 八島町
380-0823 長野県 長野市 南千歳
420-0852 静岡県 静岡市葵区 紺屋町
500-8833 岐阜県 岐阜市 神田町
600-8216 京都府 京都市下京区 東塩小路町
630-8215 奈良県 奈良市 東向中町
640-8331 和歌山県 和歌山市 美園町
650-0021 兵庫県 神戸市中央区 三宮町
662-0832 兵庫県 西宮市 甲風園
700-0024 岡山県 岡山市北区 駅元町
730-0011 広島県 広島市中区 基町
730-0035 広島県 広島市中区 本通
760-0019 香川県 高松市 サンポート
790-0004 愛媛県 松山市 大街道
850-0057 長崎県 長崎市 大黒町
860-0806 熊本県 熊本市中央区 花畑町
870-0035 大分県 大分市 中央町
892-0842 鹿児島県 鹿児島市 東千石町
900-0015 沖縄県 那覇市 久茂地
920-0853 石川県 金沢市 本町
950-0087 新潟県 新潟市中央区 東大通
"""

PLACES: tuple[Place, ...] = tuple(Place(*line.split()) for line in _TOWNS.split("\n") if line)
TOKYO = next(place for place in PLACES if place.postal_code == "100-0005")

_BUILDINGS = (
    "グリーンハイツ",
    "メゾン青葉",
    "コーポさくら",
    "パークサイド",
    "サンライズ",
    "ハイツ若草",
)


def home(draw: Draw) -> Place:
    """A town to live in."""
    return draw.pick(PLACES)


def street(draw: Draw, town: str) -> str:
    """Town, block and house number, for one home in three with a building and a room."""
    block = f"{town}{draw.between(1, 5)}-{draw.between(1, 24)}-{draw.between(1, 18)}"
    if draw.between(1, 3) > 1:
        return block
    building = draw.pick(_BUILDINGS)
    return f"{block} {building}{draw.between(1, 8)}0{draw.between(1, 6)}"


def other_prefecture(prefecture: str) -> str:
    """A prefecture that is not the given one."""
    return "奈良県" if prefecture == "京都府" else "京都府"


def other_city(city: str) -> str:
    """A city that is not the given one."""
    return "中央区" if city == "港区" else "港区"
