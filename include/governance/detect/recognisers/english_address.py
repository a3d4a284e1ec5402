"""Find addresses in Latin letters: by their form, and those that a model finds."""

from __future__ import annotations

from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import Span
from include.governance.detect.recognisers.read_by_model import ReadByModel
from include.governance.detect.tagging.english_patterns import ROMANCE, written_addresses
from include.governance.detect.tagging.reading import read


class EnglishAddressRecogniser(ReadByModel):
    """Postal address in English, or of Japan in Latin letters.

    Format: house number, street and what follows (unit, town, state, postal code); a box; a ward or
    town of Japan (-ku, -shi, -cho); any other that the model of ``analyzer.yaml`` finds. No check
    digit. Reference: https://www.upu.int/en/postal-solutions/programmes-services/addressing-solutions
    """

    entity = Entity.ADDRESS
    written = (ROMANCE,)

    def spans(self, text: str) -> Iterator[Span]:
        """Written forms, then the model's."""
        yield from written_addresses(text)
        for tag in read(text):
            if tag.entity is Entity.ADDRESS:
                yield tag.start, tag.end, tag.score
