"""Find ZIP codes that their sentence names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span

_NAMED = re.compile(
    r"(?i:(?<![a-z])(?:zip(?:[ _-]?code)?|postal code|postcode)(?:\"? ?[:=]| is| was)? ?\"?)"
    r"([0-9]{4,5}(?:-[0-9]{4})?)(?![0-9\-])"
)


class ZipCodeRecogniser(JapaneseRecogniser):
    """Postal code of the United States and of countries with four or five digits.

    Format: four or five digits, or five and four, after "zip", "postal code" or "postcode". No
    check digit. Reference: https://pe.usps.com/text/pub28/welcome.htm
    """

    entity = Entity.US_ZIP_CODE

    def spans(self, text: str) -> Iterator[Span]:
        """Named codes."""
        for match in _NAMED.finditer(text):
            yield match.start(1), match.end(1), 0.7
