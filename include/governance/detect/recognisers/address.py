"""Find postal addresses down to a house number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span
from include.governance.model.prefecture import PREFECTURES

PREFECTURE = "|".join(PREFECTURES)
_STOP = r"\s、。,「」()\[\]{}\"'<>:;0-9"
_NO_COUNT = r"(?![0-9]*(?:年|月|人|件|円|回|台|時|世紀))"
_NUMBER = rf"[0-9]{{1,4}}{_NO_COUNT}(?:丁目|番地?|号|-|の|[0-9]){{0,12}}"
_KANJI_NUMBER = (
    r"[一二三四五六七八九十]{1,3}(?:丁目|番地?)(?:[0-9一二三四五六七八九十番地号の-]{0,12})"
)
_BUILDING = r"(?:[ ]?[^\s、。,0-9「」です\"に]{2,16}[0-9]{0,4}(?:号室?)?)?"
FULL = (
    rf"(?:{PREFECTURE})[ ]?[^{_STOP}]{{1,18}}?[市区町村郡島][^{_STOP}]{{0,18}}[ ]?"
    rf"(?:{_NUMBER}|{_KANJI_NUMBER}){_BUILDING}"
)
_FULL = re.compile(FULL)
_NO_PREFECTURE = re.compile(
    r"(?<![一-龠々ァ-ヶ])[一-龠々ヶケァ-ヴー]{1,5}[市区郡][一-龠々ぁ-んァ-ヴーヶ]{1,18}?"
    r"(?:[0-9]{1,4}|[一二三四五六七八九十]{1,3})(?:丁目|番地?|-|の)[0-9]{1,4}(?:[-番号の0-9]{0,8}[0-9号])?"
    rf"{_BUILDING}"
)
_KYOTO = re.compile(
    r"京都市[一-龠]{1,3}区[一-龠々ぁ-んァ-ヴーヶ]{2,24}?(?:上る|下る|上ル|下ル|東入|西入|通)"
    r"[一-龠々ぁ-んァ-ヴーヶ]{0,24}?[0-9]{1,4}(?:番地)?"
)


class AddressRecogniser(JapaneseRecogniser):
    """Postal address of Japan.

    Format: prefecture, municipality, block numbers (N-N-N, 丁目番地号), building; or a municipality
    with block numbers; Kyoto street style. No check digit: a place name without a number (東京都内,
    北海道フェア) is not an address.
    Reference: https://www.post.japanpost.jp/zipcode/ and https://geolonia.github.io/japanese-addresses/
    """

    entity = Entity.ADDRESS

    def spans(self, text: str) -> Iterator[Span]:
        """Complete addresses first; shorter forms only where no complete one was found."""
        full = [match.span() for match in _FULL.finditer(text)]
        for start, end in full:
            yield start, end, 0.9
        for pattern, score in ((_KYOTO, 0.8), (_NO_PREFECTURE, 0.7)):
            for match in pattern.finditer(text):
                if not any(start < match.end() and match.start() < end for start, end in full):
                    yield match.start(), match.end(), score
