"""An applied plan that nobody can prove is closed: receipts and tombstones stay, no certificate."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from include.governance.disposal import closing
from include.governance.disposal.plan import plan_retention
from include.governance.store.certificates import Certificates
from include.governance.store.tombstones import Tombstones
from tests.disposal.office import Office, office
from tests.disposal.test_disposal import ENGINES
from tests.disposal.test_ending import killed_in

pytestmark = pytest.mark.faults
CARTS = "shop_carts"


@pytest.fixture
def company(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Office]:
    with office(request.param, tmp_path, max_percent=100) as found:
        yield found


def applied(company: Office) -> dict[str, Any]:
    """A plan that erased carts."""
    desk = company.desk()
    [plan] = plan_retention(desk, "shop", company.day, "tanaka", "cart")
    planned: dict[str, Any] = plan.model_dump(mode="json")
    company.approve(planned)
    company.apply(planned)
    return planned


def key_reused(company: Office, plan: dict[str, Any]) -> None:
    """A new row has the key of one that was erased."""
    known = company.scalar("shop", f"SELECT max(cart_id) FROM {CARTS}")
    gone = next(n for n in range(1, known) if not company.count("shop", CARTS, f"cart_id = {n}"))
    member = company.scalar("shop", f"SELECT max(member_id) FROM {CARTS}")
    row = f"({gone}, {member}, '{company.day} 09:00:00')"
    company.execute("shop", f"INSERT INTO {CARTS} (cart_id, member_id, updated_at) VALUES {row}")
    company.refused("dispose", "verify", plan["plan_id"], "--as", "runner", says="", code=1)


def closed(plan: dict[str, Any], person: str = "cpo", why: str = "key_reused") -> tuple[str, ...]:
    words = ("--digest", plan["digest"][:12], "--reason", why, "--as", person)
    return ("dispose", "close", plan["plan_id"], *words)


@pytest.mark.parametrize("company", ENGINES, indirect=True)
def test_a_key_that_was_given_again_keeps_no_plan_open(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = applied(company)
    roots = plan["erasure"]["roots"]
    key_reused(company, plan)
    company.refused(*closed(plan, "tanaka"), says="approve")
    buried = Tombstones(company.desk().records).chunks_of(plan["plan_id"])
    with killed_in(monkeypatch, closing, "purge_keys"):
        closing.close_plan(company.desk(), plan["plan_id"], plan["digest"], "cpo", "key_reused")
    assert company.state(plan) == "applied"
    for _ in range(2):
        said = " ".join(company.well(*closed(plan)).out.split())
        assert f"{roots} record(s) in 1 chunk(s)" in said
        assert "was not proved" in said
    assert company.state(plan) == "closed"
    assert [each["decision"] for each in company.decisions(plan)].count("close") == 1
    assert company.count("shop", "daicho_erasure_chunk", "body IS NOT NULL") == 0
    assert Tombstones(company.desk().records).chunks_of(plan["plan_id"]) == buried != set()
    assert Certificates(company.desk().records).of_plan(plan["plan_id"]) is None
    told = [e for e in company.ledger() if e["kind"] == "plan_closed"]
    assert [(e["outcome"], e["reason"]) for e in told] == [("unproven", "key_reused")]
    assert [e["kind"] for e in company.ledger()].count("chunk_applied") == 1
    company.well("ledger", "verify")
    for words in (("certificate", "issue"), ("dispose", "verify"), ("dispose", "apply")):
        person = () if words[0] == "certificate" else ("--as", "runner")
        assert company.run(*words, plan["plan_id"], *person).code == 2, words
    shown = " ".join(company.well("dispose", "status", plan["plan_id"]).out.split())
    assert "closed without proof" in shown
    assert "Closed without a proof by cpo" in shown


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_a_table_that_is_gone_keeps_no_plan_open(company: Office) -> None:
    plan = applied(company)
    company.execute("shop", f"DROP TABLE {CARTS}")
    assert company.run("dispose", "verify", plan["plan_id"], "--as", "runner").code == 2
    company.well(*closed(plan, why="schema_changed"))
    assert company.state(plan) == "closed"
    company.well("ledger", "verify")


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_what_holds_is_certified_instead_and_what_waits_is_not_closed(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    [waiting] = plan_retention(company.desk(), "shop", company.day, "tanaka", "payment_token")
    company.refused(*closed(waiting.model_dump(mode="json")), says="only when it is applied")
    plan = applied(company)
    company.refused(*closed(plan), says="Issue its certificate")
    assert company.state(plan) == "verified"
    company.well("certificate", "issue", plan["plan_id"])
    company.refused(*closed(plan), says="certified")


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_while_rows_can_be_put_back_the_plan_stays_open(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = company.home / "policies" / "privacy_policy.yaml"
    policy.write_text(policy.read_text("utf-8") + "\nundo_window: P7D\n", "utf-8")
    monkeypatch.setenv("DAICHO_QUARANTINE_KEY", secrets.token_hex(32))
    plan = applied(company)
    company.execute("shop", f"DROP TABLE {CARTS}")
    company.refused(*closed(plan, why="schema_changed"), says="kept encrypted until")
    assert company.state(plan) == "applied"
