"""Find Japanese names that the words around them announce, whatever a dictionary knows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span
from include.governance.detect.recognisers.morphology import may_be_family

_HAN = r"[一-鿿々ヶ]"
_KATA = r"[ァ-ヺー]"
_LATIN_NAME = r"[A-Z][A-Za-z'\-]{1,20}(?: [A-Z][A-Za-z'\-]{1,20}){1,2}"
_NAME = rf"(?:{_HAN}{{1,4}}(?: ?{_HAN}{{1,4}})?|{_KATA}{{2,8}}(?: ?{_KATA}{{2,8}})?)"
_AFTER_LABEL = re.compile(
    r"(?:氏名|お?名前|名義人?|宛名|宛先|受取人|送り主|フリガナ|お?届け先名)(?:は|が)?"
    r"[ :=「『(\"]{0,3}"
    rf"({_NAME}|{_LATIN_NAME})"
    r"(?=[ ]*(?:です|様|さん|と|[」』]|\)|\"|[,、。\n]|住所|電話|\Z)|[ ][^ ])"
)
_BEFORE_VERB = re.compile(rf"(?<![一-鿿々ヶァ-ヺー])({_NAME})(?:と申し|といいます|と言います)")
_FULL_NAME = re.compile(
    rf"(?<![一-鿿々ヶァ-ヺー])({_HAN}{{1,4}} {_HAN}{{1,4}}|{_KATA}{{2,8}} {_KATA}{{2,8}})様"
)
_AFTER_KEY = re.compile(
    r"\"(?:[a-z_]{0,20}(?:full|family|last|first|given|customer|recipient|shipping|ship|billing|contact"
    r"|member|owner)_?name(?:_kana)?|[^\"]{0,10}(?:氏名|姓|名義|宛名))\"\s*:\s*"
    rf"\"({_NAME})\"",
    re.IGNORECASE,
)
_AFTER_PHONE = re.compile(rf"(?<=[0-9])\(({_HAN}{{1,4}})\)")
_NO_NAME = re.compile(
    r"(?:お?客|皆|奥|上|各|何|誰|同|別|匿名|本名|不明|不要|必要|未定|空欄|空白|希望|変更|会社|部署|法人|担当|"
    r"領収書|漢字|英語|入力|記入|以下|下記|上記|次|旧姓|カナ|カタカナ|ローマ字|フルネーム|フリガナ|ニックネーム)"
)


_PATTERNS = (
    (_AFTER_LABEL, 0.85),
    (_AFTER_KEY, 0.85),
    (_BEFORE_VERB, 0.85),
    (_FULL_NAME, 0.8),
)


class AnnouncedPersonRecogniser(JapaneseRecogniser):
    """Name of a person next to a label or phrase (氏名: …, 名義 …, …と申します, … …様).

    Format: up to eight kanji or sixteen katakana, with or without a blank. No check digit; finds
    surnames that are place names and names in katakana that a dictionary does not tag as names.
    Reference: https://www.unicode.org/reports/tr35/tr35-personNames.html
    """

    entity = Entity.PERSON
    forms = (*(pattern for pattern, _ in _PATTERNS), _AFTER_PHONE)

    def spans(self, text: str) -> Iterator[Span]:
        """Labelled, introduced and addressed names, and a family name after a telephone number."""
        for pattern, score in _PATTERNS:
            for match in pattern.finditer(text):
                if not _NO_NAME.match(match.group(1)):
                    yield match.start(1), match.end(1), score
        for match in _AFTER_PHONE.finditer(text):
            if may_be_family(match.group(1)):
                yield match.start(1), match.end(1), 0.7
