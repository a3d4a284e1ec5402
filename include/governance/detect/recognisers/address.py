"""Find postal addresses of Japan down to a house number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span
from include.governance.detect.recognisers.municipalities import municipalities
from include.governance.model.prefecture import PREFECTURES

PREFECTURE = "|".join(PREFECTURES)
_STOP = r"\s、。,「」()\[\]{}\"'<>:;0-9"
_COUNTED = "年|月|人|件|円|回|台|時|世紀|名|個|店|km|か所|ヶ所|校|位|区|戸|世帯|番目|周年|%"
_NO_COUNT = rf"(?![0-9]*(?:{_COUNTED}))"
_KANA_OR_KANJI = "[一-鿿々ぁ-んァ-ヴーヶ]"
_NUMBER = rf"[0-9]{{1,5}}{_NO_COUNT}(?:丁目|番地?|号|-| - (?=[0-9])|の|地割|[0-9]){{0,14}}"
_KANJI = "[一二三四五六七八九十百〇]"
_KANJI_NUMBER = rf"{_KANJI}{{1,4}}(?:丁目|番地?|地割)(?:{_KANJI}|[0-9]|丁目|番地?|号|の|-){{0,12}}"
_BUILDING = (
    r"(?:[ ]?(?![^\s、。,0-9]{0,2}(?:です|ます|に|へ|まで|の|が|は|を|で|と))"
    r"[^\s、。,0-9「」です\"に]{2,16}[0-9]{0,4}(?:号室?|階|F)?)?"
)
FULL = (
    rf"(?:{PREFECTURE})[ ]?[^{_STOP}]{{1,18}}?[市区町村郡島][ ]?[^{_STOP}]{{0,18}}[ ]?"
    rf"(?:{_NUMBER}|{_KANJI_NUMBER}){_BUILDING}"
)
_FULL = re.compile(FULL)
_PREFECTURE_BEFORE = re.compile(rf"(?:{PREFECTURE})[ ]?(?:[^{_STOP}]{{1,5}}郡)?\Z")
_GRID = re.compile(
    rf"[ ]?{_KANA_OR_KANJI}{{0,8}}?[0-9]{{1,2}}(?:条|線)(?:通り?)?[東西南北左右]?[0-9]{{1,2}}"
    rf"(?:丁目|番地?|号|-)[0-9]{{0,5}}(?:[-番地号の左右0-9]{{0,12}}){_BUILDING}"
)
"""Towns that count their streets, as in Hokkaido: 南22条西13丁目1-36."""
_BLOCK = (
    r"(?:[0-9]{1,5}|[一二三四五六七八九十]{1,3})(?:丁目|番地?|地割|-|の)[0-9]{0,5}"
    r"(?:[-番地号の0-9一二三四五六七八九十]{0,12})"
)
_HAMLET = rf"(?:字{_KANA_OR_KANJI}{{1,10}}?)?"
_TOWN_AND_BLOCK = re.compile(
    rf"[ ]?(?:大字)?{_KANA_OR_KANJI}{{1,18}}?{_HAMLET}[ ]?{_BLOCK}{_BUILDING}"
)
_COUNTRYSIDE = re.compile(
    rf"[ ]?(?:大字{_KANA_OR_KANJI}{{1,12}}?{_HAMLET}|[一-鿿々ヶ]{{2,6}})"
    rf"[0-9]{{2,5}}{_NO_COUNT}(?![0-9])(?:番地|-[0-9]{{1,4}})?"
)
_KYOTO = re.compile(
    rf"[ ]?{_KANA_OR_KANJI}{{2,24}}?"
    r"(?:上る|下る|上がる|下がる|上ル|下ル|東入る?|西入る?|東入ル|西入ル)"
    r"[一-鿿々ァ-ヴーヶ]{0,16}(?:[0-9]{1,5}(?:番地)?(?:-[0-9]{1,4})?)?"
)
_AFTER_MUNICIPALITY = ((_KYOTO, 0.8), (_GRID, 0.8), (_TOWN_AND_BLOCK, 0.8), (_COUNTRYSIDE, 0.6))
_UNLISTED = re.compile(
    r"(?<![一-龠々ァ-ヶ])[一-龠々ヶケァ-ヴー]{1,5}[市区郡][一-龠々ぁ-んァ-ヴーヶ]{1,18}?"
    r"(?:[0-9]{1,4}|[一二三四五六七八九十]{1,3})(?:丁目|番地?|-|の)[0-9]{1,4}(?:[-番号の0-9]{0,8}[0-9号])?"
    rf"{_BUILDING}"
)


class AddressRecogniser(JapaneseRecogniser):
    """Postal address of Japan.

    Format: prefecture, municipality, town, block numbers (N-N-N, 丁目番地号, kanji numbers, 地割),
    building and room; the prefecture may be missing before a municipality that there is, and the
    block in the countryside (大字, 字); Kyoto by streets (上る, 下る, 東入, 西入),
    Hokkaido by counted ones (北3条西6丁目). No check digit:
    a place name without a number (東京都内, 北海道フェア) is not an address.
    Reference: https://www.post.japanpost.jp/zipcode/ and https://geolonia.github.io/japanese-addresses/
    """

    entity = Entity.ADDRESS

    def spans(self, text: str) -> Iterator[Span]:
        """Complete addresses first; shorter forms only where no longer one was found."""
        found: list[tuple[int, int]] = []
        for start, end, score in self._forms(text):
            if not any(first < end and start < last for first, last in found):
                found.append((start, end))
                yield start, end, score

    def _forms(self, text: str) -> Iterator[Span]:
        for match in _FULL.finditer(text):
            yield match.start(), match.end(), 0.9
        for start, end in municipalities(text):
            for pattern, score in _AFTER_MUNICIPALITY:
                if tail := pattern.match(text, end):
                    before = _PREFECTURE_BEFORE.search(text, 0, start)
                    yield before.start() if before else start, tail.end(), score
                    break
        for match in _UNLISTED.finditer(text):
            yield match.start(), match.end(), 0.7
