"""Find Individual Numbers (マイナンバー)."""

from __future__ import annotations

import re

from include.governance.detect import checks
from include.governance.detect.context import GOODS, OTHER_NUMBERS, Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser
from include.governance.detect.text import digits

TWELVE_DIGITS = re.compile(
    r"[0-9](?<![0-9A-Za-z+].)(?<![0-9][-.].)(?:[0-9]{11}(?![-.][0-9])"
    r"|(?<![0-9] .)[0-9]{3}( ?[-.・_/] ?| )[0-9]{4}\1[0-9]{4}(?![-. ・_/][0-9]))(?![0-9A-Za-z])"
)


class MyNumberRecogniser(PatternRecogniser):
    """Individual Number under the My Number Act.

    Format: twelve digits, also 4-4-4. Check digit: the weights 6 5 4 3 2 7 6 5 4 3 2 modulo 11;
    one random number in ten passes, so a number without a context word is no finding here
    (`populations.py` tests the numbers of a whole column instead).
    Reference: https://laws.e-gov.go.jp/law/426M60000008085 (総務省令第85号 第5条)
    """

    entity = Entity.JP_MY_NUMBER
    pattern = TWELVE_DIGITS
    base = 0.3
    boosted = 1.0
    wanted = Words(
        ("マイナンバー", "マイナ番号", "個人番号", "通知カード", "my number", "mynumber",
         "my_number", "my-number", "individual number", "individual_number", "kojin_bango"),
        unless=GOODS,
    )  # fmt: skip
    unwanted = Words((*OTHER_NUMBERS, "免許", "法人番号"))

    def check(self, found: str) -> bool:
        """The check digit."""
        return checks.is_my_number(digits(found))
