"""Find numbers of driver licences, passports and residence cards."""

from __future__ import annotations

import re

from include.governance.detect import checks
from include.governance.detect.context import OTHER_NUMBERS, Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser
from include.governance.detect.recognisers.my_number import TWELVE_DIGITS
from include.governance.detect.text import digits


class DriverLicenceRecogniser(PatternRecogniser):
    """Driver licence number (運転免許証番号).

    Format: twelve digits: commission, year, serial number, check digit, times reissued. Check
    digit: weights 5 4 3 2 7 6 5 4 3 2 modulo 11. One random number in twenty passes, so it needs
    a context word.
    Reference: https://www.npa.go.jp/
    """

    entity = Entity.JP_DRIVER_LICENSE
    pattern = TWELVE_DIGITS
    base = 0.1
    wanted = Words(("免許", "driver", "driving", "license", "licence"))
    unwanted = Words((*OTHER_NUMBERS, "マイナンバー", "個人番号"))

    def check(self, found: str) -> bool:
        """Commission and check digit."""
        return checks.is_driver_licence(digits(found))


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
