"""Find payment card numbers."""

from __future__ import annotations

import re

from include.governance.detect import checks
from include.governance.detect.context import OTHER_NUMBERS, Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser
from include.governance.detect.text import digits


class CardRecogniser(PatternRecogniser):
    """Payment card number (PAN).

    Format: 14 to 16 digits with the issuer prefix and length of Visa, Mastercard, JCB, American
    Express, Diners Club, UnionPay or Discover, in groups or not. Check digit: Luhn. Thirteen
    digits are a JAN code, not a card. A word for another number (追跡, JAN) right before wins.
    Reference: https://www.iso.org/standard/70484.html (ISO/IEC 7812-1)
    """

    entity = Entity.CREDIT_CARD
    pattern = re.compile(
        r"(?<![0-9A-Za-z])(?<![0-9][-.])(?:[0-9]{4}([- .]?)[0-9]{4}\1[0-9]{4}\1[0-9]{4}"
        r"|3[47][0-9]{2}([- ]?)[0-9]{6}\2[0-9]{5}|3[0689][0-9]{2}([- ]?)[0-9]{6}\3[0-9]{4})"
        r"(?![0-9A-Za-z])(?!-[0-9])"
    )
    base = 1.0
    wanted = Words(
        ("カード", "クレジット", "card", "credit", "visa", "jcb", "amex", "決済", "支払")
    )
    unwanted = Words(OTHER_NUMBERS)

    def check(self, found: str) -> bool:
        """Issuer and Luhn."""
        return checks.is_card(digits(found))

    def score(self, text: str, start: int, end: int) -> float:
        """Certain, but for a bare number that the text names as something else."""
        if not text[start:end].isdigit():
            return 1.0
        against = self.unwanted.distance(text, start, end)
        near = self.wanted.distance(text, start, end)
        named_otherwise = against is not None and (near is None or against < near)
        return 0.2 if named_otherwise else 1.0
