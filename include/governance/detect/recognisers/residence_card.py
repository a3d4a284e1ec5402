"""Find residence card numbers."""

from __future__ import annotations

import re

from include.governance.detect.context import GOODS, OTHER_NUMBERS, Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser


class ResidenceCardRecogniser(PatternRecogniser):
    """Residence card number (在留カード番号).

    Format: two capitals, eight digits, two capitals. No public check digit; needs a context word.
    Reference: https://www.moj.go.jp/isa/
    """

    entity = Entity.JP_RESIDENCE_CARD
    pattern = re.compile(
        r"(?<![0-9A-Za-z])(?:[A-Z]{2}([ -]?)[0-9]{8}\1[A-Z]{2}|[a-z]{2}[0-9]{8}[a-z]{2})"
        r"(?![0-9A-Za-z])"
    )
    base = 0.35
    wanted = Words(
        ("在留", "特別永住", "外国人登録", "residence card", "residence_card", "residencecard",
         "zairyu"),
        unless=GOODS,
    )  # fmt: skip
    unwanted = Words(OTHER_NUMBERS)
