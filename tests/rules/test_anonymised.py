"""Anonymised data keeps no code of a person and no value that is like no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.governance.model.contract import Column
from include.governance.rules.anonymised import linking_columns, standing_apart
from tests.rules.small import HASHING, POLICY
from tests.rules.test_own_checks import filled, table

SMALLEST = POLICY.anonymity.smallest_group
ORDERS = table(
    "transaction",
    "orders",
    Column(name="order_no", logical_type="string"),
    Column(name="member", logical_type="string", category="member_id"),
    subject_key="member",
).model_copy(update={"primary_key": ("order_no",)})
ANONYMOUS = table(
    "anonymised",
    "anonymous",
    Column(name="band", category="age_band"),
    Column(name="code", logical_type="string", category="purchase"),
)
ORDER_NUMBERS = [f"YM-2026-{n:06}" for n in range(20)]


@pytest.mark.parametrize(
    ("codes", "links"),
    [
        (ORDER_NUMBERS[: SMALLEST - 1], False),  # too few to make a group
        (ORDER_NUMBERS[:SMALLEST], True),
        ([f" {code.lower()}" for code in ORDER_NUMBERS], True),
        ([f"YM-2025-{n:06}" for n in range(20)], False),  # of something else
        ([f"member-{n:04}" for n in range(20)], True),  # the person's own number
        (["tops", "dress", "coat", "shoes", "bags", "hats"], False),  # words
        ([], False),
    ],
)
def test_codes_that_other_tables_know_are_found(
    tmp_path: Path, codes: list[str], links: bool
) -> None:
    orders = [(number, f"member-{n:04}") for n, number in enumerate(ORDER_NUMBERS)]
    source = filled(tmp_path, (ORDERS, orders), (ANONYMOUS, [("20s", code) for code in codes]))
    found = linking_columns(source, ANONYMOUS, [(source, ORDERS)], POLICY)
    assert found == (("code",) if links else ())


@pytest.mark.parametrize(
    ("category", "held", "links"),
    [
        ("pseudonym", "p1", True),
        ("email", "x", True),
        ("member_id", None, False),
        ("purchase", "p1", False),
        ("prefecture", "東京都", False),
    ],
)
def test_a_column_of_an_identifying_category_must_be_empty(
    tmp_path: Path, category: str, held: str | None, links: bool
) -> None:
    anonymous = table("anonymised", "anonymous", Column(name="c", category=category))
    source = filled(tmp_path, (anonymous, [(held,)]))
    assert linking_columns(source, anonymous, [], POLICY) == (("c",) if links else ())


@pytest.mark.parametrize(
    ("values", "apart"),
    [
        ([30] * SMALLEST + [60], []),
        ([30] * SMALLEST + [61], [61]),
        ([30] * SMALLEST + [200, 116], [116, 200]),
        ([30] * (SMALLEST - 1) + [900], [900]),  # the group's smallest is 30 still
        ([900] * SMALLEST + [30], []),
        ([1, 900], []),  # a table smaller than a group: its groups are found
        ([0] * SMALLEST + [9], []),  # nothing is twice nothing
        ([None, None], []),
    ],
)
def test_rows_with_a_number_far_above_all_others_are_found(
    tmp_path: Path, values: list[int | None], apart: list[int]
) -> None:
    anonymous = table(
        "anonymised",
        "anonymous",
        Column(name="row_id", logical_type="integer", category="none"),
        Column(name="age", logical_type="integer", category="age"),
    ).model_copy(update={"primary_key": ("row_id",)})
    rows: list[tuple[object, ...]] = [
        (10_000 * number, value) for number, value in enumerate(values)
    ]
    source = filled(tmp_path, (anonymous, rows))
    columns, found = standing_apart(source, anonymous, POLICY, HASHING)
    keys = [key for key, value in rows if value in apart]
    assert set(found.refs) == {HASHING.ref("own", "anonymous", (key,)) for key in keys}
    assert (found.rows, columns) == (len(apart), ("age",) if apart else ())
