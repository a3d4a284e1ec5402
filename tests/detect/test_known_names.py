"""Full names of the dictionary are told at once, as the recogniser tells them one by one."""

from __future__ import annotations

import pyarrow as pa
import pytest

from include.governance.detect.entities import Entity
from include.governance.detect.known_names import are_known_names
from include.governance.detect.table import ColumnInfo, TableScanner
from include.governance.detect.values import Detector

NAMES = ["山田 太郎", "佐藤花子", "佐々木昭夫", "東 典子", "小松 洋子"]
OTHERS = [
    *[
        "山田商店",
        "東京 商事",
        "株式会社山田",
        "鈴木",
        "田中 電機",
        "",
        "Mary Jones",
        "山田 太郎 様",
    ],
    *["123", "トウキョウ"],
]


def test_names_of_two_parts_that_the_dictionary_knows_are_told_from_others() -> None:
    told = are_known_names(pa.array([*NAMES, *OTHERS], pa.large_string()))
    assert told.tolist() == [True] * len(NAMES) + [False] * len(OTHERS)


@pytest.mark.parametrize("values", [NAMES, NAMES + OTHERS])
def test_the_recogniser_finds_a_person_in_all_of_them(
    detector: Detector, values: list[str]
) -> None:
    told = are_known_names(pa.array(values, pa.large_string()))
    found = detector.find(values)
    for name, is_told, hits in zip(values, told, found, strict=True):
        assert not is_told or any(hit.entity is Entity.PERSON for hit in hits), name


@pytest.mark.parametrize("defer", [False, True])
@pytest.mark.parametrize(
    ("values", "entity"),
    [
        (NAMES * 4, Entity.PERSON),
        (["山田商店", "東京商事", "大和証券", "日本電機", "丸山工業"] * 4, None),
    ],
)
def test_a_column_named_after_a_role_is_judged_alike_with_and_without_the_short_cut(
    detector: Detector, values: list[str], entity: Entity | None, *, defer: bool
) -> None:
    scanner = TableScanner(
        [ColumnInfo("ship_name", "string")], detector, watch={}, key=b"k", defer=defer
    )
    scanner.feed([(at,) for at in range(len(values))], {"ship_name": values})
    scan = scanner.finish()
    (verdict,) = scan.classifications
    assert verdict.entity is entity
    assert not scan.unsettled
