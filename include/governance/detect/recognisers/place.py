"""Find names of places in English text; alone they are no personal data."""

from __future__ import annotations

from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import Span
from include.governance.detect.recognisers.read_by_model import ReadByModel
from include.governance.detect.tagging.countries import COUNTRY
from include.governance.detect.tagging.reading import read


class PlaceRecogniser(ReadByModel):
    """Town, state or country in English text.

    Format: a country by name, any other place that the model of ``analyzer.yaml`` finds. No check
    digit; with a street it is an address. Reference: https://www.geonames.org/
    """

    entity = Entity.LOCATION
    written = (COUNTRY,)

    def spans(self, text: str) -> Iterator[Span]:
        """Countries, then the model's places."""
        for match in COUNTRY.finditer(text):
            yield match.start(), match.end(), 0.6
        for tag in read(text):
            if tag.entity is Entity.LOCATION:
                yield tag.start, tag.end, tag.score
