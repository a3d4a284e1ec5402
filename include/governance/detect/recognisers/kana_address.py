"""Find postal addresses of Japan that are written in katakana, as on slips and in bank files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span

_READINGS = (
    "ホッカイドウ|アオモリケン|イワテケン|ミヤギケン|アキタケン|ヤマガタケン|フクシマケン|"
    "イバラキケン|トチギケン|グンマケン|サイタマケン|チバケン|トウキョウト|カナガワケン|"
    "ニイガタケン|トヤマケン|イシカワケン|フクイケン|ヤマナシケン|ナガノケン|ギフケン|"
    "シズオカケン|アイチケン|ミエケン|シガケン|キョウトフ|オオサカフ|ヒョウゴケン|ナラケン|"
    "ワカヤマケン|トットリケン|シマネケン|オカヤマケン|ヒロシマケン|ヤマグチケン|"
    "トクシマケン|カガワケン|エヒメケン|コウチケン|フクオカケン|サガケン|ナガサキケン|"
    "クマモトケン|オオイタケン|ミヤザキケン|カゴシマケン|オキナワケン"
)
_SMALL = str.maketrans({"ョ": "[ョヨ]", "ッ": "[ッツ]", "ュ": "[ュユ]"})
_PREFECTURE = _READINGS.translate(_SMALL)
_ADDRESS = re.compile(
    rf"(?:{_PREFECTURE})[ ]?[ァ-ヺー ]{{1,12}}?(?:シ|ク|グン|マチ|チ[ヨョ]ウ|ムラ|ソン)"
    r"[ァ-ヺー]{0,18}(?:[ ][ァ-ヺー]{1,20}){0,3}[ ]?"
    r"[0-9]{1,5}(?:[ ]?(?:-|チヨウメ|チョウメ|バンチ?|ゴウ)[ ]?[0-9]{0,4}){0,4}"
    r"(?:[ ][ァ-ヺー]{2,20}[ ]?[0-9]{0,4})?"
)


class KanaAddressRecogniser(JapaneseRecogniser):
    """Postal address of Japan in katakana, mostly half-width.

    Format: reading of the prefecture, with small kana or without (トウキョウト, トウキヨウト),
    readings of places, a house number, a building. No check digit.
    Reference: https://www.post.japanpost.jp/zipcode/dl/readme.html
    """

    entity = Entity.ADDRESS

    def spans(self, text: str) -> Iterator[Span]:
        """Readings from the prefecture on."""
        for match in _ADDRESS.finditer(text):
            yield match.start(), match.end(), 0.8
