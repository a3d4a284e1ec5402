"""Find numbers of health insurance."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect import checks
from include.governance.detect.context import Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span

_NEAR = 8
_SAYS = r"(?:の?番号)?[ :はがNo.#=\"'\])】]{0,5}"


class HealthInsurerRecogniser(JapaneseRecogniser):
    """Insurer number (保険者番号) and insured symbol and number (記号・番号) of health insurance.

    Format: eight digits, six for municipal insurers; symbol and number have no fixed length, and a
    branch of two digits (枝番) may follow. Check digit of the insurer number: Luhn. Both need a
    word for insurance.
    Reference: https://www.mhlw.go.jp/
    """

    entity = Entity.JP_HEALTH_INSURER
    insurer = Words(
        ("保険者", "保険証", "公費負担者", "資格確認書", "insurer number", "insurer no",
         "insurer_no", "insurer_number")
    )  # fmt: skip
    insured = Words(
        ("保険者", "保険証", "健康保険", "社会保険", "健保", "国保", "社保", "協会けんぽ",
         "資格確認書", "資格情報", "後期高齢")
    )  # fmt: skip
    _insurer = re.compile(r"(?<![0-9A-Za-z\-])[0-9]{6}(?:[0-9]{2})?(?![0-9A-Za-z\-])")
    _insured = re.compile(
        r"記号[ :はがNo.=]{0,5}[一-鿿ァ-ヶA-Za-z]{0,4}[ \-]?[0-9]{1,8}(?:-[0-9]{1,4})?"
        r"[ 、,;/・\n]{0,3}番号[ :はがNo.=]{0,5}"
        r"[0-9]{1,8}(?:[ ()、・/]{0,3}枝番[ :)はがNo.]{0,3}[0-9]{2})?"
        r"|記号[ ・/]?番号[ :はがNo.=]{0,5}[0-9]{1,8}(?:-[0-9]{1,4})?[ ・\-/][0-9]{1,8}"
        r"(?:[ ()、・/\-]{0,3}(?:枝番)?[ :)はがNo.]{0,3}[0-9]{2}(?![0-9]))?"
    )
    _named = re.compile(
        rf"(?:被保険者(?:証|等)?|保険証|健康保険証?|資格確認書){_SAYS}([0-9]{{7,10}})"
        rf"(?![0-9A-Za-z])"
    )

    def spans(self, text: str) -> Iterator[Span]:
        """Insurer numbers, then symbol and number, both by context."""
        for match in self._insurer.finditer(text):
            near = self.insurer.distance(text, match.start(), match.end())
            if near is not None and near <= _NEAR and checks.is_health_insurer(match.group()):
                yield match.start(), match.end(), 0.9
        for match in self._insured.finditer(text):
            if self.insured.distance(text, match.start(), match.end()) is not None:
                yield match.start(), match.end(), 0.8
        for match in self._named.finditer(text):
            yield match.start(1), match.end(1), 0.6
