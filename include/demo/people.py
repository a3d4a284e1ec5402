"""Japanese people: names with their reading, mobile numbers and reserved-domain addresses."""

from __future__ import annotations

from dataclasses import dataclass

from include.demo.draw import Draw


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in kanji and in katakana."""

    family: str
    given: str
    family_kana: str
    given_kana: str

    @property
    def full(self) -> str:
        """Family and given name as written on a parcel."""
        return self.family + self.given


def _readings(table: str) -> tuple[tuple[str, str], ...]:
    """Pairs of kanji and kana from ``kanji/kana`` words."""
    pairs = (word.split("/") for word in table.split())
    return tuple((kanji, kana) for kanji, kana in pairs)


FAMILY = _readings("""
佐藤/サトウ 鈴木/スズキ 高橋/タカハシ 田中/タナカ 伊藤/イトウ 渡辺/ワタナベ 山本/ヤマモト
中村/ナカムラ 小林/コバヤシ 加藤/カトウ 吉田/ヨシダ 山田/ヤマダ 佐々木/ササキ 山口/ヤマグチ
松本/マツモト 井上/イノウエ 木村/キムラ 林/ハヤシ 斎藤/サイトウ 清水/シミズ 山崎/ヤマザキ 森/モリ
池田/イケダ 橋本/ハシモト 阿部/アベ 石川/イシカワ 山下/ヤマシタ 中島/ナカジマ 石井/イシイ
小川/オガワ 前田/マエダ 岡田/オカダ 長谷川/ハセガワ 藤田/フジタ 後藤/ゴトウ 近藤/コンドウ
村上/ムラカミ 遠藤/エンドウ 青木/アオキ 坂本/サカモト 福田/フクダ 太田/オオタ 西村/ニシムラ
藤井/フジイ 岡本/オカモト 金子/カネコ 藤原/フジワラ 中野/ナカノ 三浦/ミウラ 原田/ハラダ
中川/ナカガワ 松田/マツダ 竹内/タケウチ 小野/オノ 田村/タムラ 中山/ナカヤマ 和田/ワダ 石田/イシダ
森田/モリタ 上田/ウエダ 柴田/シバタ 酒井/サカイ 宮崎/ミヤザキ 横山/ヨコヤマ 内田/ウチダ
高木/タカギ 安藤/アンドウ 谷口/タニグチ 大野/オオノ 丸山/マルヤマ 今井/イマイ 高田/タカダ
河野/コウノ 藤本/フジモト 小島/コジマ 村田/ムラタ 武田/タケダ 上野/ウエノ 杉山/スギヤマ
増田/マスダ 菅原/スガワラ 平野/ヒラノ 大塚/オオツカ 久保/クボ 千葉/チバ 松井/マツイ 岩崎/イワサキ
桜井/サクライ 野口/ノグチ 木下/キノシタ 菊地/キクチ 野村/ノムラ 新井/アライ 渡部/ワタベ
桐谷/キリタニ 椎名/シイナ
""")

WOMEN = _readings("""
陽菜/ヒナ 葵/アオイ 結衣/ユイ 凛/リン 美咲/ミサキ さくら/サクラ 七海/ナナミ 彩花/アヤカ
優奈/ユウナ 莉子/リコ 花音/カノン 真由美/マユミ 恵子/ケイコ 由美子/ユミコ 久美子/クミコ
裕子/ユウコ 直美/ナオミ 智子/トモコ 香織/カオリ 麻衣/マイ 愛/アイ 千尋/チヒロ 遥/ハルカ
菜々子/ナナコ 沙織/サオリ 美穂/ミホ 奈緒/ナオ 舞/マイ 明日香/アスカ 里奈/リナ 綾子/アヤコ
典子/ノリコ 幸子/サチコ 順子/ジュンコ 瞳/ヒトミ 杏/アン 琴音/コトネ
""")

MEN = _readings("""
蓮/レン 湊/ミナト 樹/イツキ 悠真/ユウマ 大翔/ヒロト 陽翔/ハルト 翔太/ショウタ 拓也/タクヤ
健太/ケンタ 直樹/ナオキ 大輔/ダイスケ 誠/マコト 浩/ヒロシ 隆/タカシ 健一/ケンイチ 哲也/テツヤ
和也/カズヤ 達也/タツヤ 亮/リョウ 翼/ツバサ 駿/シュン 匠/タクミ 颯太/ソウタ 悠斗/ユウト
海斗/カイト 航/ワタル 学/マナブ 修/オサム 豊/ユタカ 勇気/ユウキ 智也/トモヤ 雄大/ユウダイ
康平/コウヘイ 慎吾/シンゴ 一郎/イチロウ 幸太郎/コウタロウ 光/ヒカル
""")


def name(draw: Draw, gender: str) -> Name:
    """A name; members who gave no gender have a name of either list."""
    given_names = {"F": WOMEN, "M": MEN}.get(gender, WOMEN + MEN)
    family, family_kana = draw.pick(FAMILY)
    given, given_kana = draw.pick(given_names)
    return Name(family, given, family_kana, given_kana)


def email(member_id: int) -> str:
    """The one address of a member, at a domain that RFC 2606 reserves."""
    return f"user{member_id:04d}@mail{member_id % 5}.example"


def member_phone(draw: Draw, member_id: int) -> str:
    """A mobile number no other member has, whatever the seed draws.

    The last four digits count the members; each further ten thousand takes another middle.
    271 and 9,000 have no common divisor, so 90 million members would get numbers of their own.
    """
    lap, last = divmod(member_id, 10_000)
    prefix = draw.pick(("090", "080", "070"))
    return f"{prefix}-{1_000 + (last * 7_919 + lap * 271) % 9_000}-{last:04d}"


def phone(draw: Draw) -> str:
    """A mobile number of somebody who is not a member."""
    prefix = draw.pick(("090", "080", "070"))
    return f"{prefix}-{draw.between(1_000, 9_999)}-{draw.between(0, 9_999):04d}"
