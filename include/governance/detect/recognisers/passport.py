"""Find passport numbers."""

from __future__ import annotations

import re

from include.governance.detect.context import OTHER_NUMBERS, Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser


class PassportRecogniser(PatternRecogniser):
    """Passport number (旅券番号).

    Format: two capitals and seven digits. No check digit outside the machine-readable zone; a
    product code (TR1234567) looks the same, so it needs a context word.
    Reference: https://www.mofa.go.jp/mofaj/toko/passport/
    """

    entity = Entity.JP_PASSPORT
    pattern = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}[0-9]{7}(?![0-9A-Za-z])")
    base = 0.3
    wanted = Words(("パスポート", "旅券", "passport"))
    unwanted = Words(OTHER_NUMBERS)
