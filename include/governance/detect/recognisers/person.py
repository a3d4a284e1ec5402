"""Find names of persons by Japanese morphology."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

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


class _Token(NamedTuple):
    start: int
    end: int
    surface: str
    part: tuple[str, ...]

    @property
    def is_name(self) -> bool:
        return self.part[1] == "固有名詞" and self.part[2] == "人名" and not self.surface.isascii()

    @property
    def is_given(self) -> bool:
        return self.is_name and self.part[3] == "名"

    @property
    def is_family(self) -> bool:
        return self.is_name and self.part[3] == "姓"

    @property
    def is_place(self) -> bool:
        return self.part[1] == "固有名詞" and self.part[2] == "地名"


@lru_cache(maxsize=1)
def _tokenizer() -> tuple[Tokenizer, dict[int, tuple[str, ...]]]:
    dictionary = Dictionary(dict="small")
    return dictionary.create(mode=SplitMode.A), {}


def tokens(text: str) -> list[_Token]:
    """The words of a text of at most 49,149 bytes in UTF-8."""
    tokenizer, parts = _tokenizer()
    found: list[_Token] = []
    for morpheme in tokenizer.tokenize(text):
        number = morpheme.part_of_speech_id()
        part = parts.get(number)
        if part is None:
            part = parts[number] = tuple(morpheme.part_of_speech())
        found.append(_Token(morpheme.begin(), morpheme.end(), morpheme.surface(), part))
    return found


class PersonRecogniser(JapaneseRecogniser):
    """Name of a person in Japanese writing.

    Format: words that the SudachiDict tags as personal names, joined over blanks and middle dots;
    a place name counts before a given name or an honorific. Names of companies, shops, places and
    brands are left out by the word before or after. No check digit. Katakana names of foreigners
    and names in hiragana alone are often missed.
    Reference: https://github.com/WorksApplications/SudachiDict
    """

    entity = Entity.PERSON

    def spans(self, text: str) -> Iterator[Span]:
        """Every run of name words with no veto; certain before an honorific."""
        words = tokens(text)
        brands = [match.span() for match in _BRAND.finditer(text)]
        index = 0
        while index < len(words):
            if not _begins_name(words, index):
                index += 1
                continue
            after = _name_end(words, index)
            last = after - 1
            while words[last].surface in _JOINTS:
                last -= 1
            start, end = words[index].start, words[last].end
            score = _score(words, index, last)
            if score and not any(first < end and start < past for first, past in brands):
                yield start, end, score
            index = after


def _begins_name(words: list[_Token], index: int) -> bool:
    word = words[index]
    if word.is_name:
        return True
    if not word.is_place:
        return False
    follow = index + 1
    if follow < len(words) and words[follow].surface in HONORIFICS:
        return True
    if follow < len(words) and words[follow].surface == " ":
        follow += 1
    return follow < len(words) and words[follow].is_given


def _name_end(words: list[_Token], index: int) -> int:
    """The first word after the name that begins at ``index``, trailing joints included."""
    family = words[index].is_family
    index += 1
    while index < len(words):
        word = words[index]
        unknown_given = (
            family
            and words[index - 1].is_family
            and word.part[0] in ("名詞", "接尾辞")
            and word.surface not in HONORIFICS
            and word.surface not in _COMPANY_TAILS
            and _KANJI.match(word.surface) is not None
        )
        if word.is_name or word.surface in _JOINTS or unknown_given:
            index += 1
            continue
        break
    return index


def _score(words: list[_Token], first: int, last: int) -> float:
    """0 when the words around say company, place or goods."""
    before = words[first - 1].surface if first else ""
    after = words[last + 1].surface if last + 1 < len(words) else ""
    if before in _COMPANY_FORMS or after in _COMPANY_TAILS:
        return 0.0
    return 0.95 if after in HONORIFICS else 0.8
