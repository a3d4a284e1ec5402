"""Find titles before English names; alone they single out nobody."""

from __future__ import annotations

import re

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser


class TitleRecogniser(PatternRecogniser):
    """Title of a person before an English name.

    Format: Mr, Mrs, Ms, Miss, Mx, Dr, Prof or Sir before a capitalised word. No check digit.
    Reference: https://www.unicode.org/reports/tr35/tr35-personNames.html
    """

    entity = Entity.TITLE
    base = 0.6
    pattern = re.compile(r"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Madam)\.?(?= [A-Z])")
