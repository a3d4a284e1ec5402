"""Find IP addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.checks import names_a_host
from include.governance.detect.context import Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_V4 = re.compile(rf"(?<![0-9A-Za-z.])(?:{_OCTET}\.){{3}}{_OCTET}(?![0-9A-Za-z])(?!\.[0-9])")
_V6 = re.compile(r"(?<![0-9a-zA-Z:.])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![0-9a-zA-Z:.])")
_VERSION = Words(("ver", "version", "バージョン", "build", "第"))


class IpRecogniser(JapaneseRecogniser):
    """IP address, version 4 or 6.

    Format: four octets, or groups of hexadecimal digits. No check digit. Loopback and unspecified
    addresses tell nothing about a person, and a version number (v4.12.0.1) is not an address.
    Reference: https://www.rfc-editor.org/rfc/rfc4291 and https://www.rfc-editor.org/rfc/rfc791
    """

    entity = Entity.IP_ADDRESS

    def spans(self, text: str) -> Iterator[Span]:
        """Version 4, then version 6 where there is a colon."""
        for match in _V4.finditer(text):
            if names_a_host(match.group()):
                gap = _VERSION.distance(text, match.start(), match.end())
                yield match.start(), match.end(), 0.2 if gap is not None and gap <= 2 else 0.95
        if ":" in text:
            for match in _V6.finditer(text):
                if names_a_host(match.group()):
                    yield match.start(), match.end(), 0.9
