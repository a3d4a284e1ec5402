"""Within the undo window a plan's rows come back exactly; after it nothing and nobody can."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa

from include.governance.disposal.apply import apply_plan
from include.governance.disposal.desk import Desk
from include.governance.disposal.expiring import expire
from include.governance.disposal.plan import plan_retention
from include.governance.disposal.quarantine import end_windows
from include.governance.disposal.undo import undo_plan
from include.governance.errors import PlanError
from include.governance.pipeline.report import windows_until
from include.governance.report.given import OpenWindows
from include.governance.store.quarantine_keys import QuarantineKeys
from include.governance.store.tombstones import Tombstones
from tests.disposal.office import Done, Office, office

NAME = "DAICHO_QUARANTINE_KEY"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("undo")
    with office("sqlite", folder, max_percent=100) as found, pytest.MonkeyPatch.context() as patch:
        policy = folder / "policies" / "privacy_policy.yaml"
        policy.write_text(policy.read_text("utf-8") + "\nundo_window: P7D\n", "utf-8")
        patch.setenv(NAME, secrets.token_hex(32))
        yield found


@pytest.fixture(scope="module")
def plans(company: Office) -> dict[str, dict[str, Any]]:
    """Approved plans by record class."""
    made = {plan["rule"]: plan for plan in company.retention("shop", "crm")}
    for plan in made.values():
        company.approve(plan)
    return made


def rows(company: Office) -> dict[str, list[Any]]:
    """Everything in the shop but the product's own tables."""
    engine = sa.create_engine(company.urls["shop"], poolclass=sa.NullPool)
    with engine.connect() as connection:
        names = sorted(n for n in sa.inspect(connection).get_table_names() if "daicho" not in n)
        return {
            n: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {n}"))) for n in names
        }


def undo(plan: dict[str, Any], person: str = "cpo", digest: int = 12) -> tuple[str, ...]:
    words = ("dispose", "undo", plan["plan_id"], "--digest", plan["digest"][:digest])
    return (*words, "--as", person, "--reason", "approved_in_error")


def kept(company: Office, source: str = "shop") -> int:
    return company.count(source, "daicho_erasure_quarantine")


def told(company: Office, plan: dict[str, Any]) -> list[str]:
    """What the ledger says of a plan's kept rows."""
    mine = (e for e in company.ledger() if e.get("plan") == plan["digest"])
    return [e["event"] for e in mine if e["kind"] == "quarantine"]


def test_rows_come_back_while_the_window_is_open(
    company: Office, plans: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, before = plans["cart"], rows(company)
    apply = ("dispose", "apply", plan["plan_id"], "--as", "runner")
    monkeypatch.delenv(NAME)
    company.refused(*apply, says=f"{NAME} is not set", code=3)
    monkeypatch.setenv(NAME, "0123456789" * 4)
    company.refused(*apply, says=f"{NAME} is known", code=3)
    assert company.state(plan) == "planned"
    monkeypatch.undo()
    assert "kept encrypted for P7D" in company.well("plan", "show", plan["plan_id"]).out
    company.apply(plan)
    assert company.verify(plan).json["holds"]
    assert rows(company) != before
    shown = company.well("dispose", "status", plan["plan_id"]).out
    assert f"kept encrypted until {company.day + timedelta(days=7)}" in shown
    issue = ("certificate", "issue", plan["plan_id"])
    company.refused(*issue, says=f"kept encrypted until {company.day + timedelta(days=7)}")
    company.refused(*undo(plan, "runner"), says="only who may approve")
    company.refused(*undo(plan, digest=11), says="at least the first 12")
    monkeypatch.setenv(NAME, secrets.token_hex(32))
    company.refused(*undo(plan), says="another DAICHO_QUARANTINE_KEY")
    monkeypatch.undo()
    assert company.state(plan) == "verified"
    done = company.well(*undo(plan), "--json", "-").json
    assert (done["complete"], done["rows"]) == (True, sum(s["rows"] for s in steps(plan)))
    assert rows(company) == before
    assert (company.state(plan), kept(company)) == ("undone", 0)
    shown = company.well("dispose", "status", plan["plan_id"]).out
    assert "kept encrypted" not in shown
    assert "is gone" not in shown
    assert told(company, plan) == ["kept", "restored"]
    assert not Tombstones(company.desk().records).of_plan(plan["plan_id"])
    assert company.well(*undo(plan), "--json", "-").json["rows"] == 0
    company.refused(*issue, says="undone")
    company.well("ledger", "verify")


def steps(plan: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = plan["erasure"]["steps"]
    return found


def test_after_the_window_the_certificate_says_when_the_key_went(
    company: Office, plans: dict[str, dict[str, Any]]
) -> None:
    first, second = plans["campaign_entry"], plans["mail_event"]
    for plan in (first, second):
        company.apply(plan)
        assert company.verify(plan).json["holds"]
    desk = company.desk()
    assert end_windows(desk) == ()
    QuarantineKeys(desk.records).destroy(first["plan_id"], desk.clock())  # and then it was killed
    company.refused(*undo(first), says="undo window is over")
    company.refused("dispose", "expire", "--now", "p-1", says="no such plan")
    rename = "UPDATE daicho_erasure_plan SET plan_id = '{}' WHERE plan_id = '{}'"
    company.execute("crm", rename.format("away", first["plan_id"]))  # as in an older backup
    now = ("--now", second["plan_id"])
    found = company.run("dispose", "expire", *now, "--json", "-")
    assert found.code == 2
    assert set(found.json["ended"]) == {first["plan_id"], second["plan_id"]}
    assert found.json["certified"] == [second["plan_id"]], "one stops no other"
    assert "daicho reapply" in found.json["uncertified"][first["plan_id"]]["en"]
    company.execute("crm", rename.format(first["plan_id"], "away"))
    later = replace(desk, clock=lambda: desk.clock() + timedelta(days=8))
    assert expire(later).certified == (first["plan_id"],)
    company.well("certificate", "show", "1")
    company.refused("certificate", "show", "3", says="no such certificate")
    assert kept(company, "crm") == 0
    assert company.scalar("crm", "SELECT count(*) FROM daicho_erasure_chunk WHERE body > ''") == 0
    assert expire(later).ended == ()
    for plan in (first, second):
        assert told(company, plan) == ["kept", "key_destroyed"]
        assert company.state(plan) == "certified"
    (file,) = company.home.glob("certificates/*00001.json")
    window = json.loads(file.read_text("utf-8"))["undo_window"]
    assert window["until"] == str(company.day + timedelta(days=7))
    assert "key was destroyed" in file.with_suffix(".en.html").read_text("utf-8")
    company.well("certificate", "verify", str(file))


def test_what_is_in_the_way_is_told_and_the_window_can_end_at_once(
    company: Office, plans: dict[str, dict[str, Any]]
) -> None:
    plan, before = plans["member_inactive"], rows(company)
    now = ("dispose", "expire", "--now", plan["plan_id"], "--json", "-")
    company.refused(*now, says="nothing of it was kept")
    company.apply(plan)
    company.execute("shop", "UPDATE shop_members SET city = 'x' WHERE city IS NULL")
    done = company.run(*undo(plan), "--json", "-")
    assert (done.code, done.json["complete"], done.json["rows"]) == (2, False, 0)
    assert {each["reason"] for each in done.json["refused"]} == {"changed_since"}
    shown = company.well("dispose", "status", plan["plan_id"]).out
    assert "put back in part" not in shown
    assert "kept encrypted until" in shown
    company.execute("shop", "UPDATE shop_members SET city = NULL WHERE city = 'x'")
    company.execute("shop", "ALTER TABLE shop_members ADD COLUMN later TEXT")
    company.refused(*undo(plan), says="Nothing is put back")
    assert company.state(plan) == "applied", "it can still be proved"
    company.execute("shop", "ALTER TABLE shop_members DROP COLUMN later")
    company.well(*undo(plan))
    company.refused("dispose", "apply", plan["plan_id"], "--as", "runner", says="undone")
    assert rows(company) == before
    other = plans["member_withdrawn"]
    company.apply(other)
    assert windows_until(company.desk().records) == OpenWindows(
        plans=1, until=company.day + timedelta(days=7)
    )
    assert [each["plan_id"] for each in asked(company).json["sealed"]] == [other["plan_id"]]
    now = ("dispose", "expire", "--now", other["plan_id"], "--json", "-")
    assert company.well(*now).json["ended"] == [other["plan_id"]]
    assert (company.state(other), kept(company)) == ("applied", 0)
    assert windows_until(company.desk().records) is None
    company.refused(*undo(other), says="undo window is over")
    assert company.verify(other).json["holds"]
    assert company.well("dispose", "expire", "--json", "-").json["certified"] == [other["plan_id"]]


def asked(company: Office) -> Done:
    """What the request of a member comes to."""
    company.execute("gov", "UPDATE gov_dsr SET decision = 'granted' WHERE request_id = 'Q31'")
    why = ("--reason", "no_longer_needed", "--ticket", "DSR-31", "--as", "tanaka")
    return company.run("plan", "request", "Q31", *why, "--as-of", str(company.day), "--json", "-")


def test_what_nobody_finishes_comes_back_and_whoever_still_erases_gets_no_other_chunk(
    company: Office,
) -> None:
    small = replace(company.desk(), chunk_roots=1)
    made = plan_retention(small, "shop", company.day, "tanaka")
    found = next(p for p in made if p.rule == "member_inactive")
    plan, before = {"plan_id": found.plan_id, "digest": found.digest}, rows(company)
    company.approve(plan)
    assert found.erasure.chunks > 2

    def later(days: int) -> Desk:
        return replace(small, clock=lambda: small.clock() + timedelta(days=days))

    def before_chunk(no: int, then: Callable[[], bool]) -> Callable[[], bool]:
        calls = count(1)
        return lambda: next(calls) == no and then()

    stopped = replace(later(0), stopping=before_chunk(2, lambda: True))
    assert not apply_plan(stopped, found.plan_id, "runner").complete
    company.well("ledger", "key", "rotate")  # whoever has the old one open goes on with the new one
    killed = replace(later(5), stopping=before_chunk(2, die))
    with pytest.raises(KeyboardInterrupt):
        apply_plan(killed, found.plan_id, "runner")
    keys = QuarantineKeys(small.records)
    assert [k.until for k in keys.all() if k.plan_id == found.plan_id] == [
        company.day + timedelta(days=12)
    ]
    keys.keep_until(found.plan_id, company.day + timedelta(days=7))  # it had begun before midnight
    assert found.plan_id not in expire(later(8)).ended
    assert company.state(plan) == "applying"
    assert rows(company) != before

    chunks_kept = "SELECT count(DISTINCT no) FROM daicho_erasure_quarantine"

    def undone() -> bool:
        assert company.scalar("shop", chunks_kept) == 2
        undoing = (later(8), found.plan_id, found.digest, "cpo", "approved_in_error")
        away = "UPDATE daicho_erasure_quarantine SET plan_id = '{}' WHERE no = 1 AND plan_id = '{}'"
        company.execute("shop", away.format("away", found.plan_id))
        with pytest.raises(PlanError, match="chunk 1: what was kept"):
            undo_plan(*undoing)
        company.execute("shop", away.format(found.plan_id, "away"))
        assert company.scalar("shop", chunks_kept) == 1, "the other one is back"
        done = undo_plan(*undoing)
        assert (done.complete, done.chunks) == (True, 2)
        return False

    racing = replace(later(5), stopping=before_chunk(1, undone))
    assert not apply_plan(racing, found.plan_id, "runner").complete
    assert rows(company) == before
    assert (company.state(plan), kept(company)) == ("undone", 0)
    assert not Tombstones(company.desk().records).of_plan(found.plan_id)
    company.well("ledger", "verify")


def die() -> bool:
    raise KeyboardInterrupt
