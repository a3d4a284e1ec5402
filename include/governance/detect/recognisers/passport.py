"""Find passport numbers."""

from __future__ import annotations

import re

from include.governance.detect import checks
from include.governance.detect.context import GOODS, OTHER_NUMBERS, Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser

_MACHINE_READABLE = re.compile(r"[A-Z]{2}[0-9]{8}JPN")


class PassportRecogniser(PatternRecogniser):
    """Passport number (旅券番号).

    Format: two capitals and seven digits. A product code (TR1234567) looks the same, so it needs a
    context word; in the machine-readable zone a check digit (weights 7 3 1) and the country follow.
    Reference: https://www.mofa.go.jp/mofaj/toko/passport/ and https://www.icao.int/ (Doc 9303)
    """

    entity = Entity.JP_PASSPORT
    pattern = re.compile(
        r"(?<![0-9A-Za-z])(?:[A-Z]{2}[0-9]{8}JPN|(?:[A-Z]{2}[ -]?|[a-z]{2})[0-9]{7}(?![0-9A-Za-z]))"
    )
    base = 0.3
    wanted = Words(("パスポート", "旅券", "passport"), unless=GOODS)
    unwanted = Words(OTHER_NUMBERS)

    def check(self, found: str) -> bool:
        """The check digit of the machine-readable zone; any number outside it."""
        return _MACHINE_READABLE.fullmatch(found) is None or checks.is_machine_readable(found[:10])

    def score(self, text: str, start: int, end: int) -> float:
        """The machine-readable zone speaks for itself."""
        if _MACHINE_READABLE.fullmatch(text, start, end):
            return self.boosted
        return super().score(text, start, end)
