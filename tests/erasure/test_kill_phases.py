"""kill -9 from plan to certificate: run again it ends, nothing is doubled, and no keys are left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from include.demo import schema
from include.governance.disposal.apply import apply_plan
from include.governance.disposal.certificate_issue import certify
from include.governance.disposal.desk import Desk
from include.governance.disposal.forgetting import forget_stray_plans
from include.governance.disposal.plan import plan_retention
from include.governance.disposal.shown import require_as_planned
from include.governance.disposal.verify import verify_plan
from include.governance.erasure.tables import CHUNK, DELAY, EXPECT, PLAN
from include.governance.model.disposal import PlanRecord
from include.governance.model.register import DeletionRow
from include.governance.pipeline.legal_hold import store_registers
from tests.acceptance.company import Engine
from tests.disposal.office import Office, office
from tests.erasure.kills import kills, storm, strike_at

pytestmark = pytest.mark.faults

CHUNK_ROOTS = 20
RECEIPT = "INSERT INTO daicho_erasure_receipt"
FORGETTING = "DELETE FROM daicho_erasure_expect"
PURGING = "UPDATE daicho_erasure_chunk"


@pytest.mark.parametrize(
    "engine",
    [
        "sqlite",
        pytest.param("postgres", marks=pytest.mark.server),
        pytest.param("mariadb", marks=pytest.mark.server),
    ],
)
def test_a_plan_comes_to_its_certificate_whatever_is_killed(engine: Engine, tmp_path: Path) -> None:
    with office(engine, tmp_path, max_percent=100) as company:
        add_old_carts(company, 10 * CHUNK_ROOTS)
        desk, random = replace(company.desk(), chunk_roots=CHUNK_ROOTS), Random(7)
        carts = company.count("shop", "shop_carts")
        plan = made(company, desk, random)
        applied(company, desk, plan, random)
        verified(company, desk, plan, random)
        certified(company, desk, plan, random)
        assert company.count("shop", "shop_carts") == carts - plan.rows
        company.well("ledger", "verify")


def add_old_carts(company: Office, number: int) -> None:
    table = schema.SOURCES["shop"].tables["shop_carts"]
    engine = sa.create_engine(company.urls["shop"], poolclass=sa.NullPool)
    with engine.begin() as connection:
        oldest = sa.select(table).order_by(table.c.updated_at).limit(1)
        row = dict(connection.execute(oldest).mappings().one())
        first = int(connection.scalar(sa.select(sa.func.max(table.c.cart_id))))
        rows = [{**row, "cart_id": first + n} for n in range(1, number + 1)]
        connection.execute(table.insert(), rows)


def made(company: Office, desk: Desk, random: Random) -> PlanRecord:
    """Killed in between, it leaves plans beside the data at most: one waits, the others go."""

    def planning() -> tuple[PlanRecord, ...]:
        return plan_retention(desk, "shop", company.day, "tanaka", "cart")

    longest = strike_at(planning, "INSERT INTO disposal_plan")
    assert desk.records.plans() == ()
    assert len(beside(company)) == 1
    storm(planning, kills("plan", company.urls["shop"]), longest, random)
    [first] = planning()
    strike_at(planning, FORGETTING)
    [second] = waiting(company, desk)
    assert first != second
    [plan] = planning()
    assert waiting(company, desk) == [plan]
    assert first.plan_id in beside(company)
    nothing_strays(company, desk, plan)
    return plan


def applied(company: Office, desk: Desk, plan: PlanRecord, random: Random) -> None:
    """Only the plan goes, and the ledger has each chunk once."""

    def applying() -> None:
        assert apply_plan(desk, plan.plan_id, "runner").complete

    company.approve(plan.model_dump(mode="json"))
    longest = strike_at(applying, *2 * [RECEIPT])
    assert desk.records.plan(plan.plan_id).state == "applying"
    company.refused("withdraw", plan.plan_id, "--as", "tanaka", says="is applying")
    storm(applying, kills("dispose", company.urls["shop"]), longest, random)
    applying()
    chunks = [e for e in company.ledger() if e.get("plan") == plan.digest and "chunk" in e]
    assert [e["chunk"] for e in chunks] == list(range(plan.erasure.chunks))
    assert sum(e["roots_applied"] for e in chunks) == plan.erasure.roots


def verified(company: Office, desk: Desk, plan: PlanRecord, random: Random) -> None:
    """The plan that it makes to look whether anything is left goes, whoever is killed."""

    def verifying() -> None:
        assert verify_plan(desk, plan.plan_id, "runner").holds

    rest = ("UPDATE daicho_erasure_plan", FORGETTING)
    longest = strike_at(verifying, *rest)
    storm(verifying, kills("verify", company.urls["shop"]), longest, random)
    strike_at(verifying, *rest)
    assert beside(company) == {plan.plan_id, f"{plan.plan_id}-again"}
    nothing_strays(company, desk, plan)
    strike_at(verifying, *rest)
    verifying()
    assert beside(company) == {plan.plan_id}
    assert desk.records.plan(plan.plan_id).state == "verified"


def certified(company: Office, desk: Desk, plan: PlanRecord, random: Random) -> None:
    """There is one certificate, told and entered once, and the keys go after it."""

    def certifying() -> str:
        return certify(desk, plan.plan_id).certificate_id

    longest = strike_at(certifying, "INSERT INTO certificate")
    storm(certifying, kills("certify", company.urls["shop"]), longest, random)
    strike_at(certifying, PURGING)
    issued = certifying()
    assert certifying() == issued
    assert desk.records.plan(plan.plan_id).state == "certified"
    told = [e["certificate"] for e in company.ledger() if e["kind"] == "certificate"]
    assert told == [issued]
    entered = store_registers(desk.workspace).rows(DeletionRow)
    assert [row.certificate for row in entered] == [issued]
    assert company.count("shop", CHUNK.name, "body IS NOT NULL OR row_keys IS NOT NULL") == 0


def waiting(company: Office, desk: Desk) -> list[PlanRecord]:
    """The plans that may be approved; each stands beside the data as the store says."""
    found = [status.plan for status in desk.records.plans(("planned",))]
    with desk.target("shop").snapshot() as connection:
        for plan in found:
            require_as_planned(connection, plan)
    return found


def beside(company: Office) -> set[str]:
    """The plans of which anything stands beside the data."""
    engine = sa.create_engine(company.urls["shop"], poolclass=sa.NullPool)
    tables = (PLAN, CHUNK, EXPECT, DELAY)
    with engine.connect() as connection:
        found = sa.union(*(sa.select(table.c.plan_id) for table in tables))
        return set(connection.execute(found).scalars())


def nothing_strays(company: Office, desk: Desk, plan: PlanRecord) -> None:
    """The task that runs every day takes away what kills left, and nothing else."""
    tomorrow = replace(desk, clock=lambda: desk.clock() + timedelta(days=1, minutes=1))
    left = beside(company) - {plan.plan_id}
    assert left
    assert forget_stray_plans(tomorrow) == len(left)
    assert beside(company) == {plan.plan_id}
