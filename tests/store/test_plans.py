"""A plan is kept under its digest and never changes."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from include.governance.errors import StoreError
from include.governance.store import Store
from include.governance.store.plans import PlanStep, StoredPlan
from tests.store.conftest import AT

STEPS = (
    PlanStep(source="shop", table="order_items", action="delete", rows=3),
    PlanStep(source="shop", table="orders", action="delete", rows=2),
)
PLAN = StoredPlan(
    digest="ab" * 32,
    document={"名前": "plan", "steps": [1, 2], "share": 0.5},
    created_at=AT,
    as_of=date(2026, 11, 30),
    policy_version="2026-04",
    steps=STEPS,
)


def test_a_plan_comes_back_as_it_was(any_store: Store) -> None:
    assert any_store.plan(PLAN.digest) is None
    any_store.save_plan(PLAN)
    assert any_store.plan(PLAN.digest) == PLAN


def test_the_same_plan_again_is_the_same_plan(store: Store) -> None:
    store.save_plan(PLAN)
    store.save_plan(PLAN.model_copy(update={"created_at": AT + timedelta(days=1)}))
    assert store.plan(PLAN.digest) == PLAN


@pytest.mark.parametrize(
    "change",
    [
        {"document": {}},
        {"as_of": date(2026, 1, 1)},
        {"policy_version": "x"},
        {"steps": STEPS[:1]},
        {"steps": STEPS[::-1]},
    ],
)
def test_another_content_under_its_digest_is_refused(
    store: Store, change: dict[str, object]
) -> None:
    store.save_plan(PLAN)
    with pytest.raises(StoreError) as refused:
        store.save_plan(PLAN.model_copy(update=change))
    assert refused.value.code == "plan_differs"
    assert store.plan(PLAN.digest) == PLAN


def test_a_plan_altered_in_the_database_is_not_handed_out(
    store: Store, sqlite_database: sa.URL
) -> None:
    store.save_plan(PLAN)
    engine = sa.create_engine(sqlite_database)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE plan SET document = replace(document, '0.5', '0.9')")
    engine.dispose()
    with pytest.raises(StoreError) as refused:
        store.plan(PLAN.digest)
    assert refused.value.code == "plan_altered"


def test_a_watermark_is_the_last_one_set(any_store: Store, tmp_path: Path) -> None:
    assert any_store.watermark("shop.members") is None
    any_store.set_watermark("shop.members", "10")
    any_store.set_watermark("shop.members", "20")
    assert any_store.watermark("shop.members") == "20"
