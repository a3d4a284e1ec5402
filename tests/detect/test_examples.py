"""Examples show the form of what was found, never the find."""

from __future__ import annotations

import pytest

from include.governance.detect.entities import Entity
from include.governance.detect.examples import Example, examples
from include.governance.detect.masking import masked
from include.governance.detect.table import ColumnInfo, TableScanner
from include.governance.detect.values import Detector


@pytest.mark.parametrize(
    ("text", "entity", "shown"),
    [
        ("taro@shop.example", Entity.EMAIL_ADDRESS, "t***@****.*******"),
        ("山田 太郎", Entity.PERSON, "山* **"),
        ("東京都渋谷区神宮前1-2-3", Entity.ADDRESS, "東京都******" + "*-*-*"),
        ("4111-1111-1111-1234", Entity.CREDIT_CARD, "****-****-****-1234"),
        ("123456789018", Entity.JP_MY_NUMBER, "************"),
        ("1980-03-01", Entity.DATE_OF_BIRTH, "****-**-**"),
        ("蓮", Entity.PERSON, "*"),
        ("a@b", Entity.EMAIL_ADDRESS, "a@*"),
        ("x" * 60, Entity.SPECIAL_CARE, "*" * 39 + "…"),
    ],
    ids=lambda each: str(each) if isinstance(each, Entity) else "",
)
def test_what_is_left_readable(text: str, entity: Entity, shown: str) -> None:
    assert masked(text, entity) == shown


def _examples(detector: Detector, name: str, cells: list[object], count: int) -> list[Example]:
    scanner = TableScanner([ColumnInfo(name, "string")], detector, watch={})
    scanner.feed([(n,) for n in range(len(cells))], {name: cells})
    (found,) = scanner.finish().classified("shop", "t")
    return list(examples(found, [cells[:2], cells[2:]], detector, count))


def test_only_the_finds_of_a_text_are_shown(detector: Detector) -> None:
    cells: list[object] = [
        "在庫確認",
        None,
        "連絡は taro@shop.example へ",
        "ok",
        "jiro@shop.example",
    ]
    assert _examples(detector, "備考", cells, 5) == [
        Example("備考", Entity.EMAIL_ADDRESS, "t***@****.*******"),
        Example("備考", Entity.EMAIL_ADDRESS, "j***@****.*******"),
    ]
    assert len(_examples(detector, "備考", cells, 1)) == 1


def test_a_value_that_only_its_header_explains_is_masked_whole(detector: Detector) -> None:
    cells: list[object] = ["1980-03-01", "1975/12/24", "1999-01-02"]
    assert _examples(detector, "birth_date", cells, 1) == [
        Example("birth_date", Entity.DATE_OF_BIRTH, "****-**-**")
    ]
