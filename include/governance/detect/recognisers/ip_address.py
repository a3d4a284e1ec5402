"""Find IP addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.checks import names_a_host
from include.governance.detect.context import Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_V4 = re.compile(
    rf"(?=[0-9])(?:(?<![0-9A-Za-z.\-])|(?<=(?i:ip))|(?<=[^0-9A-Za-z.]-))(?:{_OCTET}\.){{3}}{_OCTET}"
    r"(?![0-9A-Za-z])(?!\.[0-9])"
)
_PRODUCT = re.compile(r"[A-Za-z]/\Z")
_V6 = re.compile(r"(?<![0-9a-zA-Z:.])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![0-9a-zA-Z:.])")
_TWO_COLONS = re.compile(r":[0-9a-fA-F]{0,4}:")
_VERSION = Words(
    ("ver", "version", "バージョン", "Ver.", "Rev", "Rel", "build", "ビルド", "release",
     "リリース", "firmware", "Windows", "Android", "Linux", "macOS", "Chrome", "Firefox",
     "Safari", "Edge", "Opera", "Python", "Java", "Ruby", "PHP", "Node", "nginx", "Apache",
     "MySQL", "Oracle", "SDK", "API", "アプリ", "ファームウェア", "ドライバ", "driver", "第",
     "項番", "図", "章", "節", "OS", "iOS")
)  # fmt: skip
_SECTION = re.compile(r"(?:章|節|項|条|版|系)")
_CLOSE = 3


class IpRecogniser(JapaneseRecogniser):
    """IP address, version 4 or 6.

    Format: four octets, or groups of hexadecimal digits. No check digit. Loopback and unspecified
    addresses tell nothing about a person, and a version number (v4.12.0.1) is not an address.
    Reference: https://www.rfc-editor.org/rfc/rfc4291 and https://www.rfc-editor.org/rfc/rfc791
    """

    entity = Entity.IP_ADDRESS
    forms = (_V4, _V6)

    def spans(self, text: str) -> Iterator[Span]:
        """Version 4, then version 6."""
        for match in _V4.finditer(text):
            if names_a_host(match.group()):
                yield match.start(), match.end(), 0.2 if _is_version(text, match) else 0.95
        if _TWO_COLONS.search(text):
            for match in _V6.finditer(text):
                if any("0" <= sign <= "9" for sign in match.group()) and names_a_host(
                    match.group()
                ):
                    yield match.start(), match.end(), 0.9


def _is_version(text: str, found: re.Match[str]) -> bool:
    if _PRODUCT.search(text, max(0, found.start() - 2), found.start()):
        return True  # Chrome/119.0.0.0
    gap = _VERSION.distance(text, found.start(), found.end())
    return (gap is not None and gap <= _CLOSE) or _SECTION.match(text, found.end()) is not None
