"""Find telephone numbers that reach a company, never a person at home."""

from __future__ import annotations

import re

from include.governance.detect import checks
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser
from include.governance.detect.recognisers.phone import ABROAD_TO_JAPAN, BACK, BETWEEN, FRONT
from include.governance.detect.text import digits


class BusinessPhoneRecogniser(PatternRecogniser):
    """Free-dial (0120, 0800), navi-dial (0570) and premium-rate (0990, 0170, 0180) number.

    Format: four digits and six more, seven after 0800. No check digit. Not personal data; a kind
    of its own, so that it is neither lost nor taken for somebody's number.
    Reference: https://www.soumu.go.jp/main_sosiki/joho_tsusin/top/tel_number/
    """

    entity = Entity.BUSINESS_PHONE
    pattern = re.compile(
        rf"{FRONT}(?:{ABROAD_TO_JAPAN}|\(?0)(?:120|800|570|990|170|180)"
        rf"{BETWEEN}[0-9]{{2,3}}{BETWEEN}[0-9]{{3,4}}{BACK}"
    )
    base = 0.9

    def check(self, found: str) -> bool:
        """Prefix and length."""
        international = found.lstrip("(").startswith(("+81", "%2B81", "0081"))
        number = digits(found.removeprefix("%2B"))
        return checks.is_business_phone(checks.national_phone(number, international=international))
