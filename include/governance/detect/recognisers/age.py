"""Find ages; alone they single out nobody."""

from __future__ import annotations

import re

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser


class AgeRecogniser(PatternRecogniser):
    """Age of a person in years.

    Format: a number up to 119 before 歳, 才 or "years old", or after "aged" or "turned". No check
    digit. Reference: https://www.hhs.gov/hipaa/for-professionals/special-topics/de-identification/index.html
    """

    entity = Entity.AGE
    base = 0.6
    pattern = re.compile(
        r"(?<![0-9.])(?:1[01][0-9]|[1-9]?[0-9])(?:(?= ?[歳才])|(?=[ -]years?[ -]olds?))"
        r"|(?:(?<=\baged )|(?<=\bturned )|(?<=\bAge: ))(?:1[01][0-9]|[1-9]?[0-9])(?![0-9])"
    )
