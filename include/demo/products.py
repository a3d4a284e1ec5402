"""The fifty articles that Yukimidori Apparel sells."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

_STYLES = ("リネン", "オーガニックコットン", "ウール混", "リブ編み", "撥水")
_GARMENTS = (
    ("ワンピース", 8_900),
    ("ブラウス", 5_900),
    ("カーディガン", 6_900),
    ("ニット", 7_900),
    ("スカート", 5_400),
    ("テーパードパンツ", 6_400),
    ("シャツ", 4_900),
    ("コート", 14_800),
    ("ストール", 3_200),
    ("トートバッグ", 2_800),
)


@dataclass(frozen=True, slots=True)
class Article:
    """Something to sell; the price is in yen with tax."""

    sku: str
    name: str
    price: int


def sku(number: int) -> str:
    """The stock-keeping number of the ``number``-th article."""
    return f"SKU{number:03d}"


ARTICLES: tuple[Article, ...] = tuple(
    Article(sku(number), style + garment, price + 300 * (number % 5))
    for number, (style, (garment, price)) in enumerate(product(_STYLES, _GARMENTS))
)
