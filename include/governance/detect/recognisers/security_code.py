"""Find security codes of payment cards."""

from __future__ import annotations

import re

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser


class SecurityCodeRecogniser(PatternRecogniser):
    """Security code of a payment card (CVV, CVC, CID).

    Format: three digits, four of American Express, right after the word for it. No check digit.
    Reference: https://www.pcisecuritystandards.org/ (PCI DSS, requirement 3.3)
    """

    entity = Entity.CARD_SECURITY_CODE
    pattern = re.compile(
        r"(?:(?<![A-Za-z])(?i:cv[vc]2?|cvn2?|csc|cvv[_ ]code|card[_ ]verification[_ a-z]{0,12})"
        r"|セキュリティ[ー・]?コード|(?i:security[ _]?code))"
        r"(?:番号)?(?i: ?is )?[ :はが=\"'#」)]{0,5}"
        r"[0-9]{3,4}(?![0-9A-Za-z桁])(?![-.][0-9])"
    )
    base = 0.85
