"""Find bank account numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span


class BankAccountRecogniser(JapaneseRecogniser):
    """Bank account number (口座番号).

    Format: kind of account (普通, 当座, 貯蓄) or 口座番号, seven digits; Japan Post Bank: 記号 of
    five digits and 番号 of up to eight. No check digit; the words are part of the pattern.
    Reference: https://www.zengin-net.jp/
    """

    entity = Entity.JP_BANK_ACCOUNT
    _seven = re.compile(
        r"(?:普通|当座|貯蓄|口座)(?:預金)?(?:口座)?(?:番号)?[ :はNo.]{0,4}([0-9]{7})(?![0-9])"
    )
    _post = re.compile(
        r"記号[ :は]{0,3}(1[0-9]{4}(?:-[0-9])?)[ 、,・-]{0,3}番号[ :は]{0,3}([0-9]{2,8})(?![0-9])"
    )

    def spans(self, text: str) -> Iterator[Span]:
        """Accounts with their kind, then Japan Post Bank pairs."""
        for match in self._seven.finditer(text):
            yield match.start(), match.end(), 0.9
        for match in self._post.finditer(text):
            yield match.start(1), match.end(2), 0.8
