"""Find telephone numbers that reach a company, never a person at home."""

from __future__ import annotations

from collections.abc import Iterator

from include.governance.detect import checks
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span
from include.governance.detect.recognisers.business_line import is_company_line
from include.governance.detect.recognisers.phone import DIALLED, dialled


class BusinessPhoneRecogniser(JapaneseRecogniser):
    """Free-dial (0120, 0800), navi-dial (0570) and premium-rate (0990, 0170, 0180) number.

    Format: four digits and six more, seven after 0800; or a fixed line that the text calls one of
    a company or shop. No check digit. Not personal data; a kind of its own, so that it is neither
    lost nor taken for somebody's number.
    Reference: https://www.soumu.go.jp/main_sosiki/joho_tsusin/top/tel_number/
    """

    entity = Entity.BUSINESS_PHONE
    forms = (DIALLED,)

    def spans(self, text: str) -> Iterator[Span]:
        """Numbers as they are dialled, by prefix and length or by the words around them."""
        for match in DIALLED.finditer(text):
            number, _ = dialled(match.group())
            if checks.is_business_phone(number) or (
                checks.is_personal_phone(number) and is_company_line(number, text, match.start())
            ):
                yield match.start(), match.end(), 0.9
