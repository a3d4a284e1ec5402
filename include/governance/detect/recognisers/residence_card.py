"""Find residence card numbers."""

from __future__ import annotations

import re

from include.governance.detect.context import OTHER_NUMBERS, Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser


class ResidenceCardRecogniser(PatternRecogniser):
    """Residence card number (在留カード番号).

    Format: two capitals, eight digits, two capitals. No public check digit; needs a context word.
    Reference: https://www.moj.go.jp/isa/
    """

    entity = Entity.JP_RESIDENCE_CARD
    pattern = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}[0-9]{8}[A-Z]{2}(?![0-9A-Za-z])")
    base = 0.35
    wanted = Words(("在留", "特別永住", "residence card", "residence_card", "zairyu"))
    unwanted = Words(OTHER_NUMBERS)
