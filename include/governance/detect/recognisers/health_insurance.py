"""Find numbers of health insurance."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect import checks
from include.governance.detect.context import Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span


class HealthInsurerRecogniser(JapaneseRecogniser):
    """Insurer number (保険者番号) and insured symbol and number (記号・番号) of health insurance.

    Format: eight digits, six for municipal insurers; symbol and number have no fixed length.
    Check digit of the insurer number: Luhn. Both need a word for insurance.
    Reference: https://www.mhlw.go.jp/
    """

    entity = Entity.JP_HEALTH_INSURER
    wanted = Words(("保険者", "被保険者", "保険証", "健康保険", "資格確認書"))
    _insurer = re.compile(r"(?<![0-9A-Za-z\-])[0-9]{6}(?:[0-9]{2})?(?![0-9A-Za-z\-])")
    _insured = re.compile(
        r"記号[ :は]{0,3}[0-9]{1,8}[ 、,・]{0,3}番号[ :は]{0,3}[0-9]{1,8}"
        r"(?:[ (]{0,2}枝番[ :]?[0-9]{2})?"
    )

    def spans(self, text: str) -> Iterator[Span]:
        """Insurer numbers, then symbol and number, both by context."""
        for match in self._insurer.finditer(text):
            near = self.wanted.distance(text, match.start(), match.end())
            if near is not None and near <= 8 and checks.is_health_insurer(match.group()):
                yield match.start(), match.end(), 0.9
        for match in self._insured.finditer(text):
            if self.wanted.distance(text, match.start(), match.end()) is not None:
                yield match.start(), match.end(), 0.8
