"""Words near a span that make it more, or less, likely to be what it looks like."""

from __future__ import annotations

import re
from collections.abc import Iterable

BEFORE = 24
AFTER = 12
LABELS_LEAD = 4
"""A label mostly stands before its value: one behind it counts as this much farther away."""

OTHER_NUMBERS = (
    "注文", "オーダー", "受注", "発注", "追跡", "伝票", "送り状", "荷物番号", "問い合わせ番号",
    "問合せ番号", "問合番号", "受付番号", "整理番号", "管理番号", "商品番号", "商品コード", "品番",
    "型番", "製造番号", "シリアル", "ロット", "バーコード", "会員番号", "会員ID", "ユーザーID",
    "お客様番号", "顧客番号", "顧客コード", "社員番号", "契約番号", "証券番号", "取引番号",
    "取引ID", "決済番号", "承認番号", "予約番号", "見積番号", "お届け番号", "配達番号",
    "出荷番号", "物件番号", "部屋番号", "案件番号",
    "申込番号", "申請番号", "登録番号", "識別番号", "照会番号", "控え番号", "請求書番号",
    "納品書番号", "トラッキング",
    "JAN", "EAN", "UPC", "ISBN", "ASIN", "SKU", "IMEI", "order", "tracking", "invoice", "ticket",
    "管理No", "伝票No", "注文No", "受付No", "商品No", "会員No", "お客様No", "整理No", "serial",
    "batch", "part no", "model no", "timestamp", "unixtime", "epoch",
)  # fmt: skip
"""Names of numbers that are not personal data but may have its shape."""

GOODS = (
    "ケース", "カバー", "入れ", "ホルダー", "スタンド", "リーダー", "ポーチ", "ストラップ",
    "フォルダ",
    "シール", "ステッカー",
)  # fmt: skip
"""What follows a word when it names goods: パスポートケース."""

_SHORT = 4
_OPENS = frozenset("([{「『【<")


class Words:
    """A set of words to look for in a window of characters around a span.

    A word in Latin letters begins where a word begins (``hotel`` is no ``Tel``), in camel case too;
    ``unless`` lists what must not follow any of the words.
    """

    def __init__(self, words: Iterable[str], *, unless: Iterable[str] = ()) -> None:
        self.words = tuple(words)
        against = "|".join(map(re.escape, unless))
        pattern = _of_words(self.words)
        self._pattern = re.compile(rf"{pattern}(?!(?i:{against}))" if against else pattern)

    def beside(self, form: str) -> str:
        """A pattern (RE2) of every text in which one of the words is near a span of that form."""
        words = f"(?i:{'|'.join(map(re.escape, self.words))})"
        return rf"{words}[\s\S]{{0,{BEFORE}}}(?:{form})|(?:{form})[\s\S]{{0,{AFTER}}}{words}"

    def distance(self, text: str, start: int, end: int) -> int | None:
        """Characters between the span and the nearest word, None when the window has none."""
        best: int | None = None
        for found in self._pattern.finditer(text, max(0, start - BEFORE), end + AFTER):
            if found.end() <= start:
                gap = start - found.end()
            elif found.start() < end:
                gap = 0
            else:
                between = text[end : found.start()].strip()
                gap = 0 if between in _OPENS else found.start() - end + LABELS_LEAD
            best = gap if best is None else min(best, gap)
        return best


def _of_words(words: Iterable[str]) -> str:
    """The longest of the words that stands at a place, begun with the signs that they begin with.

    Where a pattern begins with a set of signs, ``re`` goes from one of them to the next.
    """
    by_sign: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        by_sign.setdefault(word[0].lower(), []).append(_after_sign(word))
    signs = {sign: re.escape(sign + sign.upper()) for sign in by_sign}
    rests = (f"(?<=[{signs[sign]}])(?:{'|'.join(after)})" for sign, after in by_sign.items())
    return f"[{''.join(signs.values())}](?:{'|'.join(rests)})"


def _after_sign(word: str) -> str:
    """The rest of a word: short Latin ones are whole words, and JAN is not the month Jan."""
    first, rest = word[0], re.escape(word[1:])
    if not first.isascii() or not first.isalpha():
        return f"(?i:{rest})"
    end = r"(?![A-Za-z])" if len(word) <= _SHORT and word.isalpha() else ""
    begins = r"(?<![A-Za-z].)"
    if word.isupper():
        return rf"{begins}(?:(?<={first}){rest}|(?<={first.lower()}){rest.lower()}){end}"
    return rf"(?:{begins}|(?<=[a-z]{first.upper()}))(?i:{rest}){end}"


def supports(wanted: Words, unwanted: Words | None, text: str, start: int, end: int) -> bool:
    """Whether a wanted word is in the window and no unwanted word is nearer to the span."""
    near = wanted.distance(text, start, end)
    if near is None or unwanted is None:
        return near is not None
    against = unwanted.distance(text, start, end)
    return against is None or near <= against
