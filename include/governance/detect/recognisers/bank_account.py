"""Find bank account numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span

_SAYS = r"[ \n:はがの第No.#=\-/\"'\]()】」「、・]{0,6}"
_KIND = r"(?:普通|当座|貯蓄|総合|納税準備|別段)"
_BANK = r"(?:銀行|信用金庫|信金|信組|農協|労金|支店|口座)"
_NOT_AN_AMOUNT = r"(?![0-9]|[,.][0-9]|-[0-9]| ?(?:円|万|個|件|人|点|枚|本|ポイント|pt|yen))"


class BankAccountRecogniser(JapaneseRecogniser):
    """Bank account number (口座番号).

    Format: kind of account (普通, 当座, 貯蓄) or 口座番号, seven digits; Japan Post Bank: 記号 of
    five digits and 番号 of up to eight, or a transfer account 00120-3-456789. No check digit; the
    words are part of the pattern.
    Reference: https://www.zengin-net.jp/ and https://www.jp-bank.japanpost.jp/
    """

    entity = Entity.JP_BANK_ACCOUNT
    _seven = re.compile(
        rf"(?:\(?{_KIND}\)?(?:預金)?|(?<![一-鿿])(?:普|当|貯)\)|口座|(?:振込|引落|引き落とし|"
        rf"返金)先)"
        rf"(?:預金)?(?:口座)?(?:番号)?(?:{_SAYS}\(?{_KIND}\)?)?{_SAYS}"
        rf"(?P<number>[0-9]{{7}}|[0-9]{{3}}-[0-9]{{4}}|[0-9]{{4}}-[0-9]{{3}}){_NOT_AN_AMOUNT}"
    )
    _english = re.compile(
        r"(?<![A-Za-z])(?i:bank_?account|account|acct|a/c)[ _]?(?i:(?:no|num|number)(?![a-z]))?"
        r"[ .:#=\"']{0,4}(?i:is )?(?P<number>[0-9]{7})" + _NOT_AN_AMOUNT
    )
    _branch_first = re.compile(
        r"(?<![0-9])[0-9]{4}[- ・/]{1,3}[0-9]{3}[- ・/]{0,3}\(?(?:普通?|当座?|貯蓄?)\)?(?:預金)?"
        r"[- :・/]{0,3}(?P<number>[0-9]{7})(?![0-9])"
    )
    _kind_last = re.compile(rf"{_BANK}[^0-9\n]{{0,12}}[ :、]?(?P<number>[0-9]{{7}}) ?\(?{_KIND}")
    _kind_short = re.compile(
        rf"{_BANK}[^0-9\n]{{0,16}}[普当貯]\)?[ :]?(?P<number>[0-9]{{7}})(?![0-9])"
    )
    _post = re.compile(
        r"記号[ :はがNo.=]{0,4}(?P<number>[01][0-9]{4}(?:-[0-9])?[ 、,・/\-\n]{0,3}"
        r"番号[ :はがNo.=]{0,4}[0-9]{2,8})(?![0-9])"
    )
    _post_words = re.compile(
        r"(?:ゆうちょ|郵便貯金|ぱるる|記号[ ・/]?番号|(?:郵便)?振替(?:口座)?)[^0-9\n]{0,10}"
        r"(?P<number>[01][0-9]{4}[- ](?:[0-9][- ])?[0-9]{2,8})(?![0-9])"
    )

    def spans(self, text: str) -> Iterator[Span]:
        """Accounts by the words around them."""
        for pattern, score in (
            (self._seven, 0.9),
            (self._branch_first, 0.9),
            (self._kind_last, 0.8),
            (self._kind_short, 0.8),
            (self._english, 0.7),
            (self._post, 0.85),
            (self._post_words, 0.8),
        ):
            for match in pattern.finditer(text):
                yield *match.span("number"), score
