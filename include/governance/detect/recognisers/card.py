"""Find payment card numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect import checks
from include.governance.detect.context import OTHER_NUMBERS, Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser, Span
from include.governance.detect.text import digits

_BETWEEN = r"(?: ?[-./_] ?| )?"
#: A word that is written onto the number, as in ``card4111…``; track data begins with ``%B``.
_GLUED_BEFORE = re.compile(r"(?:(?<![0-9A-Za-z])[A-Za-z]{2,12}|%B)\Z")
#: What follows is a word as well; one letter between digits is a hash, not a text.
_GLUED_AFTER = re.compile(r"[A-Za-z]{2}")
_OTHER_PREFIX = re.compile(
    r"(?:no|id|ord|order|inv|invoice|trk|track|tracking|sku|jan|ref|ticket|item|code|tel)\Z",
    re.IGNORECASE,
)


class CardRecogniser(PatternRecogniser):
    """Payment card number (PAN).

    Format: 14 to 16 digits with the issuer prefix and length of Visa, Mastercard, JCB, American
    Express, Diners Club, UnionPay or Discover, in groups or not, perhaps written onto a word.
    Check digit: Luhn. Thirteen digits are a JAN code, not a card. A word for another number
    (追跡, JAN) right before wins.
    Reference: https://www.iso.org/standard/70484.html (ISO/IEC 7812-1)
    """

    entity = Entity.CREDIT_CARD
    pattern = re.compile(
        rf"(?<![0-9])(?<![0-9][-.])(?:[0-9]{{4}}({_BETWEEN})[0-9]{{4}}\1[0-9]{{4}}\1[0-9]{{4}}"
        rf"|3[47][0-9]{{2}}({_BETWEEN})[0-9]{{6}}\2[0-9]{{5}}"
        rf"|3[0689][0-9]{{2}}({_BETWEEN})[0-9]{{6}}\3[0-9]{{4}})"
        r"(?![0-9])(?!-[0-9])"
    )
    base = 1.0
    wanted = Words(
        ("カード", "クレジット", "card", "credit", "visa", "jcb", "amex", "決済", "支払")
    )
    unwanted = Words(OTHER_NUMBERS)

    def check(self, found: str) -> bool:
        """Issuer and Luhn."""
        return checks.is_card(digits(found))

    def spans(self, text: str) -> Iterator[Span]:
        """Numbers that stand alone or on a word, not inside a longer token."""
        for start, end, score in super().spans(text):
            if _stands_apart(text, start, end):
                yield start, end, score

    def score(self, text: str, start: int, end: int) -> float:
        """Certain, but for a bare number that the text names as something else."""
        if not text[start:end].isdigit():
            return 1.0
        against = self.unwanted.distance(text, start, end)
        near = self.wanted.distance(text, start, end)
        named_otherwise = against is not None and (near is None or against < near)
        return 0.2 if named_otherwise else 1.0


def _stands_apart(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 14) : start]
    if re.search(r"[0-9A-Za-z]\Z", before):
        glued = _GLUED_BEFORE.search(before)
        if glued is None or _OTHER_PREFIX.search(before):
            return False
    after = text[end : end + 2]
    return not re.match(r"[0-9A-Za-z]", after) or _GLUED_AFTER.match(after) is not None
