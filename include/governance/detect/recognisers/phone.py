"""Find telephone numbers of Japan that reach a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect import checks
from include.governance.detect.context import OTHER_NUMBERS, Words, supports
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span
from include.governance.detect.recognisers.business_line import is_company_line
from include.governance.detect.text import digits

#: A number stands alone, after an escape of a URL, or is written onto a word for telephones.
FRONT = (
    r"(?=[(+%08])(?:(?<![0-9A-Za-z])|(?<=%[0-9A-Fa-f]{2})|(?<=(?i:tel))|(?<=(?i:fax))"
    r"|(?<=(?i:phone))|(?<=(?i:mobile)))(?<![0-9][-.])"
)
BACK = r"(?![0-9])(?!-[0-9])(?!(?!(?i:tel|fax|ext|mail|e-?mail))[A-Za-z])"
ABROAD_TO_JAPAN = r"\(?(?:\+|%2B|00)81\)?[- .]{0,2}(?:\(0\)|0(?=[1-9]))?"
BETWEEN = r"(?:-\r?\n|[- .()・]{0,3})"
DIALLED = re.compile(
    rf"{FRONT}(?:{ABROAD_TO_JAPAN}[- .(]{{0,2}}|81-?(?=[5-9]0-)|\(?0)[0-9]{{1,4}}{BETWEEN}"
    rf"[0-9]{{1,4}}{BETWEEN}[0-9]{{3,4}}{BACK}"
)
_ODDLY = re.compile(rf"(?=0){FRONT}0[5-9]0([_の…/~|]{{1,2}})[0-9]{{4}}\1[0-9]{{4}}{BACK}")
_BROKEN = re.compile(
    rf"(?=0){FRONT}(?!0[5-9]0[-. ]?[0-9]{{4}}[-. ]?[0-9]{{4}})"
    rf"0[5-9]0[-. ]?\r?\n?[0-9](?:[-. ]?\r?\n?[0-9]){{7}}{BACK}(?! ?[0-9])"
)
"""A mobile number with a blank or a line break where nobody dials one."""
_JOINTED = re.compile(r"0[5-9]0([-.])[0-9]{4}\1")
_SPELT = re.compile(r"0(?<![0-9A-Za-z].)([ -])[5-9]\1 ?0(?:[ -]{1,3}[0-9]){8}(?![ -]?[0-9])")
_ZERO_LOST = re.compile(r"[6-9](?<![0-9A-Za-z+].)(?<![0-9][-.].)0[1-9][0-9]{7}(?![0-9A-Za-z])")
_BOUND = 4
"""A name for another number this near makes even a well-formed number that other one."""


class PhoneRecogniser(JapaneseRecogniser):
    """Telephone number of Japan: mobile, IP and fixed line.

    Format: 0[5-9]0 and eight digits; area code, exchange and line of ten digits in all; ``+81`` or
    ``0081`` in place of the 0; separators ``-``, ``.``, blank and brackets. No check digit; the
    numbering plan is checked. Ten bare digits need a context word, also those of a mobile number
    that a spreadsheet has robbed of its 0, or that a blank or line break cuts. Free-dial and
    navi-dial numbers and the lines of companies are a kind of their own (`business_phone.py`).
    Reference: https://www.soumu.go.jp/main_sosiki/joho_tsusin/top/tel_number/
    """

    entity = Entity.PHONE_NUMBER
    forms = (DIALLED, _ODDLY, _BROKEN, _SPELT, _ZERO_LOST)
    wanted = Words(
        ("電話", "携帯", "TEL", "Tel", "telno", "telephone", "℡", "☎", "☏", "📞", "📱", "連絡",
         "FAX", "Fax", "faxno", "ファックス", "ファクス", "ファクシミリ", "でんわ", "ケータイ",
         "スマホ", "固定", "内線", "直通", "自宅", "phone", "mobile", "cell", "call", "sms",
         "whatsapp"),
        unless=("不要", "会議", "サポート", "ケース", "カバー", "アクセサリ"),
    )  # fmt: skip
    unwanted = Words(OTHER_NUMBERS)

    def spans(self, text: str) -> Iterator[Span]:
        """Numbers as they are dialled, then those with odd separators or one for every digit."""
        for match in DIALLED.finditer(text):
            score = self._score(text, match.start(), match.end())
            if score:
                yield match.start(), match.end(), score
        for pattern in (_ODDLY, _SPELT):
            for match in pattern.finditer(text):
                if checks.is_personal_phone(digits(match.group())):
                    yield match.start(), match.end(), 0.7
        for match in _BROKEN.finditer(text):
            if checks.is_personal_phone(digits(match.group())) and self._is_meant(text, match):
                yield match.start(), match.end(), 0.6
        for match in _ZERO_LOST.finditer(text):
            gap = self.wanted.distance(text, match.start(), match.end())
            if gap is not None and gap < _BOUND:
                yield match.start(), match.end(), 0.6

    def _is_meant(self, text: str, broken: re.Match[str]) -> bool:
        """Whether words or hyphens show that a number with a break in it is one of a telephone."""
        if supports(self.wanted, self.unwanted, text, *broken.span()):
            return True
        jointed = _JOINTED.match(broken.group()) is not None
        return jointed and self.unwanted.distance(text, *broken.span()) is None

    def _score(self, text: str, start: int, end: int) -> float:
        """0 for no number of the plan, low for ten bare digits without a context word."""
        found = text[start:end]
        number, international = dialled(found)
        if not checks.is_personal_phone(number) or is_company_line(number, text, start):
            return 0.0
        if not international and not _splits_as_dialled(found):
            return 0.0
        if supports(self.wanted, self.unwanted, text, start, end):
            return 0.95
        bare = found.isdigit() and not international
        against = self.unwanted.distance(text, start, end)
        if against is not None and (bare or against <= _BOUND):
            return 0.2
        return 0.2 if bare and len(number) == 10 else 0.75


def dialled(found: str) -> tuple[str, bool]:
    """The national form of a number as it is written, and whether it was an international one."""
    international = found.lstrip("(").startswith(("+81", "%2B81", "0081", "81"))
    number = digits(found.removeprefix("%2B"))
    return checks.national_phone(number, international=international), international


def _splits_as_dialled(found: str) -> bool:
    """Whether a fixed-line number is split as area code + exchange (six digits) and line (four)."""
    groups = [group for group in re.split(r"[^0-9]+", found) if group]
    if len(groups) != 3 or sum(map(len, groups)) != 10:
        return True
    return len(groups[2]) == 4 and groups[1][0] != "0"
