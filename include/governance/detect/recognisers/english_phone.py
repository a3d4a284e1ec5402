"""Find telephone numbers of any country that an English sentence speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span
from include.governance.detect.text import digits

_WORD = re.compile("[A-Za-z]{2}")
_NAMED = re.compile(
    r"(?i:(?<![a-z])(?:phone|telephone|tel|mobile|cell|fax|desk|call(?: me)?"
    r"|call(?:ing)? (?:me )?(?:at|on)|reach (?:me|us) (?:at|on)|answering (?:at|on)"
    r"|messages (?:to|from|on)|dial|text|sms(?: to)?)"
    r"(?: number)?(?: is)?[.:]? {0,2})"
    r"(\+?\(?[0-9][0-9 ()./\-]{5,18}[0-9](?: ?x[0-9]{1,5})?)(?![0-9])"
)


class EnglishPhoneRecogniser(JapaneseRecogniser):
    """Telephone number after an English word that says so.

    Format: seven to fifteen digits in groups, an extension. No check digit, and no plan is asked:
    the word decides. Reference: https://www.itu.int/rec/T-REC-E.123
    """

    entity = Entity.PHONE_NUMBER

    def spans(self, text: str) -> Iterator[Span]:
        """Numbers that are spoken of."""
        if not _WORD.search(text):
            return
        for match in _NAMED.finditer(text):
            number = match.group(1).split("x")[0]
            if 7 <= len(digits(number)) <= 15 and any(sign in number for sign in " ()+-./"):
                yield match.start(1), match.end(1), 0.5
