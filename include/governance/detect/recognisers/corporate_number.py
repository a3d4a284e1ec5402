"""Find corporate numbers and numbers of registered invoice issuers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect import checks
from include.governance.detect.context import Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span
from include.governance.detect.text import digits

_THIRTEEN = re.compile(
    r"(?=[T1-9])(?<![0-9])(?<![0-9][-.])(?<![A-SU-Za-z])"
    r"(?:(?P<invoice>(?<![0-9A-Za-z])T[- ]?)|(?<![A-Za-z]))"
    r"(?:[1-9][0-9]{12}|[1-9]([- ])[0-9]{4}\2[0-9]{4}\2[0-9]{4})(?![0-9A-Za-z])(?![-.][0-9])"
)


class CorporateNumberRecogniser(JapaneseRecogniser):
    """Corporate number (法人番号), or T and thirteen digits of a registered invoice issuer.

    Format: thirteen digits; the first is the check digit (9 minus a sum modulo 9). One JAN or time
    stamp in nine passes it, so without the T it needs a context word. An invoice issuer may be a
    person in business, whose number follows no published check.
    Reference: https://www.houjin-bangou.nta.go.jp/ and https://www.invoice-kohyo.nta.go.jp/
    """

    entity = Entity.JP_CORPORATE_NUMBER
    corporate = Words(("法人番号", "法人No", "corporate number", "corporate_number", "houjin"))
    invoice = Words(
        (
            "インボイス",
            "登録番号",
            "適格請求書",
            "適格事業者",
            "事業者番号",
            "invoice",
            "registration",
        )
    )

    forms = ("T[- ]?[1-9]", corporate.beside("[0-9]"))

    def spans(self, text: str) -> Iterator[Span]:
        """Thirteen digits with a T, or with a word for a corporation."""
        for match in _THIRTEEN.finditer(text):
            start, end = match.span()
            valid = checks.is_corporate_number(digits(match.group()))
            if match["invoice"]:
                named = self.invoice.distance(text, start, end) is not None
                if valid or named:
                    yield start, end, 0.95 if valid and named else 0.7
            elif valid and self.corporate.distance(text, start, end) is not None:
                yield start, end, 0.9
