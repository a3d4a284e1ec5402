"""Find names of persons by Japanese morphology."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache

from sudachipy import Dictionary, SplitMode, Tokenizer

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span

HONORIFICS = frozenset(
    ("さん", "様", "さま", "氏", "君", "くん", "ちゃん", "先生", "殿", "サン", "サマ")
)
_COMPANY_FORMS = frozenset(("株式会社", "有限会社", "合同会社", "合資会社", "株", "有"))
_COMPANY_TAILS = frozenset((
    "店", "社", "商店", "屋", "銀行", "支店", "駅", "色", "美術館", "自動車", "工業", "食品",
    "電気", "電器", "ガス", "水産", "鉱業", "情報", "建設", "通信", "運輸", "保険", "印刷",
    "農林", "商事", "製作所", "株式会社", "有限会社", "合同会社", "区", "市", "町", "村", "県",
    "通り", "城", "神社", "大学", "高校", "急便", "絣", "焼", "織", "紬", "レタス", "牛", "産",
    "製", "柄", "風", "フェア", "ブランド", "コレクション",
)
)  # fmt: skip
_BRANDS = (
    "ポール・スミス", "ディズニー", "ケイト・スペード", "マーク・ジェイコブス",
    "ラルフ・ローレン", "トミー・ヒルフィガー", "カルバン・クライン", "ジョルジオ・アルマーニ",
    "イッセイ・ミヤケ", "ジル・スチュアート", "ヨウジ・ヤマモト", "マイケル・コース",
    "トリー・バーチ", "ケンゾー", "クリスチャン・ディオール", "クリスチャン・ルブタン",
    "イヴ・サンローラン", "サンローラン", "ココ・シャネル", "ハナエ・モリ", "アナスイ",
    "ヴィヴィアン・ウエストウッド", "マーガレット・ハウエル", "ローラ・アシュレイ",
    "ポール・スチュアート", "ジャン・ポール・ゴルチエ", "アニエス・ベー",
    "ステラ・マッカートニー", "アレキサンダー・ワン", "ダイアン・フォン・ファステンバーグ",
    "ラコステ", "ジミー・チュウ", "サルヴァトーレ・フェラガモ", "フェラガモ", "グッチ", "プラダ",
    "エルメス", "ルイ・ヴィトン", "ピエール・カルダン", "ニナ・リッチ", "ケイタ・マルヤマ",
    "コム・デ・ギャルソン", "ジーユー", "高島屋", "三越", "サマンサ・タバサ",
    "メアリー・クヮント", "キャサリン・ハムネット",
)  # fmt: skip
_BRAND = re.compile("|".join(brand.replace("・", "[・ =]?") for brand in _BRANDS))
"""Fashion brands and shops that bear a person's name."""

_JOINTS = frozenset((" ", "・", "=", ""))
_KANJI = re.compile(r"[\u4e00-\u9fff々]{1,2}\Z")


class _Kind(IntEnum):
    """What a part of speech means for a name."""

    OTHER = 0
    NOUN = 1
    PLACE = 2
    NAME = 3
    GIVEN = 4
    FAMILY = 5


def _kind(part: tuple[str, ...]) -> _Kind:
    match part[:4]:
        case (_, "固有名詞", "人名", "姓"):
            return _Kind.FAMILY
        case (_, "固有名詞", "人名", "名"):
            return _Kind.GIVEN
        case (_, "固有名詞", "人名", _):
            return _Kind.NAME
        case (_, "固有名詞", "地名", _):
            return _Kind.PLACE
        case ("名詞" | "接尾辞", *_):
            return _Kind.NOUN
    return _Kind.OTHER


class _Words:
    """The words of a text; surfaces are fetched only where a name may be."""

    def __init__(self, text: str) -> None:
        tokenizer, kinds = _tokenizer()
        self._morphemes = tokenizer.tokenize(text)
        ids = [morpheme.part_of_speech_id() for morpheme in self._morphemes]
        for unknown in set(ids) - kinds.keys():
            kinds[unknown] = _kind(self._morphemes[ids.index(unknown)].part_of_speech())
        self.kinds = [kinds[number] for number in ids]

    def __len__(self) -> int:
        return len(self.kinds)

    def surface(self, index: int) -> str:
        """The word at a place, empty outside the text."""
        return self._morphemes[index].surface() if 0 <= index < len(self) else ""

    def start(self, index: int) -> int:
        return int(self._morphemes[index].begin())

    def end(self, index: int) -> int:
        return int(self._morphemes[index].end())

    def is_name(self, index: int) -> bool:
        """Whether the dictionary tags the word as a name and it is in Japanese writing."""
        if not 0 <= index < len(self) or self.kinds[index] < _Kind.NAME:
            return False
        return not self.surface(index).isascii()


@lru_cache(maxsize=1)
def _tokenizer() -> tuple[Tokenizer, dict[int, _Kind]]:
    return Dictionary(dict="small").create(mode=SplitMode.A), {}


class PersonRecogniser(JapaneseRecogniser):
    """Name of a person in Japanese writing.

    Format: words that the SudachiDict tags as personal names, joined over blanks and middle dots;
    a place name counts before a given name or an honorific. Names of companies, shops, places and
    brands are left out by the word before or after. No check digit. Katakana names of foreigners
    and names in hiragana alone are often missed. Takes at most 49,149 bytes of UTF-8.
    Reference: https://github.com/WorksApplications/SudachiDict
    """

    entity = Entity.PERSON

    def spans(self, text: str) -> Iterator[Span]:
        """Every run of name words with no veto; certain before an honorific."""
        words = _Words(text)
        brands = [match.span() for match in _BRAND.finditer(text)]
        past = 0
        for index in [n for n, kind in enumerate(words.kinds) if kind >= _Kind.PLACE]:
            if index < past or not _begins_name(words, index):
                continue
            past = _name_end(words, index)
            last = past - 1
            while words.surface(last) in _JOINTS:
                last -= 1
            start, end = words.start(index), words.end(last)
            score = _score(words, index, last)
            if score and not any(first < end and start < over for first, over in brands):
                yield start, end, score


def _begins_name(words: _Words, index: int) -> bool:
    if words.kinds[index] is not _Kind.PLACE:
        return words.is_name(index)
    follow = index + 1
    if words.surface(follow) in HONORIFICS:
        return True
    if words.surface(follow) == " ":
        follow += 1
    return follow < len(words) and words.kinds[follow] is _Kind.GIVEN


def _name_end(words: _Words, index: int) -> int:
    """The first word after the name that begins at ``index``, trailing joints included."""
    family = words.kinds[index] is _Kind.FAMILY
    index += 1
    while index < len(words) and (
        words.is_name(index)
        or words.surface(index) in _JOINTS
        or (family and _is_unknown_given_name(words, index))
    ):
        index += 1
    return index


def _is_unknown_given_name(words: _Words, index: int) -> bool:
    """One or two kanji right after a family name that the dictionary takes for a noun."""
    surface = words.surface(index)
    return (
        words.kinds[index - 1] is _Kind.FAMILY
        and words.kinds[index] is _Kind.NOUN
        and surface not in HONORIFICS
        and surface not in _COMPANY_TAILS
        and _KANJI.match(surface) is not None
    )


def _score(words: _Words, first: int, last: int) -> float:
    """0 when the words around say company, place or goods."""
    after = words.surface(last + 1)
    if words.surface(first - 1) in _COMPANY_FORMS or after in _COMPANY_TAILS:
        return 0.0
    return 0.95 if after in HONORIFICS else 0.8
