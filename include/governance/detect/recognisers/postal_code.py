"""Find Japanese postal codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.context import OTHER_NUMBERS, Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span
from include.governance.model.postal import prefectures_by_prefix
from include.governance.model.prefecture import PREFECTURES

_END = r"(?![0-9A-Za-z])(?! ?-[0-9])"
_MARKED = re.compile(
    r"(?:〒|(?:(?:郵便|ゆうびん)(?:番号|ばんごう|No\.?)|(?i:zip[ _-]?(?:code)?"
    rf"|postal[ _-]?code|post[ _-]?code))"
    rf"(?:は|が|:|=|[ \"'(「]){{0,5}}〒?) ?(?P<code>[0-9]{{3}} ?-? ?[0-9]{{4}}){_END}"
)
_BARE = re.compile(
    rf"(?=[0-9])(?<![0-9A-Za-z\-.])(?P<code>[0-9]{{3}}-[0-9]{{4}}){_END}(?! ?(?:円|個|枚|件|"
    rf"ポイント))"
)
_SHORT = {name if name == "北海道" else name[:-1]: name for name in PREFECTURES}
_PREFECTURE = re.compile(rf"[ \n、,)」:]{{0,3}}(?P<name>{'|'.join(_SHORT)})(?P<full>[都府県])?")
_MUNICIPALITY = re.compile(
    r"[ \n、,)」:]{0,3}[一-鿿ヶケ々ァ-ヴ]{1,6}[市区郡](?![一-鿿]{0,2}[場民])"
)


class PostalCodeRecogniser(JapaneseRecogniser):
    """Postal code.

    Format: seven digits, NNN-NNNN, often after 〒. No check digit; the first three digits must be
    in use, and a prefecture that follows should be theirs. Without the mark it needs a word for
    post or address near by, or a prefecture or municipality right after it.
    Reference: https://www.post.japanpost.jp/zipcode/
    """

    entity = Entity.JP_POSTAL_CODE
    wanted = Words(("郵便", "ゆうびん", "〒", "住所", "所在地", "宛先", "届け先", "届先", "zip",
                    "postal", "post_code", "postcode", "address", "addr"))  # fmt: skip
    unwanted = Words(OTHER_NUMBERS)

    def spans(self, text: str) -> Iterator[Span]:
        """Marked codes, then bare ones by what stands around them."""
        marked: set[int] = set()
        for match in _MARKED.finditer(text):
            if match["code"][:3] in prefectures_by_prefix():
                marked.add(match.start("code"))
                start = match.start() if text[match.start()] == "〒" else match.start("code")
                yield start, match.end(), 0.95
        for match in _BARE.finditer(text):
            if match.start() not in marked and match["code"][:3] in prefectures_by_prefix():
                yield match.start(), match.end(), self._score(text, match)

    def _score(self, text: str, found: re.Match[str]) -> float:
        prefecture = _PREFECTURE.match(text, found.end())
        if prefecture:
            if _SHORT[prefecture["name"]] in prefectures_by_prefix()[found["code"][:3]]:
                return 0.9
            if prefecture["full"] or prefecture["name"] == "北海道":
                return 0.6
        near = self.wanted.distance(text, found.start(), found.end())
        against = self.unwanted.distance(text, found.start(), found.end())
        if against is not None and (near is None or against < near):
            return 0.2
        if near is not None:
            return 0.7
        return 0.6 if _MUNICIPALITY.match(text, found.end()) else 0.2
