"""What nobody can finish is ended: what is gone is proved, the rest stays and is named."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import create_engine

from include.governance.disposal import apply, ending, quarantine, undo, undone
from include.governance.disposal.apply import apply_plan, cancel
from include.governance.disposal.desk import Desk
from include.governance.disposal.expiring import expire
from include.governance.disposal.plan import plan_retention
from include.governance.disposal.quarantine import open_windows
from include.governance.errors import GovernanceError
from include.governance.model.disposal import PlanRecord
from include.governance.pipeline.forgotten import forgotten
from include.governance.settings import ROOT
from include.governance.store.certificates import Certificates
from include.governance.store.tombstones import Tombstones
from tests.disposal.office import Office, office
from tests.disposal.test_disposal import ENGINES

pytestmark = pytest.mark.faults


@pytest.fixture
def company(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Office]:
    with office(request.param, tmp_path, max_percent=100) as found:
        yield found


def begun(company: Office, chunks: int) -> dict[str, Any]:
    """A plan of which so many chunks of one record are carried out."""
    desk = replace(company.desk(), chunk_roots=1)
    [plan] = plan_retention(desk, "shop", company.day, "tanaka", "member_withdrawn")
    planned: dict[str, Any] = plan.model_dump(mode="json")
    company.approve(planned)
    if chunks:
        apply_plan(
            replace(desk, sleep=lambda _s: cancel(desk, plan.plan_id)), plan.plan_id, "runner"
        )
    else:
        with desk.records.alone() as connection:
            desk.records.move(connection, plan.plan_id, "applying", desk.clock(), ("planned",))
    return planned


def under_window(company: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy asks for a week in which rows can come back."""
    policy = company.home / "policies" / "privacy_policy.yaml"
    policy.write_text(policy.read_text("utf-8") + "\nundo_window: P7D\n", "utf-8")
    monkeypatch.setenv("DAICHO_QUARANTINE_KEY", secrets.token_hex(32))


def planned(company: Office, monkeypatch: pytest.MonkeyPatch) -> tuple[Desk, PlanRecord]:
    """A plan that was approved under an undo window, each record a chunk of its own."""
    under_window(company, monkeypatch)
    desk = replace(company.desk(), chunk_roots=1)
    [plan] = plan_retention(desk, "shop", company.day, "tanaka", "member_withdrawn")
    company.approve(plan.model_dump(mode="json"))
    return desk, plan


@contextmanager
def killed_in(monkeypatch: pytest.MonkeyPatch, module: Any, step: str) -> Iterator[None]:
    """The process dies when it comes to this step."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, step, die)
        with pytest.raises(KeyboardInterrupt):
            yield


def ended(plan: dict[str, Any], person: str = "cpo") -> tuple[str, ...]:
    why = ("--reason", "schema_changed", "--as", person)
    return ("dispose", "end", plan["plan_id"], "--digest", plan["digest"][:12], *why)


@pytest.mark.parametrize("company", ENGINES, indirect=True)
def test_what_went_is_certified_and_the_rest_named(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = begun(company, chunks=1)
    company.execute("shop", "ALTER TABLE shop_members ADD COLUMN note VARCHAR(20)")
    words = ("dispose", "apply", plan["plan_id"], "--as", "runner")
    company.refused(*words, says=f"daicho dispose end {plan['plan_id']}")
    company.refused(*ended(plan, "tanaka"), says="approve")

    with killed_in(monkeypatch, ending, "close_claims"):
        ending.end_plan(company.desk(), plan["plan_id"], plan["digest"], "cpo", "schema_changed")
    company.refused(*words, says="was ended")  # decided, and not carried out yet
    company.well(*ended(plan))
    company.well(*ended(plan))
    assert [each["decision"] for each in company.decisions(plan)].count("end") == 1

    rest = plan["erasure"]["roots"] - 1
    answer = company.verify(plan)
    proof = answer.json
    assert proof["holds"]
    assert f"{rest} record(s) of the plan stay" in " ".join((answer.out + answer.err).split())
    assert proof["verification"]["skipped"] == {"ended": rest}
    company.well("certificate", "issue", plan["plan_id"])
    found = Certificates(company.desk().records).of_plan(plan["plan_id"])
    assert found is not None
    certificate = found.read()
    assert (certificate.affected, certificate.skipped) == (1, {"ended": rest})
    checks = {each.name: (each.outcome, each.found) for each in certificate.checks}
    assert checks["none_left"] == checks["second_plan_empty"] == ("partly", rest)
    assert company.state(plan) == "certified"
    assert company.count("shop", "daicho_erasure_chunk", "body IS NOT NULL") == 0
    told = [e for e in company.ledger() if e["kind"] == "plan_closed"]
    assert [(e["outcome"], e["reason"]) for e in told] == [("ended", "schema_changed")]
    shown = company.well("dispose", "status", plan["plan_id"]).out
    assert "the schema changed. The rest stays" in " ".join(shown.split())
    company.well("ledger", "verify")


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_a_plan_that_took_nothing_is_over_and_its_keys_are_gone(
    company: Office, monkeypatch: Any
) -> None:
    plan = begun(company, chunks=0)

    with killed_in(monkeypatch, ending, "close_claims"):
        ending.end_plan(company.desk(), plan["plan_id"], plan["digest"], "cpo", "schema_changed")
    again = ("approve", plan["plan_id"], "--digest", plan["digest"][:12], "--as", "cpo")
    company.refused(*again, says="was ended")
    company.well(*ended(plan))
    assert company.state(plan) == "rejected"
    assert company.count("shop", "daicho_erasure_chunk") == 0
    company.refused("dispose", "apply", plan["plan_id"], "--as", "runner", says="was ended")


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_the_undo_window_of_a_plan_that_took_nothing_is_over_with_it(
    company: Office, monkeypatch: Any
) -> None:
    desk, plan = planned(company, monkeypatch)
    with killed_in(monkeypatch, apply, "_carry_out"):
        apply_plan(desk, plan.plan_id, "runner")
    assert [each.plan_id for each in open_windows(desk)] == [plan.plan_id]
    words = ended(plan.model_dump(mode="json"))
    with killed_in(monkeypatch, quarantine, "forget_sealed"):
        ending.end_plan(desk, plan.plan_id, plan.digest, "cpo", "schema_changed")
    company.well(*words)
    company.well(*words)
    assert open_windows(desk) == ()
    told = [each for each in company.ledger() if each["kind"] == "quarantine"]
    assert [(each["event"], each["rows"]) for each in told] == [("key_destroyed", 0)]
    company.well("ledger", "verify")


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_a_plan_that_waits_or_is_done_cannot_be_ended(company: Office) -> None:
    [plan] = [p for p in company.retention("crm") if p["table"] == "crm_mail_events"]
    company.refused(*ended(plan), says="possible only when")
    company.approve(plan)
    company.apply(plan)
    company.refused(*ended(plan), says="possible only when")


@pytest.mark.parametrize("company", ENGINES, indirect=True)
def test_what_an_undo_could_not_put_back_is_certified_after_the_window(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, made = planned(company, monkeypatch)
    plan: dict[str, Any] = made.model_dump(mode="json")
    assert apply_plan(desk, made.plan_id, "runner").complete
    company.verify(plan)
    company.execute("shop", "DELETE FROM daicho_erasure_quarantine WHERE no = 0")
    with killed_in(monkeypatch, undo, "remember_back"):
        undo.undo_plan(desk, made.plan_id, made.digest, "cpo", "approved_in_error")
    company.refused("dispose", "verify", made.plan_id, "--as", "runner", says="possible only when")
    with killed_in(monkeypatch, undone, "record_closed"):
        expire(desk, made.plan_id)
    assert company.state(plan) == "undoing"
    assert expire(desk).ended == (made.plan_id,)
    assert company.state(plan) == "applied"
    assert desk.records.proof(made.plan_id) is None, "the one from before the undo"

    back = made.erasure.roots - 1
    proof = company.verify(plan).json
    assert (proof["holds"], proof["verification"]["roots"]) == (True, 1)
    assert proof["verification"]["skipped"] == {"undone": back}
    assert expire(desk).certified == (made.plan_id,)
    (file,) = company.home.glob("certificates/*.json")
    company.well("certificate", "verify", str(file))
    assert company.count("shop", "daicho_erasure_chunk", "body IS NOT NULL") == 0
    company.well("ledger", "verify")


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_a_plan_that_goes_on_after_its_window_has_a_second_one_that_ends_too(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_window(company, monkeypatch)
    plan = begun(company, chunks=1)
    desk = company.desk()
    assert expire(desk, plan["plan_id"]).ended == (plan["plan_id"],)
    assert apply_plan(desk, plan["plan_id"], "runner").complete
    assert company.count("shop", "daicho_erasure_quarantine") > 0
    assert expire(desk, plan["plan_id"]).ended == (plan["plan_id"],)
    assert company.count("shop", "daicho_erasure_quarantine") == 0
    assert expire(desk).ended == ()
    events = [each["event"] for each in company.ledger() if each["kind"] == "quarantine"]
    assert events.count("key_destroyed") == 2


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_a_plan_whose_receipts_went_with_a_restore_is_not_ended_as_if_it_had_done_nothing(
    company: Office,
) -> None:
    plan = begun(company, chunks=1)
    company.execute("shop", "DELETE FROM daicho_erasure_receipt")
    company.execute("shop", "UPDATE daicho_erasure_chunk SET state = 'open'")
    company.refused(*ended(plan), says="receipts of 1 chunk(s)")
    assert company.state(plan) == "cancelled"
    assert "plan_closed" not in [each["kind"] for each in company.ledger()]


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_lost_tombstones_of_what_an_undo_left_gone_are_noticed(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, made = planned(company, monkeypatch)
    plan: dict[str, Any] = made.model_dump(mode="json")
    assert apply_plan(desk, made.plan_id, "runner").complete
    company.verify(plan)
    body = company.scalar("shop", "SELECT body FROM daicho_erasure_chunk WHERE no = 0")
    row = f"WHERE member_id = {json.loads(body)['keys'][0][0]}"
    company.execute("shop", f"UPDATE shop_members SET city = 'changed' {row}")
    undo.undo_plan(desk, made.plan_id, made.digest, "cpo", "approved_in_error")
    company.execute("shop", f"UPDATE shop_members SET city = NULL {row}")
    expire(desk, made.plan_id)
    assert forgotten(desk.workspace).chunks == {}
    engine = create_engine(desk.workspace.settings.store_url)
    with engine.begin() as connection:
        lost = connection.exec_driver_sql("DELETE FROM tombstone")
    engine.dispose()
    assert lost.rowcount > 0
    assert forgotten(desk.workspace).chunks == {"shop.shop_members": 1}


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_what_an_undo_puts_back_while_it_is_buried_has_no_tombstone(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, made = planned(company, monkeypatch)
    bury, done = Tombstones.bury, []

    def undone_first(stones: Tombstones, graves: Any) -> int:
        if not done:
            done.append(True)
            undo.undo_plan(desk, made.plan_id, made.digest, "cpo", "approved_in_error")
        return bury(stones, graves)

    monkeypatch.setattr(Tombstones, "bury", undone_first)
    monkeypatch.setattr(apply, "LEDGER_CHUNKS", 1)
    with suppress(GovernanceError):
        apply_plan(desk, made.plan_id, "runner")
    assert done
    assert Tombstones(desk.records).numbers() == {}


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_an_undo_whose_window_ended_as_it_began_leaves_a_plan_that_goes_on(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, made = planned(company, monkeypatch)
    plan: dict[str, Any] = made.model_dump(mode="json")
    assert apply_plan(desk, made.plan_id, "runner").complete
    decided = undo.undo

    def too_late(*given: Any) -> Any:
        expire(desk, made.plan_id)
        return decided(*given)

    with monkeypatch.context() as patch:
        patch.setattr(undo, "undo", too_late)
        with killed_in(patch, undo, "_stopped"):
            undo.undo_plan(desk, made.plan_id, made.digest, "cpo", "approved_in_error")
    assert company.state(plan) == "undoing"
    expire(desk)
    assert company.state(plan) == "applied"
    assert company.verify(plan).json["holds"]


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_a_child_table_that_is_declared_after_the_erasure_can_be_verified_around(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    contracts = company.home / "contracts"
    shutil.copytree(ROOT / "include" / "contracts", contracts)
    monkeypatch.setenv("DAICHO_CONTRACTS", str(contracts))
    desk = company.desk()
    [made] = plan_retention(desk, "shop", company.day, "tanaka", "cart")
    plan: dict[str, Any] = made.model_dump(mode="json")
    company.approve(plan)
    assert apply_plan(desk, made.plan_id, "runner").complete
    company.execute(
        "shop",
        "CREATE TABLE shop_cart_notes (note_id INTEGER PRIMARY KEY,"
        " cart_id INTEGER REFERENCES shop_carts (cart_id), updated_at TEXT)",
        "CREATE INDEX of_cart ON shop_cart_notes (cart_id)",
    )
    text = (contracts / "shop_carts.odcs.yaml").read_text("utf-8")
    for old, new in (
        ("shop-carts", "shop-cart-notes"),
        ("name: shop_carts", "name: shop_cart_notes"),
        ("shop_carts.updated_at", "shop_cart_notes.updated_at"),
        ("entity, value: cart,", "entity, value: cart_note,"),
        ("      - {property: subjectKey, value: member_id, vendor: daicho}\n", ""),
        ("dataCategory, value: member_id", "dataCategory, value: none"),
        ("name: cart_id", "name: note_id"),
        ("name: member_id", "name: cart_id"),
        ("to: shop_members.member_id", "to: shop_carts.cart_id"),
    ):
        text = text.replace(old, new)
    (contracts / "shop_cart_notes.odcs.yaml").write_text(text, "utf-8")
    proof = company.verify(plan).json
    assert proof["holds"]
    assert [each["table"] for each in proof["balance"]] == ["shop_carts"]
