"""JSON by path: what each key holds, and keys that are values themselves."""

from __future__ import annotations

import json

import pytest

from include.governance.detect.entities import Entity
from include.governance.detect.paths import DEEPEST, MOST_KEYS
from include.governance.detect.table import ColumnInfo, TableScan, TableScanner
from include.governance.detect.values import Detector

EVERY = frozenset(map(str, Entity))
MAIL, PHONE, NAME = Entity.EMAIL_ADDRESS, Entity.PHONE_NUMBER, Entity.PERSON


def _scan(detector: Detector, cells: list[object], *, column: str = "payload") -> TableScan:
    scanner = TableScanner([ColumnInfo(column, "string")], detector, watch={column: EVERY})
    for start in range(0, len(cells), 40):
        batch = cells[start : start + 40]
        scanner.feed([(start + n,) for n in range(len(batch))], {column: batch})
    return scanner.finish()


def _paths(found: TableScan) -> dict[str, tuple[Entity | None, int, int]]:
    return {v.column: (v.entity, v.rows, v.hits) for v in found.classifications if v.within}


def _nested(value: object, steps: int) -> object:
    for _ in range(steps):
        value = {"in": value}
    return value


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(
            [{"customer": {"email": f"u{n}@m.example", "id": n}, "ok": True} for n in range(9)],
            {
                "payload.customer.email": (MAIL, 9, 9),
                "payload.customer.id": (None, 9, 0),
                "payload.ok": (None, 9, 0),
            },
            id="objects",
        ),
        pytest.param(
            [{"customer": {"name": name}} for name in ("青空 陽菜", "山田 太郎", "佐藤 花子")],
            {"payload.customer.name": (NAME, 3, 3)},
            id="the key above tells whose name it is",
        ),
        pytest.param(
            [[{"tel": f"090-1234-{n}000"}, {"tel": f"090-1234-{n}001"}] for n in range(5)],
            {"payload[].tel": (PHONE, 10, 10)},
            id="objects of an array",
        ),
        pytest.param(
            [{f"u{n}@m.example": {"qty": n}} for n in range(5)],
            {"payload.*.qty": (None, 5, 0)},
            id="addresses as keys",
        ),
        pytest.param(
            [{"taro_yamada": {"tel": "090-1234-5678"}}] * 5,
            {"payload.*.tel": (PHONE, 5, 5)},
            id="one name as key",
        ),
        pytest.param(
            [{f"user{n}": "090-1234-5678"} for n in range(100)],
            {"payload.*": (PHONE, 100, 100)},
            id="keys that never come again",
        ),
        pytest.param(
            [{f"u{n}": "x" for n in range(MOST_KEYS + 1)}] * 50,
            {"payload.*": (None, 50 * (MOST_KEYS + 1), 0)},
            id="too many keys",
        ),
        pytest.param(
            [{"a": "x", "b": "y"}] * 50 + [{"a": "x", "coupon": "z"}],
            {"payload.a": (None, 51, 0), "payload.b": (None, 50, 0), "payload.*": (None, 1, 0)},
            id="a rare key",
        ),
        pytest.param([_nested("x", DEEPEST + 1)], {}, id="too deep"),
        pytest.param(["[重要] 会議", "{x", "[" * 9_999], {}, id="no JSON"),
    ],
)
@pytest.mark.parametrize("written", [False, True], ids=["decoded", "as text"])
def test_every_path_is_judged_by_itself(
    detector: Detector,
    cells: list[object],
    expected: dict[str, tuple[Entity | None, int, int]],
    written: bool,
) -> None:
    given = [json.dumps(c) if written and not isinstance(c, str) else c for c in cells]
    assert _paths(_scan(detector, given)) == expected


def test_an_array_is_read_under_the_name_of_its_column(detector: Detector) -> None:
    found = _scan(detector, [["蓮", "葵"], ["凛"], None], column="given_names")
    assert _paths(found) == {"given_names[]": (NAME, 3, 3)}


def test_what_only_its_key_explains_is_found_in_its_row(detector: Detector) -> None:
    cells: list[object] = [{"card_number": "4111111111111112"} if n == 7 else {} for n in range(9)]
    found = _scan(detector, cells)
    (whole, path) = found.classifications
    assert (path.column, path.entity) == ("payload.*CREDIT_CARD", Entity.CREDIT_CARD)
    assert (whole.hits, path.hits) == (0, 1)
    assert [hit.key for hit in found.hits] == [(7,)]
    assert found.rows_of("payload") == found.rows_with({Entity.CREDIT_CARD}) == 1


def test_no_name_of_a_path_is_a_value(detector: Detector) -> None:
    cells: list[object] = [{f"user{n}": {"mail": f"u{n}@m.example"}} for n in range(60)]
    found = _scan(detector, cells)
    named = {column for marks in found.together for column, _ in marks}
    assert named == {"payload", "payload.*.mail"}
    assert found.together == {frozenset((name, MAIL) for name in named): 60}
