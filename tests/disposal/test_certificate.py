"""A certificate is issued once, holds nothing it may not, and agrees with the ledger offline."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from re import sub
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa

from include.governance.disposal.apply import apply_plan
from include.governance.disposal.certificate_issue import certify
from include.governance.disposal.choice import store_choice
from include.governance.disposal.desk import Desk
from include.governance.disposal.forgetting import forget_unused_choices
from include.governance.disposal.levels_reached import close_copies, close_expired, levels_of
from include.governance.disposal.telling import Evidence
from include.governance.disposal.tombstone import close_epoch, destroy_expired, open_epoch
from include.governance.disposal.verify import verify_plan
from include.governance.errors import PlanError
from include.governance.ledger.anchor import read_anchors
from include.governance.ledger.log import Ledger
from include.governance.model.certificate import LevelEvidence
from include.governance.pipeline.certified import certified_until
from include.governance.store.certificates import Certificates, StoredLevel
from include.governance.store.encoding import canonical, sha256
from include.governance.store.proof_schema import CERTIFICATE
from include.governance.store.tombstones import Tombstones
from tests.disposal.office import Office, office

T = TypeVar("T")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office("sqlite", tmp_path_factory.mktemp("office")) as found:
        yield found


def planned(company: Office) -> dict[str, dict[str, Any]]:
    """What is due in the shop: one plan a table."""
    return {each["table"]: each for each in company.retention("shop")}


def done(company: Office, plan: dict[str, Any]) -> dict[str, Any]:
    """The plan, carried out and verified."""
    company.approve(plan)
    company.apply(plan)
    company.verify(plan)
    return plan


def done_though_a_clock_was_set_back(company: Office, plan: dict[str, Any]) -> dict[str, Any]:
    """No step is dated before the one that it follows."""
    desk, plan_id = company.desk(), plan["plan_id"]
    behind = replace(desk, clock=lambda: desk.clock() - timedelta(hours=1))
    company.approve(plan)
    for step in (apply_plan, verify_plan):
        with pytest.raises(PlanError, match="by this machine's clock it is"):
            step(behind, plan_id, "runner")
        step(desk, plan_id, "runner")
    with pytest.raises(PlanError, match="by this machine's clock it is"):
        certify(behind, plan_id)
    return plan


def test_a_certificate_from_the_plan_to_the_last_level(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = planned(company)
    plan = done(company, plans["shop_carts"])
    assert sum(g.rows for g in Tombstones(company.desk().records).of_plan(plan["plan_id"])) == 3
    keys = company.count("shop", "daicho_erasure_chunk", "body IS NOT NULL")
    company.refused("dispose", "reclaim", plan["plan_id"], says="no certificate yet")
    company.refused("certificate", "issue", plans["shop_members"]["plan_id"], says="is planned")
    anchors = company.home / "anchors.txt"
    anchors.touch()
    monkeypatch.setenv("DAICHO_ANCHOR", str(anchors))
    company.well("certificate", "issue", plan["plan_id"])
    assert [each.note for each in read_anchors(anchors)] == [
        Ledger(company.home / "ledger").latest().note
    ]
    assert company.state(plan) == "certified"
    assert company.count("shop", "daicho_erasure_chunk", "body IS NOT NULL") < keys
    folder = company.home / "certificates"
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"certificate-00001.{e}" for e in ("en.html", "ja.html", "json")]
    before = (folder / names[2]).read_bytes()
    company.well("certificate", "issue", plan["plan_id"])
    assert (folder / names[2]).read_bytes() == before
    assert b"@" not in before
    said = json.loads(before)
    assert (said["label"], said["level"], said["affected"]) == ("erased", 1, 3)
    assert said["tombstones"]["tombstones"] == 3
    assert [copy["name"] for copy in said["copies"]] == [
        "database_backups", "write_ahead_logs", "mail_delivery_service",
    ]  # fmt: skip
    assert [item["standing"] for item in said["articles"]] == ["satisfied"]
    assert (said["approvers"], said["executors"]) == (["owner.ec", "cpo"], ["runner"])
    verify(company, folder / names[2], level=1)
    forge_level(company, plan["plan_id"])
    company.well("dispose", "reclaim", plan["plan_id"], "--level", "3")
    verify(company, folder / names[2], level=3)
    company.well("certificate", "show", plan["plan_id"])
    assert "3 rewritten" in (folder / names[0]).read_text("utf-8")
    kinds = [entry["kind"] for entry in company.ledger()]
    assert kinds.count("certificate") == kinds.count("level_reached") == 1
    again = done_though_a_clock_was_set_back(company, plans["shop_payment_tokens"])
    altered_receipts_are_refused(company, again)
    a_forged_proof_is_refused(company, again["plan_id"])
    altered_rows_are_refused(company, plan["plan_id"])
    whoever_is_killed_goes_on(company, again["plan_id"])
    company.well("certificate", "issue", again["plan_id"])
    second = json.loads((folder / "certificate-00002.json").read_text("utf-8"))
    [row, _] = company.well("certificate", "list", "--json", "-").json
    assert (row["number"], row["level"]) == (1, 3)
    assert second["number"] == 2
    verify(company, folder / "certificate-00002.json", level=1)
    tampered(company, folder / "certificate-00002.json")
    changed_rows(company, plans["shop_members"])
    recipients_are_told(company, plans["shop_members"])
    a_choice_that_nobody_uses_is_forgotten(company)
    copies_expire(company, plan, again)
    nothing_was_due_any_more(company)


def altered_receipts_are_refused(company: Office, plan: dict[str, Any]) -> None:
    """What stands beside the data is held against what the ledger was told when it was written."""
    own = f"WHERE plan_id = '{plan['plan_id']}'"
    for table, column, altered in (
        ("receipt", "row_count", "row_count + 1"), ("done", "skipped", "skipped + 1"),
        ("done", "at", "'2026-01-01 00:00:00.000000'"),
    ):  # fmt: skip
        name = f"daicho_erasure_{table}"
        before = company.scalar("shop", f"SELECT {column} FROM {name} {own}")
        company.execute("shop", f"UPDATE {name} SET {column} = {altered} {own}")
        verifying = ("dispose", "verify", plan["plan_id"], "--as", "runner")
        for words in (verifying, ("certificate", "issue", plan["plan_id"])):
            company.refused(*words, says="receipts of 1 chunk(s)")
        company.execute("shop", f"UPDATE {name} SET {column} = '{before}' {own}")


def a_forged_proof_is_refused(company: Office, plan_id: str) -> None:
    """What the store says was found is held against the ledger."""
    records = company.desk().records
    proof = records.proof(plan_id)
    assert proof
    steps = tuple(s.model_copy(update={"rows": s.rows + 1}) for s in proof.verification.steps)
    forged = proof.verification.model_copy(update={"steps": steps})
    records.keep_proof(plan_id, proof.model_copy(update={"verification": forged}))
    company.refused("certificate", "issue", plan_id, says="ledger says something else in 2 point")
    first, *others = proof.balance
    more = first.model_copy(update={"before": first.before + 1, "after": first.after + 1})
    records.keep_proof(plan_id, proof.model_copy(update={"balance": (more, *others)}))
    company.refused("certificate", "issue", plan_id, says="ledger says something else in 1 point")
    records.keep_proof(plan_id, proof)


def altered_rows_are_refused(company: Office, plan_id: str) -> None:
    """A stored certificate with a fitting hash is not written anywhere when it says more."""
    desk = company.desk()
    stored = Certificates(desk.records).of_plan(plan_id)
    assert stored

    def keep(document: str) -> None:
        values = {"document": document, "document_sha256": sha256(document)}
        with desk.records.writing() as connection:
            connection.execute(
                sa.update(CERTIFICATE).where(CERTIFICATE.c.plan_id == plan_id).values(values)
            )

    said = json.loads(stored.document)
    for change in ({"label": "anonymised"}, {"affected": 99}, {"approvers": ["cpo", "owner.ec"]}):
        keep(canonical(said | change))
        for words in (("show",), ("issue",), ("told", "--on", str(desk.today()))):
            verb, *more = words
            company.refused("certificate", verb, plan_id, *more, says="ledger says something else")
    keep(canonical(said | {"requester": "somebody.else", "certificate_id": "f" * 32}))
    company.refused("certificate", "issue", plan_id, says="something else in 1 point")
    keep(stored.document)


def whoever_is_killed_goes_on(company: Office, plan_id: str) -> None:
    """Killed whenever it is about to tell the ledger something, it issues one certificate."""
    desk = company.desk()
    killed_until_done(desk, lambda each: certify(each, plan_id))
    issued = [e for e in company.ledger() if e["kind"] == "certificate"]
    assert len(issued) == len(Certificates(desk.records).all()) == 2
    words = ("register", "show", "deletions", issued[1]["certificate"], "--json", "-")
    [row] = company.well(*words).json["rows"]
    assert (row["deleted_on"], row["action"]) == (str(desk.today()), "delete")
    assert not row.get("subject_id")


class Killed(BaseException):
    """The end of a process, whatever it was doing."""


def killed_until_done(desk: Desk, do: Callable[[Desk], T]) -> T:
    """Begun again after each kill; every time it comes as far as the ledger once more."""

    def killed_at(last: int) -> Desk:
        calls = count(1)

        def evidence() -> Evidence:
            if next(calls) == last:
                raise Killed
            return desk.evidence()

        return replace(desk, evidence=evidence)

    for last in range(1, 20):
        with suppress(Killed):
            done = do(killed_at(last))
            assert last > 1
            return done
    raise AssertionError


def verify(company: Office, file: Path, level: int) -> None:
    """In the folder and in an export of it, with the public key alone."""
    zipped = company.home / "ledger.zip"
    company.well("ledger", "export", str(zipped))
    key = str(company.home / "ledger.pub")
    for where in ([], ["--ledger", str(zipped), "--key", key]):
        found = company.well("certificate", "verify", str(file), *where, "--json", "-").json
        assert (found["holds"], found["level"]) == (True, level)


def tampered(company: Office, file: Path) -> None:
    """Each change of a field is said by its name."""
    said = json.loads(file.read_text("utf-8"))
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({"affected": 99}, {"other_document", "other_count"}),
        ({"previous_sha256": "f" * 64}, {"other_document", "no_predecessor"}),
        ({"certificate_id": "f" * 32}, {"not_in_ledger"}),
        (
            {"plan_digest": "f" * 64},
            {"other_document", "not_approved", "not_verified", "other_count"},
        ),
        ({"policy_sha256": "f" * 64}, {"other_document", "other_field"}),
        ({"approvers": ["cpo"]}, {"other_document", "other_field"}),
        ({"oldest_trigger": "2001-01-01"}, {"other_document", "other_field"}),
        ({"reference": "DSR-1"}, {"other_document", "other_field"}),
        ({"balance": []}, {"other_document", "other_checks"}),
        ({"checks": said["checks"][1:]}, {"other_document", "other_checks"}),
        ({"verified_at": "2020-01-01T00:00:00Z"}, {"other_document", "other_checks"}),
    ]
    for change, codes in cases:
        text = json.dumps(said | change, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        forged = company.home / "forged.json"
        forged.write_text(text + "\n", "utf-8")
        found = company.run("certificate", "verify", str(forged), "--json", "-")
        assert found.code == 1
        assert {each["code"] for each in found.json["mismatches"]} == codes
    cut = company.home / "cut"
    shutil.copytree(company.home / "ledger", cut)
    lines = (cut / "entries.jsonl").read_bytes().splitlines(keepends=True)
    (cut / "entries.jsonl").write_bytes(b"".join(lines[:-1]))
    found = company.run("certificate", "verify", str(file), "--ledger", str(cut), "--json", "-")
    codes = {each["code"] for each in found.json["mismatches"]}
    assert (found.code, codes) == (1, {"ledger_broken", "not_in_ledger"})
    elsewhere = ("--anchor", str(company.home / "anchors.txt"))
    company.well("certificate", "verify", str(file), *elsewhere)
    other = company.home / "other-anchors.txt"
    other.write_text((company.home / "anchors.txt").read_text("utf-8").swapcase(), "utf-8")
    words = ("certificate", "verify", str(file), "--anchor", str(other), "--json", "-")
    assert {each["code"] for each in company.run(*words).json["mismatches"]} == {"ledger_broken"}
    assert "No anchored checkpoint" in company.run("certificate", "verify", str(file)).out
    forged.write_text(json.dumps(said), "utf-8")
    company.refused("certificate", "verify", str(forged), says="not a certificate")


def changed_rows(company: Office, plan: dict[str, Any]) -> None:
    """Rows that stay: looked at again, and called by no better name than they deserve."""
    values = [value for row in members(company) for value in row]
    done(company, plan)
    company.well("certificate", "issue", plan["plan_id"])
    kept = [company.home / "certificates", company.home / "ledger"]
    files = [path.read_bytes() for folder in kept for path in folder.iterdir()]
    everything = b"".join((stored(company), *files))
    assert len(values) > 100
    assert not [value for value in values if value.encode() in everything]
    said = json.loads((company.home / "certificates/certificate-00003.json").read_text("utf-8"))
    masking = said["masking"]
    assert said["label"] == "masked"
    assert masking["rows"] == said["affected"] == plan["erasure"]["roots"]
    assert not any(column["unmasked"] or column["found"] for column in masking["columns"])
    assert masking["groups"]["threshold"] == 5
    assert {item["law"]: item["standing"] for item in said["articles"]}["appi_22"] == "needs_review"


def recipients_are_told(company: Office, plan: dict[str, Any]) -> None:
    """The day stands in the register and on the pages; the document itself is never changed."""
    folder, today = company.home / "certificates", company.desk().today()
    before = (folder / "certificate-00003.json").read_bytes()
    told = ("certificate", "told", plan["plan_id"], "--as", "tanaka", "--on")
    for day in (today - timedelta(days=1), today + timedelta(days=1)):
        company.refused(
            *told, str(day), says=f"Allowed: {today}, the day of the erasure, to {today}"
        )
    assert f"<td>{today}</td>" not in (folder / "certificate-00003.en.html").read_text("utf-8")
    company.well(*told, str(today))
    assert f"<td>{today}</td>" in (folder / "certificate-00003.en.html").read_text("utf-8")
    assert (folder / "certificate-00003.json").read_bytes() == before
    company.well("certificate", "issue", plan["plan_id"])


def a_choice_that_nobody_uses_is_forgotten(company: Office) -> None:
    """Once its last plan is over, or when none was approved for as long as approvals count."""
    desk = company.desk()
    later = replace(desk, clock=lambda: desk.clock() + timedelta(days=60))
    cart = company.scalar("shop", "SELECT max(cart_id) FROM shop_carts")
    used, _ = (
        store_choice(
            desk, "shop", "shop_carts", [(key,)], reason="test_data", ticket="T-1", by="tanaka"
        )
        for key in (cart, 999_999_999)
    )
    [plan] = company.plans("adhoc", used.selection_id)
    assert [forget_unused_choices(each) for each in (desk, later, later)] == [0, 1, 0]
    assert company.count("shop", "daicho_erasure_selection") == 1
    company.well("withdraw", plan["plan_id"], "--as", "tanaka")
    assert company.count("shop", "daicho_erasure_selection") == 0


def copies_expire(company: Office, rewritten: dict[str, Any], plain: dict[str, Any]) -> None:
    """Level 4 comes with the last copy's day, only after level 3; then the keys may go."""
    desk = company.desk()
    later = replace(desk, clock=lambda: desk.clock() + timedelta(days=37))
    assert close_expired(desk) == ()
    forge_level(company, plain["plan_id"])
    policy = company.home / "policies/privacy_policy.yaml"
    written = policy.read_text("utf-8")
    policy.write_text(sub(r"expires_after: \S+", "expires_after: P1D", written), "utf-8")
    sooner = replace(company.desk(), clock=lambda: desk.clock() + timedelta(days=3))
    assert close_expired(sooner) == ()
    policy.write_text(written, "utf-8")
    for clock, plan, code in (
        (desk, rewritten, "level_copies_open"),
        (later, plain, "level_order"),
    ):
        with pytest.raises(PlanError) as refused:
            close_copies(clock, plan["plan_id"])
        assert refused.value.code == code
    assert [each.plan_id for each in close_expired(later)] == [rewritten["plan_id"]]
    assert close_expired(later) == ()
    stones = Tombstones(desk.records)
    [epoch] = stones.epochs()
    [(_, key)] = stones.keys(desk.workspace.settings.key.get_secret_value()).items()
    with suppress(Killed):
        killed_before_the_ledger = replace(desk, evidence=die)
        close_epoch(killed_before_the_ledger, epoch)
    assert open_epoch(desk).number == 2
    assert destroy_expired(desk) == ()
    with desk.records.reading() as connection:
        salt = connection.exec_driver_sql("SELECT salt FROM tombstone_epoch").scalar()
    assert str(salt).encode() in stored(company)
    assert killed_until_done(later, destroy_expired) == (1,)
    assert destroy_expired(later) == ()
    assert str(salt).encode() not in stored(company)
    assert key not in stones.keys(desk.workspace.settings.key.get_secret_value()).values()
    events = [e["event"] for e in company.ledger() if e["kind"] == "tombstone_epoch"]
    assert events == ["begun", "closed", "begun", "key_destroyed"]
    levels = [e["level"] for e in company.ledger() if e["kind"] == "level_reached"]
    assert levels == [3, 4]
    company.well("ledger", "verify")
    in_the_report(company)
    company.well("certificate", "show", rewritten["plan_id"])
    page = (company.home / "certificates/certificate-00001.en.html").read_text("utf-8")
    assert "The period of every declared copy is over." in page


def forge_level(company: Office, plan_id: str) -> None:
    """Somebody writes into the store that the files are new; the ledger does not know of it."""
    desk = company.desk()
    long_ago = desk.clock() - timedelta(days=99)
    said = LevelEvidence(level=3, reached_at=long_ago, engine="sqlite").model_dump(mode="json")
    row = StoredLevel(plan_id=plan_id, level=3, reached_at=long_ago, evidence=said)
    Certificates(desk.records).reach(row)
    assert levels_of(desk, plan_id) == close_expired(desk) == ()


def in_the_report(company: Office) -> None:
    """The certificates of the month up to the day, each with its level and what is open."""
    workspace, day = company.desk().workspace, company.day
    found = list(certified_until(workspace, day))
    assert [(each.number, each.level, each.copies) for each in found] == [
        (1, 4, 0), (2, 1, 3), (3, 1, 3),
    ]  # fmt: skip
    assert found[1].last_copy == day + timedelta(days=35)
    assert not list(certified_until(workspace, day - timedelta(days=1)))


def die() -> Evidence:
    raise Killed


def nothing_was_due_any_more(company: Office) -> None:
    """A plan whose records all had a reason to stay ends with a certificate that says so."""
    [plan] = [p for p in company.retention("shop") if p["rule"] == "order_statutory"]
    company.approve(plan)
    company.execute("shop", f"UPDATE shop_orders SET ordered_at = '{company.day} 00:00:00'")
    company.apply(plan)
    company.verify(plan)
    company.well("certificate", "issue", plan["plan_id"])
    file = company.home / "certificates/certificate-00004.json"
    said = json.loads(file.read_text("utf-8"))
    assert (said["label"], said["affected"]) == ("left_alone", 0)
    assert said["skipped"] == {"in_period": said["planned"]}  # it began anew
    verify(company, file, level=1)


def members(company: Office) -> list[tuple[str, str]]:
    """What says who the members are."""
    engine = sa.create_engine(company.urls["shop"], poolclass=sa.NullPool)
    query = "SELECT email, phone FROM shop_members WHERE email IS NOT NULL AND phone IS NOT NULL"
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def stored(company: Office) -> bytes:
    """Every byte of the store and its log."""
    return b"".join(path.read_bytes() for path in sorted(company.home.glob("store.db*")))
