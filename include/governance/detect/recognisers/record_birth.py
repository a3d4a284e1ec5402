"""Find dates of birth that no word announces: in a row of fields beside a number of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.japanese_date import DAY, day_of
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span

_FIELD_BEGINS = re.compile(r" [|/] \Z")
_FIELD_ENDS = re.compile(r" [|/]|\Z")
_OF_A_PERSON = re.compile(
    r"(?<= [|/] )(?:[0-9]{3}-[0-9]{2}-[0-9]{4}|\+[0-9]{1,3}[ -][0-9][0-9 -]{6,14}[0-9]"
    r"|0[0-9]{9,10}|0[5-9]0-[0-9]{4}-[0-9]{4}|0[0-9]{2,4} [0-9]{6,7}|[2-9][0-9]{9})(?= [|/]|\Z)"
)
_LATEST = 2012
"""Later dates in such rows are those of orders and visits sooner than of births."""


class RecordBirthRecogniser(JapaneseRecogniser):
    """Date of birth as one field of a row such as ``name | date | telephone | …``.

    Format: fields between `` | `` or `` / ``, one of them a whole date until 2012 and another one
    a telephone or social security number. No check digit.
    Reference: https://www.rfc-editor.org/rfc/rfc6350#section-6.2.5 (BDAY)
    """

    entity = Entity.DATE_OF_BIRTH

    def spans(self, text: str) -> Iterator[Span]:
        """Dates that fill a field, in rows with such a number."""
        if _OF_A_PERSON.search(text) is None:
            return
        for match in DAY.finditer(text):
            start, end = match.span()
            fills = _FIELD_BEGINS.search(text[max(0, start - 3) : start])
            if fills and _FIELD_ENDS.match(text, end):
                day = day_of(match)
                if day is not None and day.year <= _LATEST:
                    yield start, end, 0.6
