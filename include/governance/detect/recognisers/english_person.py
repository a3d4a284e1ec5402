"""Find English names: those that their sentence announces, and those that a model finds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import Span
from include.governance.detect.recognisers.read_by_model import ReadByModel
from include.governance.detect.tagging.countries import COUNTRY, PEOPLE
from include.governance.detect.tagging.english_patterns import announced_names
from include.governance.detect.tagging.not_persons import is_no_person
from include.governance.detect.tagging.reading import read

_QUOTE = re.compile('[「『"“”]')
"""In other text a quoted word is a title or a term sooner than a name."""


class EnglishPersonRecogniser(ReadByModel):
    """Name of a person in English text.

    Format: capitalised words after a title or an announcing phrase, or alone after a sentence; any
    other that the model of ``analyzer.yaml`` finds, but for countries and nations. No check digit.
    Reference: https://www.unicode.org/reports/tr35/tr35-personNames.html
    """

    entity = Entity.PERSON

    def spans(self, text: str) -> Iterator[Span]:
        """Announced names, then the model's."""
        tagged = [
            (tag.start, tag.end, tag.score)
            for tag in read(text)
            if tag.entity is Entity.PERSON
            and (text.isascii() or not _QUOTE.match(text, max(0, tag.start - 1)))
        ]
        for start, end, score in (*announced_names(text), *tagged):
            name = text[start:end]
            if COUNTRY.fullmatch(name) or PEOPLE.match(name) or is_no_person(text, start, end):
                continue
            yield start, end, score
