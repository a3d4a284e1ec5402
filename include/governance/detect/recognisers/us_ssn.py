"""Find social security numbers of the United States."""

from __future__ import annotations

import re

from stdnum.us import ssn

from include.governance.detect.context import OTHER_NUMBERS, Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser


class UsSsnRecogniser(PatternRecogniser):
    """Social security number of the United States.

    Format: 3-2-4 digits; areas 000, 666 and 9xx, group 00 and serial 0000 are not given out. No
    check digit. In a text without Japanese 3-2-4 is enough; in a Japanese one, or without hyphens,
    it needs a context word.
    Reference: https://www.ssa.gov/employer/randomization.html
    """

    entity = Entity.US_SSN
    pattern = re.compile(
        r"[0-9](?<![0-9A-Za-z].)(?<![0-9][-.].)[0-9]{2}([- ]?)[0-9]{2}\1[0-9]{4}(?![0-9A-Za-z])"
        r"(?![-.][0-9])"
    )
    base = 0.1
    wanted = Words(
        (
            "SSN",
            "social security",
            "social_security",
            "ss#",
            "ソーシャルセキュリティ",
            "社会保障番号",
        )
    )
    unwanted = Words(OTHER_NUMBERS)
    forms = (r"[0-9]{3}-[0-9]{2}-[0-9]{4}", wanted.beside("[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}"))

    def check(self, found: str) -> bool:
        """Area, group and serial."""
        return bool(ssn.is_valid(found.replace(" ", "-")))

    def score(self, text: str, start: int, end: int) -> float:
        """Hyphens in a Latin text speak for it as well."""
        score = super().score(text, start, end)
        if score == self.base and text[start + 3] == "-" and text.isascii():
            named = self.unwanted.distance(text, start, end) is not None
            return self.base if named else 0.5
        return score
