"""Find numbers of driver licences."""

from __future__ import annotations

from include.governance.detect import checks
from include.governance.detect.context import GOODS, OTHER_NUMBERS, Words
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
    wanted = Words(
        ("免許", "運転経歴証明", "driver", "driving", "license", "licence"),
        unless=(*GOODS, *(f"証{goods}" for goods in GOODS), "の種類", "皆伝", " key", " plate"),
    )
    unwanted = Words((*OTHER_NUMBERS, "マイナンバー", "個人番号"))

    def check(self, found: str) -> bool:
        """Commission and check digit."""
        return checks.is_driver_licence(digits(found))
