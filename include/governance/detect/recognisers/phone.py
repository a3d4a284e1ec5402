"""Find telephone numbers that reach a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect import checks
from include.governance.detect.context import OTHER_NUMBERS, Words, supports
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span
from include.governance.detect.text import digits

_FRONT = r"(?:(?<![0-9A-Za-z])|(?<=[Tt][Ee][Ll])|(?<=[Ff][Aa][Xx]))(?<![0-9][-./:])"
_BACK = r"(?![0-9])(?!-[0-9])"
_JAPANESE = re.compile(
    _FRONT + r"(?:(?:\+|00)81[- ]?(?:\(0\))?[- ]?\(?0?|\(?0)[0-9]{1,4}[)]?[- .(]{0,2}"
    r"[0-9]{1,4}[- .)]{0,2}[0-9]{3,4}" + _BACK
)
_SPACED = re.compile(r"(?<![0-9A-Za-z])0 [5-9] 0 ?- ?(?:[0-9] ){4}- ?(?:[0-9] ?){4}(?![0-9])")
_ABROAD = re.compile(
    r"(?<![0-9A-Za-z+])\+(?!81)[1-9][0-9]{0,2}[- ]?(?:\(?[0-9]{1,4}\)?[- ]?){2,4}[0-9](?![0-9])"
)


class PhoneRecogniser(JapaneseRecogniser):
    """Telephone number: Japanese mobile, IP and fixed line, and numbers abroad with their ``+``.

    Format: 0[5-9]0 and eight digits; area code, exchange and line of ten digits in all; ``+81`` or
    ``0081`` in place of the 0; separators ``-``, ``.``, blank and brackets. No check digit; the
    numbering plan is checked. Free-dial and navi-dial numbers belong to companies and are left
    out. Ten bare digits need a context word.
    Reference: https://www.soumu.go.jp/main_sosiki/joho_tsusin/top/tel_number/
    """

    entity = Entity.PHONE_NUMBER
    wanted = Words(
        (
            "電話",
            "携帯",
            "TEL",
            "連絡先",
            "連絡",
            "FAX",
            "ファックス",
            "phone",
            "mobile",
            "call",
            "sms",
        )
    )
    unwanted = Words(OTHER_NUMBERS)

    def spans(self, text: str) -> Iterator[Span]:
        """National, spaced-out and foreign numbers."""
        for match in _JAPANESE.finditer(text):
            score = self._score(text, match.start(), match.end())
            if score:
                yield match.start(), match.end(), score
        for match in _SPACED.finditer(text):
            if checks.is_personal_phone(digits(match.group())):
                yield match.start(), match.end() - (match.group()[-1] == " "), 0.7
        if "+" in text:
            for match in _ABROAD.finditer(text):
                if 8 <= len(digits(match.group())) <= 15:
                    yield match.start(), match.end(), 0.8

    def _score(self, text: str, start: int, end: int) -> float:
        """0 for no number of the plan, low for ten bare digits without a context word."""
        found = text[start:end]
        international = found.startswith(("+81", "0081"))
        number = checks.national_phone(digits(found), international=international)
        if not checks.is_personal_phone(number):
            return 0.0
        if not international and not _splits_as_dialled(found):
            return 0.0
        bare = found.isdigit() and not international
        if supports(self.wanted, self.unwanted, text, start, end):
            return 0.95
        if bare and (len(number) == 10 or self.unwanted.distance(text, start, end) is not None):
            return 0.2
        return 0.75


def _splits_as_dialled(found: str) -> bool:
    """Whether a fixed-line number is split as area code + exchange (six digits) and line (four)."""
    groups = [group for group in re.split(r"[^0-9]+", found) if group]
    if len(groups) != 3 or sum(map(len, groups)) != 10:
        return True
    return len(groups[2]) == 4 and groups[1][0] != "0"
