"""Find dates and times; alone they single out nobody."""

from __future__ import annotations

import re

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = r"(?:[12][0-9]|3[01]|0?[1-9])"
_ORDINAL = rf"{_DAY}(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)[0-9]{2}"
_MOMENT = rf"{_YEAR}[-/](?:1[0-2]|0?[1-9])[-/]{_DAY}(?:[T ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}})?)?"
_AFTER_PREPOSITION = "|".join(
    rf"(?<=\b{word} )" for word in ("in", "In", "of", "since", "Since", "from", "until")
)


class MomentRecogniser(PatternRecogniser):
    """Date, year or moment.

    Format: ISO 8601, day and month with a stroke or by name, a year after a preposition. No check
    digit. Reference: https://www.iso.org/iso-8601-date-and-time-format.html
    """

    entity = Entity.DATE_TIME
    base = 0.5
    pattern = re.compile(
        rf"(?<![0-9/.\-]){_MOMENT}(?![0-9])"
        rf"|(?<![0-9/.\-]){_DAY}/{_DAY}/(?:19|20)?[0-9]{{2}}(?![0-9/])"
        rf"|(?<![A-Za-z]){_MONTH} {_ORDINAL}(?:,? {_YEAR})?(?![0-9])"
        rf"|(?<![0-9]){_ORDINAL} (?:of )?{_MONTH}(?:,? {_YEAR})?(?![A-Za-z0-9])"
        rf"|(?:{_AFTER_PREPOSITION}){_YEAR}(?![0-9])"
    )
