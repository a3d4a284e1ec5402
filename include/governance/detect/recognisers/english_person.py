"""Find English names that their sentence announces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span

_NAME = r"[A-Z][A-Za-z'\-]{1,20}(?: [A-Z][A-Za-z'.\-]{0,20}){0,2}"
_FULL_NAME = r"[A-Z][A-Za-z'\-]{1,20}(?: [A-Z][A-Za-z'.\-]{0,20}){1,2}"
_TITLED = re.compile(rf"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Dr)\.? ({_NAME})(?![A-Za-z])")
_ANNOUNCED = re.compile(
    r"(?<![A-Za-z])(?:(?:[Mm]y|[Ff]ull|[Cc]ustomer|[Rr]ecipient) name(?: is|:)|[Nn]ame:|"
    r"I am|I'm|[Tt]his is|Dear|"
    r"[Rr]egards,|[Ss]incerely,|[Cc]heers,|[Bb]irthday,?|[Cc]ongratulations,?)"
    rf"\s+({_FULL_NAME})(?![A-Za-z])"
)
_SIGNED = re.compile(rf"(?<=[。!?])\s?({_FULL_NAME})(?=\s*\Z|\n)")
_NO_NAME = re.compile(r"(?:Customer|Sir|Madam|Team|Support|Shop|Store)(?![A-Za-z])")


class EnglishPersonRecogniser(JapaneseRecogniser):
    """Name of a person in an English sentence that says so (Mr., my name is, Dear, a signature).

    Format: capitalised words after a title or an announcing phrase, or alone after a sentence.
    No check digit; a name that nothing announces is not found, as no model of English is loaded.
    Reference: https://www.unicode.org/reports/tr35/tr35-personNames.html
    """

    entity = Entity.PERSON

    def spans(self, text: str) -> Iterator[Span]:
        """Titled, announced and signed names."""
        for pattern, score in ((_TITLED, 0.85), (_ANNOUNCED, 0.8), (_SIGNED, 0.6)):
            for match in pattern.finditer(text):
                if not _NO_NAME.match(match.group(1)):
                    yield match.start(1), match.end(1), score
