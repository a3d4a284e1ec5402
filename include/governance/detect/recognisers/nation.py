"""Find words for nationality and religion in English text; alone they single out nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span
from include.governance.detect.tagging.countries import PEOPLE

_CREED = re.compile(
    r"(?<![A-Za-z])(?:Muslim|Christian|Catholic|Protestant|Jewish|Jew|Buddhist|Hindu|Sikh|Shii?|Sunni"
    r"|Mormon|Atheist|Democrat|Republican|Liberal|Conservative|Communist|Socialist)s?(?![A-Za-z])",
    re.IGNORECASE,
)


class NationRecogniser(JapaneseRecogniser):
    """Nationality, creed or political group in English text.

    Format: a word of a closed list. No check digit. Reference: https://www.iso.org/iso-3166-country-codes.html
    """

    entity = Entity.NRP

    def spans(self, text: str) -> Iterator[Span]:
        """Peoples and creeds."""
        for pattern in (PEOPLE, _CREED):
            for match in pattern.finditer(text):
                yield match.start(), match.end(), 0.5
