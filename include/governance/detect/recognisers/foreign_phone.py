"""Find telephone numbers abroad, and any number that is called one in English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect import checks
from include.governance.detect.context import OTHER_NUMBERS, Words, supports
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span
from include.governance.detect.recognisers.business_line import is_company_line
from include.governance.detect.recognisers.phone import PhoneRecogniser
from include.governance.detect.text import digits

_EXTENSION = r"(?:[ ,]{0,2}(?:x|ext\.?) ?[0-9]{1,6})?"
_END = r"(?![0-9])(?!-[0-9])(?![A-Za-z](?![A-Za-z]{2}))(?! ?(?:円|万|億|個|点|pt|%))"
_PLUS = re.compile(
    r"(?=[+%0])(?<![0-9A-Za-z+])(?:\+|%2B|(?<![0-9])00(?=[1-9]))(?!81)[1-9][0-9]{0,2}[- .]?"
    rf"(?:\(?[0-9]{{1,4}}\)?[- .]?){{2,5}}[0-9]{_EXTENSION}{_END}"
)
_AMERICAN = re.compile(
    r"(?=[1-9(])(?<![0-9A-Za-z])(?<![0-9][-. ])(?:1[-. ])?"
    r"(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[-. ])"
    rf"[2-9][0-9]{{2}}[-. ][0-9]{{4}}{_EXTENSION}{_END}"
)
_DAY = r"(?!(?:19|20)[0-9]{2}[-/.][01]?[0-9][-/.])"
_LABELLED = re.compile(
    r"(?=[A-Za-z])(?<![A-Za-z])(?i:"
    r"(?:telephone|tel|(?:cell|mobile|home|work|i)?[ _]?phone|mobile|cell|fax|desk)"
    r"(?:[ _]?(?:no|num|number))?(?: is| at)?"
    r"|contact(?:[ _]?(?:no|num|number))?|(?:ph|mob|[tmp])(?=[:.] ?[0-9(])"
    r"|(?:call|dial|text|ring|reach|message|messages|answering)(?: me| us| him| her| them)?"
    r"(?: at| on| to)"
    r")[ .:#=\"']{1,4}"
    rf"(?P<number>{_DAY}[0-9(][0-9 ().\-]{{5,18}}[0-9]{_EXTENSION}){_END}"
)
_NATIONAL = re.compile(
    r"(?=[0(])(?<![0-9A-Za-z])(?<![0-9][-. ])\(?0[1-9][0-9]{1,3}\)?"
    r"(?:(?: [0-9]{2,4}){2,3}|(?<=[0-9]{4}) [0-9]{6}|(?<=[0-9]{3}) [0-9]{7}|[0-9] [0-9]{6})"
    rf"(?! ?[0-9]){_END}"
)
_JAPANESE = re.compile("[ぁ-ゖァ-ヺ一-鿿]")
_NAMED_AFTER = re.compile(
    rf"(?=[0-9(])(?<![0-9A-Za-z])(?<![0-9][-. ])"
    rf"(?P<number>{_DAY}[0-9(][0-9 ().\-]{{5,16}}[0-9]{_EXTENSION})"
    r"[- (]{1,2}(?i:office|fax|mobile|cell|home|desk)(?![a-z])"
)
_FEWEST, _MOST = 7, 15


class ForeignPhoneRecogniser(JapaneseRecogniser):
    """Telephone number with the ``+`` of its country, of North America, or named in English.

    Format: E.164, up to fifteen digits; North America 3-3-4; groups after a 0; any seven to
    fifteen digits right beside a word such as *Phone* or *fax*. No check digit. In a Japanese text
    the national forms need a context word.
    Reference: https://www.itu.int/rec/T-REC-E.164 and https://nationalnanpa.com/
    """

    entity = Entity.PHONE_NUMBER
    forms = (_PLUS, _AMERICAN, _NATIONAL, _LABELLED, _NAMED_AFTER)
    wanted = PhoneRecogniser.wanted
    unwanted = Words(OTHER_NUMBERS)

    def spans(self, text: str) -> Iterator[Span]:
        """By country, by the forms of North America and of other countries, by name."""
        for match in _PLUS.finditer(text):
            plus = not match.group().startswith("00")
            number = digits(match.group().removeprefix("%2B"))
            if (plus and 8 <= len(number) <= _MOST) or (
                12 <= len(number) <= _MOST + 2 and self._is_named(text, match)
            ):
                yield match.start(), match.end(), 0.8
        for pattern in (_AMERICAN, _NATIONAL):
            for match in pattern.finditer(text):
                if self._is_named(text, match):
                    yield match.start(), match.end(), 0.9
                elif not _JAPANESE.search(text) and not self._is_other(text, match):
                    yield match.start(), match.end(), 0.6
        for pattern in (_LABELLED, _NAMED_AFTER):
            for match in pattern.finditer(text):
                number, (start, end) = digits(match["number"]), match.span("number")
                if _is_dialled(number) and not is_company_line(number, text, start):
                    yield start, end, 0.9

    def _is_named(self, text: str, found: re.Match[str]) -> bool:
        return supports(self.wanted, self.unwanted, text, found.start(), found.end())

    def _is_other(self, text: str, found: re.Match[str]) -> bool:
        return self.unwanted.distance(text, found.start(), found.end()) is not None


def _is_dialled(number: str) -> bool:
    return (
        _FEWEST <= len(number) <= _MOST + 6
        and not checks.is_business_phone(number)
        and len(set(number)) > 1
    )
