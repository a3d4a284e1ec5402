"""Find basic pension numbers."""

from __future__ import annotations

import re

from include.governance.detect.context import Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser


class PensionRecogniser(PatternRecogniser):
    """Basic pension number (基礎年金番号).

    Format: four digits, six digits. No public check digit; needs a context word.
    Reference: https://www.nenkin.go.jp/
    """

    entity = Entity.JP_PENSION
    pattern = re.compile(r"(?<![0-9A-Za-z\-])[0-9]{4}-?[0-9]{6}(?![0-9A-Za-z\-])")
    base = 0.1
    boosted = 0.9
    wanted = Words(("年金", "pension"))
