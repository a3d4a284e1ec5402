"""Words near a span that make it more, or less, likely to be what it looks like."""

from __future__ import annotations

import re
from collections.abc import Iterable

BEFORE = 24
AFTER = 12

OTHER_NUMBERS = (
    "注文", "オーダー", "追跡", "伝票", "送り状", "問い合わせ番号", "問合せ番号", "受付番号",
    "管理番号", "商品番号", "品番", "型番", "会員番号", "お客様番号", "伝票番号", "JAN", "ISBN",
    "SKU", "order", "tracking", "invoice", "ticket",
)  # fmt: skip
"""Names of numbers that are not personal data but may have its shape."""


class Words:
    """A set of words to look for in a window of characters around a span."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        self._pattern = re.compile("|".join(map(re.escape, self.words)), re.IGNORECASE)

    def distance(self, text: str, start: int, end: int) -> int | None:
        """Characters between the span and the nearest word, None when the window has none."""
        best: int | None = None
        for found in self._pattern.finditer(text, max(0, start - BEFORE), end + AFTER):
            if found.start() < end and found.end() > start:
                gap = 0
            else:
                gap = start - found.end() if found.end() <= start else found.start() - end
            best = gap if best is None else min(best, gap)
        return best


def supports(wanted: Words, unwanted: Words | None, text: str, start: int, end: int) -> bool:
    """Whether a wanted word is in the window and no unwanted word is nearer to the span."""
    near = wanted.distance(text, start, end)
    if near is None or unwanted is None:
        return near is not None
    against = unwanted.distance(text, start, end)
    return against is None or near <= against
