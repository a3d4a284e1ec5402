"""What a certificate may say, and everything for which it is refused."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from markupsafe import escape

from include.governance.disposal.certificate import (
    Case,
    CertificateRefused,
    Conduct,
    Issue,
    compose,
)
from include.governance.disposal.certificate_check import check
from include.governance.disposal.certificate_html import NOTHING, Since, render
from include.governance.errors import PlanError
from include.governance.ledger.entry import LevelReached, Record
from include.governance.ledger.rows import RowsRoot
from include.governance.model.certificate import (
    Buried,
    Certificate,
    ColumnScan,
    Groups,
    LevelEvidence,
    Masking,
)
from include.governance.model.contract import Column, Dataset
from include.governance.model.disposal import (
    Decision,
    KeptRows,
    PlanRecord,
    Proof,
    TableBalance,
    Window,
)
from include.governance.model.erasure import ErasurePlan, StepRows, Verification
from include.governance.policy.load import load_rulebook
from include.governance.report import format as write
from include.governance.settings import ROOT
from include.governance.store.encoding import canonical
from include.governance.wording import LANGUAGES, Language, say

GOLDEN = Path(__file__).with_name("golden")
AT = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
RULEBOOK, _ = load_rulebook(ROOT / "include" / "policies", ROOT)
assert RULEBOOK
POLICY, SCHEDULE = RULEBOOK.policy, RULEBOOK.schedule
STEPS = (
    StepRows(id="s0", kind="delete", table="shop_order_items", rows=7, total_rows=90),
    StepRows(id="s1", kind="update", table="shop_members", rows=4, total_rows=50),
)
MASKED = {"email": "null", "date_of_birth": "generalise"}


def dataset(**categories: str) -> Dataset:
    columns = {"member_id": "member_id", "email": "email", "date_of_birth": "date_of_birth"}
    named = tuple(Column(name=n, category=c) for n, c in (columns | categories).items())
    return Dataset(
        source="shop", table="shop_members", name="shop_members", kind="subject_master",
        columns=named, primary_key=("member_id",),
    )  # fmt: skip


def plan(actions: dict[str, Any]) -> PlanRecord:
    erasure = ErasurePlan(
        plan_id="p-1", digest="d" * 64, source="shop", target_id="1/2/shop", rule="member_inactive",
        as_of=date(2026, 11, 30), root="shop_members", requester="tanaka", policy_sha256="a" * 64,
        contracts_sha256="b" * 64, schema_sha256="c" * 64, actions=actions, steps=STEPS, roots=5,
        chunks=1, kept={}, over_limits=(),
        pseudonym_key="0a1b2c3d" if "pseudonymise" in actions.values() else None,
    )  # fmt: skip
    return PlanRecord(
        plan_id="p-1", digest="d" * 64, kind="retention", source="shop", table="shop_members",
        rule="member_inactive", as_of=date(2026, 11, 30), requester="tanaka", created_at=AT,
        erasure=erasure, window=Window(oldest=date(2018, 4, 1), youngest=date(2023, 11, 29)),
        kept=(KeptRows(table="shop_members", reason="hold", rows=2),), over_limits=(), seconds=1.0,
    )  # fmt: skip


def verification(**changes: Any) -> Verification:
    found = {
        "plan_id": "p-1", "digest": "d" * 64, "open_chunks": 0, "planned_roots": 5, "roots": 4,
        "skipped": {"held": 1}, "left": 0, "due_again": 0, "orphans": {"a→b": 0}, "mismatched": 0,
        "steps": STEPS,
    }  # fmt: skip
    return Verification.model_validate(found | changes)


def masking(small: int = 0, unmasked: int = 0) -> Masking:
    return Masking(
        rows=4,
        columns=(
            ColumnScan(column="email", action="null", unmasked=unmasked, found=0),
            ColumnScan(column="date_of_birth", action="generalise", unmasked=0, found=0),
        ),
        groups=Groups(
            columns=("date_of_birth",), rows=40, groups=4, smallest=2 if small else 8, threshold=5,
            small_rows=small, unique=0,
        ),
    )  # fmt: skip


def approval(stage: int, person: str) -> Decision:
    return Decision(
        plan_id="p-1", digest="d" * 64, no=stage, previous="0" * 64, decision="approve",
        stage=stage, person=person, at=AT, expires=AT,
    )  # fmt: skip


def case(actions: dict[str, Any] | None = None, **changes: Any) -> Case:
    actions = {} if actions is None else actions
    found = Case(
        plan=plan(actions),
        dataset=dataset(),
        approvals=(approval(1, "owner.ec"), approval(2, "cpo")),
        proof=Proof(
            verification=verification(), due_anew=0, at=AT,
            balance=(
                TableBalance(table="shop_order_items", before=90, gone=7, after=83, exact=True),
            ),
        ),
        conduct=Conduct(("airflow",), AT, AT),
        runs=("7" * 32,),
        target_sha256="e" * 64,
        rows=RowsRoot(4, bytes(32)),
        buried=Buried(epoch=1, tombstones=4, digest="f" * 64),
        masking=masking() if actions else None,
    )  # fmt: skip
    return replace(found, **changes)


def made(given: Case, policy: Any = POLICY) -> Certificate:
    return compose(given, policy, SCHEDULE, Issue("9" * 32, 1, "0" * 64, AT, "Daicho"))


def proof(**changes: Any) -> dict[str, Any]:
    found = case().proof
    return {"proof": found.model_copy(update={"verification": verification(**changes)})}


ALL_HELD = {
    **proof(roots=0, skipped={"held": 5}),
    "rows": RowsRoot(0, bytes(32)),
    "buried": Buried(epoch=1, tombstones=0, digest="f" * 64),
}


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        (proof(open_chunks=1), {"open_chunks"}),
        (proof(left=2), {"left"}),
        (proof(due_again=1), {"due_again"}),
        (proof(mismatched=1), {"mismatched"}),
        (proof(orphans={"a→b": 3}), {"orphans"}),
        (proof(skipped={}), {"unaccounted"}),
        (proof(plan_id="p-2"), {"other_plan"}),
        (proof(roots=0, skipped={"held": 5}), {"rows_unknown"}),
        ({"approvals": ()}, {"unapproved"}),
        ({"conduct": None}, {"nothing_done"}),
        ({"rows": RowsRoot(3, bytes(32))}, {"rows_unknown"}),
        ({"buried": None}, {"not_buried"}),
        ({"buried": Buried(epoch=1, tombstones=3, digest="f" * 64)}, {"not_buried"}),
        ({"plan": plan(MASKED)}, {"not_rescanned"}),
        ({"plan": plan(MASKED), "masking": masking(unmasked=2)}, {"rescan_found"}),
    ],
    ids=range(15),
)
def test_a_certificate_is_refused_with_its_reasons(
    changes: dict[str, Any], codes: set[str]
) -> None:
    with pytest.raises(CertificateRefused) as refused:
        made(case(**changes))
    assert {reason.code for reason in refused.value.reasons} == codes
    assert refused.value.say("en") != refused.value.say("ja")


@pytest.mark.parametrize(
    ("actions", "changes", "label", "erased"),
    [
        ({}, {}, "erased", "satisfied"),
        ({}, ALL_HELD, "left_alone", "needs_review"),
        (MASKED, ALL_HELD, "left_alone", "needs_review"),
        (MASKED, {}, "anonymised", "satisfied"),
        (MASKED, {"masking": masking(small=3)}, "masked", "needs_review"),
        (MASKED, {"dataset": dataset(phone="phone")}, "masked", "needs_review"),
        (MASKED, {"dataset": dataset(number="my_number")}, "masked", "needs_review"),
        (MASKED, {"dataset": dataset(extra="nobody_knows")}, "masked", "needs_review"),
        (MASKED | {"email": "pseudonymise"}, {}, "pseudonymised", "needs_review"),
    ],
    ids=range(9),
)
def test_no_word_is_stronger_than_what_was_found(
    actions: dict[str, Any], changes: dict[str, Any], label: str, erased: str
) -> None:
    found = made(case(actions, **changes))
    standing = {item.law: item.standing for item in found.articles}
    assert (found.label, standing["appi_22"]) == (label, erased)
    assert found.pseudonym_key == ("0a1b2c3d" if label == "pseudonymised" else None)
    if label in ("anonymised", "masked"):
        assert {standing["rule_34_3"], standing["rule_34_5"]} == {"needs_review"}
    for language in LANGUAGES:
        page = render(found, "0" * 64, NOTHING, language)
        assert label == "anonymised" or "匿名化済み" not in page.replace("匿名化済みとは表示", "")
        assert "illegal" not in page
        assert "違法" not in page


def test_copies_count_from_the_day_in_the_zone_of_the_policy() -> None:
    late = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)
    today, tomorrow = (made(case(conduct=Conduct(("airflow",), AT, at))) for at in (AT, late))
    for copy, later in zip(today.copies, tomorrow.copies, strict=True):
        assert later.expires_on > copy.expires_on


def test_without_declared_copies_nobody_says_when_all_are_gone() -> None:
    found = made(case(), POLICY.model_copy(update={"copies": {}}))
    assert not found.copies_declared
    assert "No copy of this source is declared" in render(found, "0" * 64, NOTHING, "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["erased", "anonymised"])
def test_the_page_is_the_golden_one(kind: str, language: Language) -> None:
    """``DAICHO_TEST_UPDATE_GOLDEN=1`` writes the files anew; read the difference."""
    found = made(case() if kind == "erased" else case(MASKED))
    level = LevelEvidence(level=3, reached_at=AT, engine="postgresql", copies=found.copies)
    since = Since(levels=(level,), told_on=date(2026, 12, 1)) if kind == "erased" else NOTHING
    page = render(found, "1" * 64, since, language)
    page = page[page.index("<body>") :]
    golden = GOLDEN / f"certificate_{kind}.{language}.html"
    if os.environ.get("DAICHO_TEST_UPDATE_GOLDEN") == "1":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(page, "utf-8")
    assert page == golden.read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_a_deletion_certificate_must_contain_is_on_the_page(
    language: Language,
) -> None:
    c, told = made(case(MASKED)), date(2026, 12, 1)

    def t(key: str, **facts: object) -> str:
        return say(f"certificate.{key}", language, **facts)

    def days(*found: date | None) -> list[str]:
        return [write.day(each, language) for each in found if each]

    def moments(*found: datetime) -> list[str]:
        return [write.moment(each, c.timezone, language) for each in found]

    wanted = {
        "certificate": [t("certificate_id"), c.certificate_id],
        "run": [t("runs"), *c.runs],
        "controller": [c.controller.say(language)],
        "dataset": [f"{c.source}.{c.table}"],
        "system": [t("target_sha256"), c.target_sha256],
        "rule": [c.rule_label.say(language), c.rule, c.control],
        "basis": [t("basis"), *(each.say(language) for each in c.basis)],
        "trigger range": [t("trigger"), *days(c.oldest_trigger, c.youngest_trigger)],
        "plan hash": [t("plan_digest"), c.plan_digest],
        "planned and affected": [t("summary", rows=11, tables=2, roots=4, planned=5)],
        "skipped": [t("skip_held"), t("kept_hold")],
        "failed": [t("check_none_left"), t("check_conservation"), t("outcome_pass")],
        "columns and actions": [*c.actions, *(t(f"action_{each}") for each in c.actions.values())],
        "method": [t("method_delete"), t("method_update"), t("method_note_changed")],
        "restore guard": [t("tombstones", n=c.tombstones.tombstones, epoch=c.tombstones.epoch)],
        "level": [t("level_now", level=t("level_1"))],
        "copies": [each.label.say(language) for each in c.copies],
        "copies expire": days(*(each.expires_on for each in c.copies)),
        "recipients": [each.name.say(language) for each in c.recipients],
        "recipients told": days(told),
        "verification": [t(f"check_{each.name}") for each in c.checks],
        "people": [c.requester, *c.approvers, *c.executors],
        "times": moments(c.started_at, c.finished_at, c.verified_at, c.issued_at),
        "tool": [t("product"), c.product],
        "certificate before": [t("previous"), c.previous_sha256],
        "signature": [t("document_sha256"), "1" * 64, t("check_it")],
    }
    page = render(c, "1" * 64, Since(told_on=told), language)
    assert all(wanted.values())
    missing = {
        what: [x for x in texts if str(escape(x)) not in page] for what, texts in wanted.items()
    }
    assert not {what: texts for what, texts in missing.items() if texts}


def test_a_file_that_is_no_certificate_is_refused() -> None:
    document = canonical(made(case()).model_dump(mode="json"))
    assert check(document + "\n", ()).certificate_id == "9" * 32
    other = (document.replace('"number":1', '"number":0'), document.replace(",", ", "))
    for text in ("", "{}", *other):
        with pytest.raises(PlanError) as refused:
            check(text, ())
        assert refused.value.code == "certificate_unreadable"


@pytest.mark.parametrize(("level", "days", "early"), [(4, 0, True), (4, 1, False), (3, 0, False)])
def test_level_4_comes_after_the_last_day_of_every_copy(level: int, days: int, early: bool) -> None:
    found = made(case())
    last = max(copy.expires_on for copy in found.copies) + timedelta(days=days)
    midnight = datetime.combine(last, time(), ZoneInfo(POLICY.timezone)).astimezone(UTC)
    entry = LevelReached(
        at=midnight, certificate="9" * 32, level=level, copies_open=0, evidence_digest="0" * 64
    )
    record = Record(seq=0, previous="0" * 64, entry=entry)
    checked = check(canonical(found.model_dump(mode="json")), [record])
    assert checked.level == level
    assert ("level_early" in {each.code for each in checked.mismatches}) == early


def test_a_login_that_reaches_a_person_is_no_name_for_a_certificate() -> None:
    people = (approval(1, "hanako@example.jp"),)
    with pytest.raises(ValueError, match="approvers"):
        made(case(approvals=people))


def test_a_plan_of_which_a_part_stays_does_not_satisfy_the_law() -> None:
    whole = made(case())
    part_of = proof(skipped={"ended": 1})["proof"]
    part = made(case(proof=part_of))
    law = [
        [(i.standing, i.reason) for i in each.articles if i.law == "appi_22"]
        for each in (whole, part)
    ]
    assert law == [[("satisfied", "rows_gone")], [("needs_review", "part_stays")]]
    outcomes = {each.name: each.outcome for each in part.checks}
    assert (outcomes["none_left"], outcomes["second_plan_empty"]) == ("partly", "partly")
    unasked = made(case(proof=part_of.model_copy(update={"due_anew": None})))
    outcomes = {each.name: each.outcome for each in unasked.checks}
    assert (outcomes["none_left"], outcomes["second_plan_empty"]) == ("by_keys", "by_keys")
