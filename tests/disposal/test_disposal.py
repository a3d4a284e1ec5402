"""Plan, approve, apply, verify through the commands: exactly the due rows go, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from include.governance.disposal.apply import apply_plan, cancel
from include.governance.disposal.plan import plan_retention
from include.governance.store.engine import create_file
from tests.disposal.office import Office, office

pytestmark = pytest.mark.faults

ENGINES = [
    "sqlite",
    pytest.param("postgres", marks=pytest.mark.server),
    pytest.param("mariadb", marks=pytest.mark.server),
]
SOURCES = ("shop", "crm", "gov")


@pytest.fixture
def company(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Office]:
    with office(request.param, tmp_path, max_percent=100) as found:
        yield found


@pytest.mark.parametrize("company", ENGINES, indirect=True)
def test_every_cause_ends_with_a_proof(company: Office) -> None:
    an_operators_choice_goes_by_its_id_alone(company)
    a_person_goes_as_far_as_the_law_lets_them(company)
    if company.on_files:  # the same through a server takes minutes
        what_is_due_goes_and_a_second_plan_is_empty(company)
    company.well("ledger", "verify")


def what_is_due_goes_and_a_second_plan_is_empty(company: Office) -> None:
    named = [word for source in SOURCES for word in ("--source", source)]
    dry = company.well("plan", "retention", *named, "--as-of", str(company.day), "--json", "-").json
    due = {(s["table"], s["record_class"]): s["rows"] for s in dry["steps"] if s["root"]}
    plans = company.retention(*SOURCES)
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
    assert company.retention(*SOURCES) == []
    entries = company.ledger()
    for plan in plans:
        kinds = [e["kind"] for e in entries if e.get("plan") == plan["digest"]]
        assert kinds == ["plan_approved", "chunk_applied", "plan_verified"]


def a_person_goes_as_far_as_the_law_lets_them(company: Office) -> None:
    why = ("--reason", "no_longer_needed", "--ticket", "DSR-31", "--as", "tanaka")
    request = ("plan", "request", "Q31", *why, "--as-of", str(company.day))
    company.refused(*request, says="not decided")
    company.refused("plan", "request", "Q30", *why, says="does not ask for erasure")
    company.refused("plan", "request", "Q0", *why, says="have 0 request(s)")
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
    words = ("--reason", "test_data", "--ticket", "T-1", "--as", "tanaka")
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
    company.well("certificate", "issue", plan["plan_id"])
    assert company.state(plan) == "certified"
    assert company.count("shop", "daicho_erasure_selection") == 0
    assert company.count("shop", "daicho_erasure_chunk", "body IS NOT NULL") == 0
    assert company.apply(plan).json["chunks"] == 0


def test_what_changed_since_the_approval_stays(tmp_path: Any) -> None:
    """A hold, a row that is used again and a row that is due only now are all left alone."""
    with office("sqlite", tmp_path) as company:
        [plan] = plan_retention(company.desk(), "crm", company.day, "tanaka", "mail_event")
        planned = plan.model_dump(mode="json")
        company.approve(planned)
        ids, used_again = due_events(company), company.day - timedelta(days=100)
        person = company.scalar(
            "crm", f"SELECT member_id FROM crm_mail_events WHERE event_id = {ids[0]}"
        )
        company.execute(
            "crm",
            f"UPDATE crm_mail_events SET member_id = {person} + 1 WHERE event_id <> {ids[0]}"
            f" AND member_id = {person}",
            f"UPDATE crm_mail_events SET occurred_at = '{used_again} 09:00:00'"
            f" WHERE event_id = {ids[1]}",
            "CREATE TEMPORARY TABLE late AS SELECT * FROM crm_mail_events"
            f" WHERE event_id = {ids[2]}",
            "UPDATE late SET event_id = 990001, member_id = member_id + 2",
            "INSERT INTO crm_mail_events SELECT * FROM late",
        )
        words = ("--reason", "legal_hold", "--approver", "LEG/counsel", "--as", "counsel")
        review = str(company.day + timedelta(days=90))
        company.well("hold", "add", *words, "--subject", f"member:{person}", "--review-due", review)
        done = company.apply(planned).json
        assert (done["roots"], done["skipped"]) == (len(ids) - 2, 2)
        proof = company.run("dispose", "verify", plan.plan_id, "--as", "runner", "--json", "-").json
        assert proof["verification"]["skipped"] == {"held": 1, "no_longer_due": 1}
        assert (proof["holds"], proof["due_anew"]) == (True, 1)
        assert [each["after"] - each["before"] + each["gone"] for each in proof["balance"]] == [1]
        assert due_events(company) == [ids[0], 990001]
        a_released_hold_is_planned_anew(company, planned)


def a_released_hold_is_planned_anew(company: Office, plan: dict[str, Any]) -> None:
    """Until those rows are gone as well nothing is certified; what came later is no obstacle."""
    plan_id = plan["plan_id"]
    holds = company.well("hold", "list", "--json", "-").json["holds"]
    [hold] = [each["hold_id"] for each in holds if each["place"].startswith("store.")]
    company.well("hold", "release", hold, "--approver", "LEG/counsel", "--as", "counsel")
    company.refused("dispose", "verify", plan_id, "--as", "runner", says="", code=1)
    assert company.state(plan) == "applied"
    company.refused("certificate", "issue", plan_id, says="is applied")
    [rest] = [each for each in company.retention("crm") if each["rule"] == "mail_event"]
    assert rest["erasure"]["roots"] == 2
    company.approve(rest)
    company.apply(rest)
    long_ago = company.day - timedelta(days=800)
    company.execute(
        "crm",
        "CREATE TEMPORARY TABLE late AS SELECT * FROM crm_mail_events LIMIT 1",
        f"UPDATE late SET event_id = 990002, occurred_at = '{long_ago} 09:00:00'",
        "INSERT INTO crm_mail_events SELECT * FROM late",
    )
    assert company.verify(plan).json["due_anew"] == 1
    company.well("certificate", "issue", plan_id)


def due_events(company: Office) -> list[int]:
    limit = company.day - timedelta(days=396)
    engine = sa.create_engine(company.urls["crm"], poolclass=sa.NullPool)
    query = f"SELECT event_id FROM crm_mail_events WHERE occurred_at < '{limit}' ORDER BY event_id"
    with engine.connect() as connection:
        return list(connection.exec_driver_sql(query).scalars())


def test_a_plan_is_stopped_between_chunks_and_goes_on(tmp_path: Any) -> None:
    with office("sqlite", tmp_path) as company:
        desk = replace(company.desk(), chunk_roots=1)
        [plan] = plan_retention(desk, "crm", company.day, "tanaka", "mail_event")
        planned = plan.model_dump(mode="json")
        company.approve(planned)
        stopping = replace(desk, sleep=lambda _s: cancel(desk, plan.plan_id))
        done = apply_plan(stopping, plan.plan_id, "runner")
        assert (done.cancelled, done.chunks) == (True, 1)
        assert company.state(planned) == "cancelled"
        company.refused("dispose", "verify", plan.plan_id, "--as", "runner", says="is cancelled")
        deleted_receipts_are_told(company, "apply", plan.plan_id)
        assert company.apply(planned).json["chunks"] == plan.erasure.chunks - 1
        deleted_receipts_are_told(company, "verify", plan.plan_id)
        assert company.verify(planned).json["holds"]


def deleted_receipts_are_told(company: Office, verb: str, plan_id: str) -> None:
    """By the ledger, and before it was told by what stands beside the data."""
    tables = ("daicho_erasure_done", "daicho_erasure_receipt")
    company.execute(
        "crm", *(f"CREATE TABLE kept_{name} AS SELECT * FROM {name}" for name in tables)
    )
    for name in tables:
        company.execute("crm", f"DELETE FROM {name} WHERE no = 0")
        words = ("dispose", verb, plan_id, "--as", "runner")
        company.refused(*words, says="receipts of 1 chunk(s) that were carried out are missing")
    for name in tables:
        again = f"INSERT INTO {name} SELECT * FROM kept_{name} WHERE no = 0"
        company.execute("crm", again, f"DROP TABLE kept_{name}")


def test_a_newer_plan_takes_the_place_of_one_that_waits(tmp_path: Any) -> None:
    with office("sqlite", tmp_path) as company:
        older, newer = ({p["table"]: p for p in company.retention("crm")} for _ in range(2))
        old, new = older["crm_mail_events"], newer["crm_mail_events"]
        assert (company.state(old), company.state(new)) == ("superseded", "planned")
        assert company.count("crm", "daicho_erasure_chunk", f"plan_id = '{old['plan_id']}'") == 0
        words = ("approve", old["plan_id"], "--digest", old["digest"], "--as", "owner.ec")
        company.refused(*words, says="is superseded")
        company.refused("plan", "show", old["plan_id"], "--rehearse", says="is superseded")
        rehearsed = company.well("plan", "show", new["plan_id"], "--rehearse", "--json", "-").json
        assert rehearsed["rehearsal"]["rows"] == new["erasure"]["roots"]
        assert company.count("crm", "daicho_erasure_done") == 0
        assert company.count("crm", "crm_mail_events") == new["erasure"]["steps"][0]["total_rows"]


def test_a_wish_to_stop_outlives_the_worker_it_was_meant_for(tmp_path: Any) -> None:
    with office("sqlite", tmp_path) as company:
        desk = replace(company.desk(), chunk_roots=1)
        [plan] = plan_retention(desk, "crm", company.day, "tanaka", "mail_event")
        company.approve(plan.model_dump(mode="json"))
        with desk.records.alone() as connection:
            desk.records.move(connection, plan.plan_id, "applying", desk.clock(), ("planned",))
        cancel(desk, plan.plan_id)
        assert apply_plan(desk, plan.plan_id, "runner").chunks == 0
        remembered = desk.workspace.settings.scan_memory
        create_file(remembered)
        assert apply_plan(desk, plan.plan_id, "runner").complete
        assert not remembered.exists(), "scans must forget what was erased"
