"""Find international bank account numbers."""

from __future__ import annotations

import re

from stdnum import iban

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser


class IbanRecogniser(PatternRecogniser):
    """International bank account number (IBAN).

    Format: country, two check digits, up to thirty letters and digits, perhaps in groups of four;
    length and structure by country. Check digit: modulo 97, by python-stdnum.
    Reference: https://www.iso.org/standard/81090.html (ISO 13616)
    """

    entity = Entity.IBAN_CODE
    pattern = re.compile(
        r"(?=[A-Za-z])(?<![0-9A-Za-z])[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}"
        r"(?:[ -]?[A-Za-z0-9]{1,3})?"
        r"(?![0-9A-Za-z])"
    )
    base = 1.0

    def check(self, found: str) -> bool:
        """Country, structure and the check digits."""
        return bool(iban.is_valid(found))
