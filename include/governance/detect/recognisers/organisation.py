"""Find names of organisations in English text; they are no personal data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import Span
from include.governance.detect.recognisers.read_by_model import ReadByModel
from include.governance.detect.tagging.reading import read

_WORD = r"[A-Z][\w&'\-]*"
_WORDS = rf"{_WORD}(?: (?:{_WORD}|and|of|&)){{0,4}}"
_FORM = re.compile(
    rf"(?<!\w){_WORDS},? (?:Inc|LLC|LLP|Ltd|Limited|Corp|Corporation|GmbH|AG|PLC|plc|Co|Company"
    r"|Group|Holdings|Bank|University|College|Foundation|Partners)(?!\w)"
)
_BEFORE = "|".join(
    rf"(?<=\b{word} )" for word in ("at", "At", "from", "for", "support", "became", "to the", "of")
)
_SAID = re.compile(rf"(?:{_BEFORE})({_WORDS})(?= (?:as|in|website|is)\b|[.,]|\Z)")


class OrganisationRecogniser(ReadByModel):
    """Company or other organisation in English text.

    Format: capitalised words with a legal form (Inc, Ltd, GmbH), or where a sentence speaks of an
    employer or a site; any other that the model of ``analyzer.yaml`` finds. No check digit.
    Reference: https://www.gleif.org/en/lei-data/code-lists/iso-20275-entity-legal-forms-code-list
    """

    entity = Entity.ORGANIZATION
    written = (_FORM, _SAID)

    def spans(self, text: str) -> Iterator[Span]:
        """Legal forms, then what sentences say, then the model's."""
        for match in _FORM.finditer(text):
            yield match.start(), match.end(), 0.6
        for match in _SAID.finditer(text):
            yield match.start(1), match.end(1), 0.4
        for tag in read(text):
            if tag.entity is Entity.ORGANIZATION:
                yield tag.start, tag.end, tag.score
