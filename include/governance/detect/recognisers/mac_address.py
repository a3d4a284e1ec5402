"""Find hardware addresses of network devices."""

from __future__ import annotations

import re

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser


class MacRecogniser(PatternRecogniser):
    """MAC address (EUI-48) of a person's device.

    Format: six pairs of hexadecimal digits with ``:`` or ``-``, or three groups of four with
    ``.``. No check digit; the broadcast and the empty address belong to nobody.
    Reference: https://standards.ieee.org/products-programs/regauth/
    """

    entity = Entity.MAC_ADDRESS
    pattern = re.compile(
        r"(?=[0-9A-Fa-f])(?<![0-9A-Za-z:\-.])(?:[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|"
        r"(?:-[0-9A-Fa-f]{2}){5})"
        r"|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?![0-9A-Za-z:\-])(?!\.[0-9A-Fa-f])"
    )
    base = 0.8

    def check(self, found: str) -> bool:
        """Digits differ (not 00:00:…, not FF:FF:…), and groups with dots are no amounts."""
        signs = set(found.lower()) - set(":-.")
        return len(signs) > 1 and ("." not in found or any(sign in "abcdef" for sign in signs))
