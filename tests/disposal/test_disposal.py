"""Plan, approve, apply, verify through the commands: exactly the due rows go, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.disposal.office import Office, office

ENGINES = [
    "sqlite",
    pytest.param("postgres", marks=pytest.mark.server),
    pytest.param("mariadb", marks=pytest.mark.server),
]
SOURCES = ("shop", "crm", "gov")


@pytest.fixture
def company(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Office]:
    with office(request.param, tmp_path) as found:
        yield found


@pytest.mark.parametrize("company", ENGINES, indirect=True)
def test_every_cause_ends_with_a_proof(company: Office) -> None:
    an_operators_choice_goes_by_its_id_alone(company)
    a_person_goes_as_far_as_the_law_lets_them(company)
    sources = SOURCES if company.on_files else ("gov",)  # a server answers much more slowly
    what_is_due_goes_and_a_second_plan_is_empty(company, sources)
    company.well("ledger", "verify")


def what_is_due_goes_and_a_second_plan_is_empty(company: Office, sources: Sequence[str]) -> None:
    named = [word for source in sources for word in ("--source", source)]
    dry = company.well("plan", "retention", *named, "--as-of", str(company.day), "--json", "-").json
    due = {(s["table"], s["record_class"]): s["rows"] for s in dry["steps"] if s["root"]}
    plans = company.retention(*sources)
    assert {(p["table"], p["rule"]): p["erasure"]["roots"] for p in plans} == due
    gone = {p["table"]: p for p in plans if not p["erasure"]["actions"]}
    before = {t: company.count(p["source"], t) for t, p in gone.items()}
    for plan in plans:
        company.approve(plan)
        assert company.apply(plan).json["complete"]
        assert company.apply(plan).json["chunks"] == 0
        assert company.verify(plan).json["holds"]
        assert company.state(plan) == "verified"
    for table, plan in gone.items():
        left = before[table] - plan["erasure"]["roots"]
        assert company.count(plan["source"], table) == left
    assert company.retention(*sources) == []
    entries = company.ledger()
    for plan in plans:
        kinds = [e["kind"] for e in entries if e.get("plan") == plan["digest"]]
        assert kinds == ["plan_approved", "chunk_applied", "plan_verified"]


def a_person_goes_as_far_as_the_law_lets_them(company: Office) -> None:
    request = ("plan", "request", "Q31", "--as", "tanaka", "--as-of", str(company.day))
    company.refused(*request, says="not decided")
    company.refused("plan", "request", "Q30", "--as", "tanaka", says="does not ask for erasure")
    company.refused("plan", "request", "Q0", "--as", "tanaka", says="0 found")
    company.execute("gov", "UPDATE gov_dsr SET decision = 'granted' WHERE request_id = 'Q31'")
    made = company.run(*request, "--json", "-").json
    plans = {plan["table"]: plan for plan in made["plans"]}
    assert {plan["reference"] for plan in plans.values()} == {"Q31"}
    assert plans["shop_members"]["erasure"]["roots"] == 1
    orders = company.count("shop", "shop_orders", "member_id = 151")
    left = {each["table"]: each for each in made["left"]}
    assert left["shop.shop_orders"] == {
        "table": "shop.shop_orders", "reason": "floor", "rows": orders,
        "record_class": "order_statutory",
    }  # fmt: skip
    assert {name: left[name]["reason"] for name in ("gov.gov_dsr", "shop.shop_order_items")} == {
        "gov.gov_dsr": "register", "shop.shop_order_items": "no_rule",
    }  # fmt: skip
    for plan in plans.values():
        company.approve(plan)
        company.apply(plan)
        company.verify(plan)
    assert company.count("shop", "shop_members", "member_id = 151 AND email IS NULL") == 1
    assert company.count("shop", "shop_members", "email IS NULL AND member_id <> 151") == (
        company.count("shop", "shop_members", "email IS NULL") - 1
    )
    assert company.count("shop", "shop_orders", "member_id = 151") == orders
    assert company.count("shop", "shop_carts", "member_id = 151") == 0
    assert company.count("gov", "gov_dsr", "request_id = 'Q31'") == 1


def an_operators_choice_goes_by_its_id_alone(company: Office) -> None:
    [low, high] = (
        company.scalar("shop", f"SELECT {f}(cart_id) FROM shop_carts") for f in ("min", "max")
    )
    (company.home / "keys").write_text(f"{low}\n{high}\n999999999\n", "utf-8")
    where = ("--source", "shop", "--table", "shop_carts", "--keys-file", str(company.home / "keys"))
    words = ("--reason", "test rows", "--ticket", "T-1", "--as", "tanaka")
    kept = company.well("selection", "add", *where, *words, "--json", "-").json
    assert kept["keys"] == 3
    carts = company.count("shop", "shop_carts")
    [plan] = company.plans("adhoc", kept["selection_id"])
    assert (plan["reference"], plan["erasure"]["roots"]) == (kept["selection_id"], 2)
    company.approve(plan)
    company.apply(plan)
    company.verify(plan)
    assert company.count("shop", "shop_carts") == carts - 2
    assert company.count("shop", "shop_carts", f"cart_id IN ({low}, {high})") == 0
