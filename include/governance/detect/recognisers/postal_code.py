"""Find Japanese postal codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.context import Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.address import PREFECTURE
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span

_MARKED = re.compile(r"〒 ?[0-9]{3}-?[0-9]{4}(?![0-9])")
_BARE = re.compile(r"(?<![0-9A-Za-z\-])(?<!〒)(?<!〒 )[0-9]{3}-[0-9]{4}(?![0-9A-Za-z])(?!-[0-9])")
_PREFECTURE = re.compile(rf" ?(?:{PREFECTURE})")


class PostalCodeRecogniser(JapaneseRecogniser):
    """Postal code.

    Format: seven digits, NNN-NNNN, often after 〒. No check digit; without the mark it needs a
    word for post or address near by, or a prefecture right after it.
    Reference: https://www.post.japanpost.jp/zipcode/
    """

    entity = Entity.JP_POSTAL_CODE
    wanted = Words(("郵便", "〒", "住所", "zip", "postal", "post_code", "postcode"))

    def spans(self, text: str) -> Iterator[Span]:
        """Marked codes, then bare ones by context."""
        for match in _MARKED.finditer(text):
            yield match.start(), match.end(), 0.95
        for match in _BARE.finditer(text):
            start, end = match.span()
            if _PREFECTURE.match(text, end):
                yield start, end, 0.8
            elif self.wanted.distance(text, start, end) is not None:
                yield start, end, 0.7
            else:
                yield start, end, 0.2
