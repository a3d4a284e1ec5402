"""What the gate refuses, through the commands: nothing changes and the message says why."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import make_url

from include.governance.disposal.apply import apply_plan
from include.governance.disposal.decide import approve
from include.governance.disposal.forgetting import forget_stray_plans
from include.governance.disposal.plan import plan_retention
from include.governance.errors import GovernanceError
from include.governance.report.format import limit
from include.governance.store.disposal_schema import DISPOSAL_PLAN
from include.governance.store.encoding import canonical, sha256
from include.governance.wording import LANGUAGES
from tests.disposal.office import Office, office

Plan = dict[str, Any]
HOLD = "--reason legal_hold --approver LEG --review-due 2027-01-15 --as leg"
CHOICE = "--keys-file KEYS --reason test_data --ticket T-1 --as tanaka"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office("sqlite", tmp_path_factory.mktemp("office")) as found:
        yield found


@pytest.fixture
def plan(company: Office) -> Iterator[Plan]:
    """A plan over one table, taken back afterwards; the table is as it was."""
    before = company.count("crm", "crm_mail_events")
    [made] = plan_retention(company.desk(), "crm", company.day, "tanaka", "mail_event")
    yield made.model_dump(mode="json")
    assert company.count("crm", "crm_mail_events") == before
    assert not [e for e in company.ledger() if e["kind"] == "chunk_applied"]


def typed(plan: Plan) -> tuple[str, ...]:
    return ("approve", plan["plan_id"], "--digest", plan["digest"][:12], "--as")


def applying(plan: Plan) -> tuple[str, ...]:
    return ("dispose", "apply", plan["plan_id"], "--as")


def stale(company: Office, plan: Plan, says: str) -> None:
    """Whoever looks at a plan is told why it has to be made anew, and nobody may approve it."""
    shown = company.run("plan", "show", plan["plan_id"])
    assert (shown.code, says in " ".join(shown.out.split())) == (1, True), shown
    company.refused(*typed(plan), "owner.ec", says=says)


def store(company: Office, *statements: str) -> None:
    """Somebody writes into the governance store past the product."""
    engine = sa.create_engine(make_url(f"sqlite:///{company.home / 'store.db'}"))
    with engine.begin() as connection:
        for each in statements:
            assert connection.exec_driver_sql(each).rowcount, each
    engine.dispose()


def test_nobody_and_half_the_stages_are_not_enough(company: Office, plan: Plan) -> None:
    company.refused(*applying(plan), "runner", says="stage 1 waits for the approval of DO")
    company.well(*typed(plan), "owner.ec")
    company.refused(*applying(plan), "runner", says="stage 2 waits for the approval of CPO")


@pytest.mark.parametrize(
    ("person", "says"),
    [
        ("tanaka", "may not approve it"),
        ("TANAKA", "may not approve it"),
        ("ＴＡＮＡＫＡ", "signs other than ASCII"),
        ("cpo", "does not stand under DO"),
        ("stranger", "does not stand under DO"),
        ("taro@example.jp", "e-mail"),
    ],
)
def test_only_who_is_on_the_list_approves(
    company: Office, plan: Plan, person: str, says: str
) -> None:
    company.refused(*typed(plan), person, says=says)


@pytest.mark.parametrize("name", ["owner\u200b.ec", "\u043ewner.ec"], ids=["unseen", "cyrillic"])
def test_a_sign_that_looks_like_none_or_another_makes_no_other_person(
    company: Office, plan: Plan, name: str
) -> None:
    company.refused(*typed(plan), name, says="pass for two")
    company.refused(*applying(plan), name, says="pass for two")
    with pytest.raises(GovernanceError, match="pass for two"):
        plan_retention(company.desk(), "crm", company.day, name, "mail_event")


def test_each_part_has_its_own_person(company: Office, plan: Plan) -> None:
    company.well(*typed(plan), "owner.ec")
    company.refused(*typed(plan), "Owner.EC", says="another person")
    company.well(*typed(plan), "cpo")
    company.refused(*typed(plan), "owner.crm", says="every stage is approved")
    company.refused(*applying(plan), "CPO", says="who approved a plan may not apply it")
    company.refused(*applying(plan), "tanaka", says="three different people")


@pytest.mark.parametrize("digest", ["", "0" * 12, "short"])
def test_the_digest_must_be_typed(company: Office, plan: Plan, digest: str) -> None:
    words = ("approve", plan["plan_id"], "--digest", digest, "--as", "owner.ec")
    company.refused(*words, says="at least the first 12 characters")


def test_the_digest_is_of_this_plan(company: Office, plan: Plan) -> None:
    wrong = plan["digest"][:11] + ("0" if plan["digest"][11] != "0" else "1")
    words = ("approve", plan["plan_id"], "--digest", wrong, "--as", "owner.ec")
    company.refused(*words, says="not the beginning of its digest")


def test_a_rejected_plan_is_over_and_its_keys_are_forgotten(company: Office, plan: Plan) -> None:
    company.approve(plan)
    why = ("--reason", "wrong_rows")
    company.well("reject", plan["plan_id"], *why, "--as", "auditor")
    company.well("reject", plan["plan_id"], "--as", "auditor")
    shown = company.well("plan", "show", plan["plan_id"]).out
    assert "the wrong rows were chosen" in " ".join(shown.split())
    [closed] = [each for each in company.ledger() if each["kind"] == "plan_closed"]
    assert (closed["outcome"], closed["reason"]) == ("rejected", "wrong_rows")
    company.refused("reject", plan["plan_id"], "--reason", "Tanaka", code=3, says="not_needed")
    company.refused(*applying(plan), "runner", says="was rejected")
    company.refused(*typed(plan), "owner.ec", says="every stage is approved")
    where = f"plan_id = '{plan['plan_id']}'"
    assert company.count("crm", "daicho_erasure_chunk", where) == 0
    closed = [e["outcome"] for e in company.ledger() if e.get("plan") == plan["digest"]]
    assert closed == ["rejected"]


def test_a_plan_that_a_kill_left_beside_the_data_is_forgotten_after_a_day(
    company: Office, plan: Plan
) -> None:
    """Killed before the store knew of it, or before the keys of one that gave way were gone."""
    [waits] = plan_retention(company.desk(), "shop", company.day, "tanaka", "cart")
    [over] = plan_retention(company.desk(), "gov", company.day, "tanaka", "request_contact")
    store(
        company,
        f"DELETE FROM disposal_plan WHERE plan_id = '{plan['plan_id']}'",
        f"UPDATE disposal_plan SET state = 'superseded' WHERE plan_id = '{over.plan_id}'",
    )
    desk, days = company.desk(), timedelta(days=1, minutes=1)
    later = replace(desk, clock=lambda: desk.clock() + days)
    left = {"crm": plan["plan_id"], "gov": over.plan_id, "shop": waits.plan_id}

    def keys() -> dict[str, int]:
        return {
            source: company.count(source, "daicho_erasure_chunk", f"plan_id = '{plan_id}'")
            for source, plan_id in left.items()
        }

    assert (forget_stray_plans(desk), keys()) == (0, {"crm": 1, "gov": 1, "shop": 1})
    assert forget_stray_plans(later) >= 2
    assert keys() == {"crm": 0, "gov": 0, "shop": 1}
    company.well("reject", waits.plan_id, "--as", "auditor")


@pytest.mark.parametrize("person", ["Tanaka", "Owner.EC"])
def test_who_asked_or_approved_withdraws(company: Office, plan: Plan, person: str) -> None:
    company.well(*typed(plan), "owner.ec")
    company.refused("withdraw", plan["plan_id"], "--as", "stranger", says="only who asked")
    company.refused("withdraw", plan["plan_id"], "--as", "cpo", says="only who asked")
    company.well("withdraw", plan["plan_id"], "--as", person)
    company.refused(*applying(plan), "runner", says="was withdrawn")
    closed = [e["outcome"] for e in company.ledger() if e.get("plan") == plan["digest"]]
    assert closed == ["withdrawn"]


@pytest.mark.parametrize(
    ("language", "says"), [("en", "it has begun"), ("ja", "開始済み(applying)")]
)
def test_what_has_begun_is_neither_rejected_nor_withdrawn(
    company: Office, plan: Plan, language: str, says: str
) -> None:
    company.approve(plan)
    desk = company.desk()
    with desk.records.alone() as connection:
        desk.records.move(connection, plan["plan_id"], "applying", desk.clock(), ("planned",))
    own = (plan["plan_id"], "--lang", language, "--as")
    company.refused("reject", *own, "auditor", says=says)
    company.refused("withdraw", *own, "tanaka", says=says)
    assert (company.state(plan), len(company.decisions(plan))) == ("applying", 2)


def test_a_rejected_choice_is_forgotten_with_its_last_plan(company: Office) -> None:
    keys = company.home / "keys"
    last = company.scalar("shop", "SELECT max(cart_id) FROM shop_carts")
    keys.write_text(f"{last}\r\n\n999999999\n", "utf-8")
    words = ("--reason", "test_data", "--ticket", "T-1", "--as", "tanaka", "--json", "-")
    place = ("--source", "shop", "--table", "shop_carts", "--keys-file", str(keys))
    kept = company.well("selection", "add", *place, *words).json
    assert (kept["keys"], kept["unmatched"]) == (2, 1)
    chosen = kept["selection_id"]
    [older] = company.plans("adhoc", chosen)
    [newer] = company.plans("adhoc", chosen)
    assert (company.state(older), company.state(newer)) == ("superseded", "planned")
    assert company.count("shop", "daicho_erasure_selection") == 1
    company.well("reject", newer["plan_id"], "--as", "auditor")
    assert company.count("shop", "daicho_erasure_selection") == 0
    company.refused("plan", "adhoc", chosen, "--as", "tanaka", says="not in the database any more")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("note = replace(note, 'owner.ec', 'owner.xx')", "was not written by this program"),
        ("note = replace(note, '— example.jp', '— example.no')", "was not written by this program"),
        ("note = 'approved'", "was not written by this program"),
        ("no = 7", "was not written by this program"),
    ],
    ids=["person", "signature", "text", "place"],
)
def test_a_decision_edited_by_hand_is_refused(
    company: Office, plan: Plan, change: str, says: str
) -> None:
    company.approve(plan)
    where = f"plan_id = '{plan['plan_id']}' AND no = 0"
    store(company, f"UPDATE disposal_decision SET {change} WHERE {where}")
    company.refused(*applying(plan), "runner", says=says)


def test_an_approval_of_another_plan_does_not_count(company: Office, plan: Plan) -> None:
    company.approve(plan)
    [other] = [each for each in company.retention("gov") if each["table"] == "gov_dsr"]
    copied = (
        "INSERT INTO disposal_decision (plan_id, no, note)"
        f" SELECT '{other['plan_id']}', no, note FROM disposal_decision"
        f" WHERE plan_id = '{plan['plan_id']}'"
    )
    store(company, copied)
    company.refused(*applying(other), "runner", says="was not written by this program")


def test_a_rejection_taken_out_of_the_store_stands_in_the_ledger(
    company: Office, plan: Plan
) -> None:
    company.approve(plan)
    company.well("reject", plan["plan_id"], "--as", "auditor")
    own = f"plan_id = '{plan['plan_id']}'"
    store(
        company,
        f"DELETE FROM disposal_decision WHERE {own} AND no = 2",
        f"UPDATE disposal_plan SET state = 'planned' WHERE {own}",
    )
    company.refused(*applying(plan), "runner", says="the ledger says that it was closed")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("digest = '0'", "altered"),
        ("document = replace(document, 'tanaka', 'suzuki')", "altered"),
    ],
    ids=["digest", "document"],
)
def test_a_plan_edited_in_the_store_is_refused(
    company: Office, plan: Plan, change: str, says: str
) -> None:
    company.approve(plan)
    own = f"plan_id = '{plan['plan_id']}'"
    store(company, f"CREATE TABLE kept AS SELECT * FROM disposal_plan WHERE {own}")
    try:
        store(company, f"UPDATE disposal_plan SET {change} WHERE {own}")
        company.refused(*applying(plan), "runner", says=says)
    finally:
        columns = "digest = (SELECT digest FROM kept), document = (SELECT document FROM kept)"
        store(company, f"UPDATE disposal_plan SET {columns} WHERE {own}", "DROP TABLE kept")


def rewrite(company: Office, plan: Plan, **changes: object) -> None:
    """Somebody writes another plan into the store, with the hash that fits it."""
    text = canonical(plan | changes)
    values = {"document": text, "document_sha256": sha256(text)}
    own = DISPOSAL_PLAN.c.plan_id == plan["plan_id"]
    with company.desk().records.writing() as connection:
        assert connection.execute(sa.update(DISPOSAL_PLAN).where(own).values(values)).rowcount


def test_a_rewritten_plan_is_neither_shown_nor_approved_nor_applied(
    company: Office, plan: Plan
) -> None:
    """All that people are shown is covered by the digest beside the data."""
    company.approve(plan)
    step, *others = plan["erasure"]["steps"]
    stays = {"table": plan["table"], "rows": 1, "record_class": None}
    for change in (
        {"erasure": plan["erasure"] | {"steps": [step | {"rows": 1}, *others]}},
        {"erasure": plan["erasure"] | {"shown_sha256": "0" * 64}},
        {"window": plan["window"] | {"oldest": "2001-01-01"}},
        {"kept": [*plan["kept"], stays | {"reason": "hold"}]},
        {"kept": [*plan["kept"], stays | {"reason": "dependant"}]},
        {"over_limits": [{"code": "max_rows", "table": "t", "found": "2", "allowed": "1"}]},
        {"reference": "DSR-1"},
    ):
        rewrite(company, plan, **change)
        for words in (("plan", "show", plan["plan_id"]), (*applying(plan), "runner")):
            company.refused(*words, says="was altered since it was written")
        says = "limit max_rows" if "over_limits" in change else "was altered since it was written"
        company.refused(*typed(plan), "owner.ec", says=says)
    rewrite(company, plan, requester="suzuki")
    company.refused(*typed(plan), "owner.ec", says="was altered since it was written")
    company.refused(*applying(plan), "runner", says="names another requester")
    rewrite(company, plan)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE daicho_erasure_chunk SET body = replace(body, '[[', '[[999],[')", "digest"),
        ("CREATE TRIGGER t AFTER DELETE ON crm_mail_events BEGIN SELECT 1; END", "changed since"),
        ("ALTER TABLE crm_mail_events ADD COLUMN more TEXT", "changed since"),
    ],
    ids=["keys", "trigger", "column"],
)
def test_what_changed_beside_the_data_is_refused(
    company: Office, plan: Plan, change: str, says: str
) -> None:
    company.approve(plan)
    company.execute("crm", change)
    try:
        company.refused(*applying(plan), "runner", says=says)
        if says == "changed since":
            stale(company, plan, says)
    finally:
        if "TRIGGER" in change:
            company.execute("crm", "DROP TRIGGER t")
        if "ALTER" in change:
            company.execute("crm", "ALTER TABLE crm_mail_events DROP COLUMN more")


def test_a_changed_policy_needs_a_new_plan(company: Office, plan: Plan) -> None:
    company.approve(plan)
    file = Path(os.environ["DAICHO_POLICIES"]) / "privacy_policy.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("max_percent: 20", "max_percent: 90"), "utf-8")
    try:
        company.refused(*applying(plan), "runner", says="policy changed since the plan was made")
        stale(company, plan, "policy changed since the plan was made")
    finally:
        file.write_text(text, "utf-8")


def test_without_keys_or_ledger_nothing_begins(company: Office, plan: Plan) -> None:
    company.approve(plan)
    for name, code, says in (
        ("ledger", 2, "The ledger could not be read"),
        ("ledger-keys", 3, "private key is not at"),
        ("approval.pub", 3, "no public key for decisions"),
    ):
        path = company.home / name
        path.rename(company.home / "away")
        try:
            company.refused(*applying(plan), "runner", says=says, code=code)
        finally:
            (company.home / "away").rename(path)


def test_a_decision_signed_with_another_key_is_refused(company: Office, plan: Plan) -> None:
    public = company.home / "approval.pub"
    text = public.read_text("utf-8")
    company.well("dispose", "key", "example.jp/approvals")
    company.approve(plan)
    public.write_text(text, "utf-8")
    company.refused(*applying(plan), "runner", says="was not written by this program")


def test_words_and_states_that_do_not_fit(company: Office, plan: Plan) -> None:
    company.refused(*("dispose", "apply", "p-none", "--as", "x"), says="There is no such plan")
    company.refused("dispose", "verify", plan["plan_id"], "--as", "runner", says="is planned")
    company.refused("dispose", "cancel", plan["plan_id"], says="nothing to stop")
    company.refused("plan", "adhoc", "s-none", "--as", "tanaka", says="no such stored selection")
    person = ("plan", "adhoc", "taro@example.jp", "--as", "tanaka")
    company.refused(*person, says="no id of the form", code=3)


@pytest.mark.parametrize(
    "words",
    [
        "reject NAME --as sato",
        "dispose status NAME",
        "dispose reclaim NAME",
        "dispose expire --now NAME",
        "plan retention --source NAME",
        "plan retention --source shop --for-approval --class NAME --as tanaka",
        "plan request NAME --reason test_data --ticket T-1 --as tanaka",
        "plan adhoc NAME --as tanaka",
        "certificate show NAME",
        "finding reopen NAME --reason again",
        f"hold add --table NAME {HOLD}",
        f"hold add --table shop_carts --id NAME@example.jp {HOLD}",
        f"selection add --source NAME --table shop_carts {CHOICE}",
        f"selection add --source shop --table NAME {CHOICE}",
        "register show holds NAME",
        "verdict decide NAME --role CPO --reason no",
    ],
)
def test_a_name_that_nothing_has_is_not_repeated(company: Office, words: str) -> None:
    """It may be a person's, pasted by mistake."""
    keys = company.home / "keys.txt"
    keys.write_text("1\n", "utf-8")
    done = company.run(*words.replace("NAME", "yamada").replace("KEYS", str(keys)).split())
    assert done.code in (2, 3), done
    assert done.err
    assert "yamada" not in done.out + done.err


@pytest.mark.parametrize(
    "key", ["1_000", "１２", " 12", "12 ", "+12", "1.0", "12345678901234567890"]
)
def test_a_key_that_is_a_number_is_written_plainly(company: Office, key: str) -> None:
    (company.home / "keys").write_text(f"1\n{key}\n", "utf-8")
    place = ("--source", "shop", "--table", "shop_carts", "--keys-file", str(company.home / "keys"))
    words = ("--reason", "test_data", "--ticket", "T-1", "--as", "tanaka")
    company.refused("selection", "add", *place, *words, says="line 2 is not a whole number")


NARROW: dict[str, Any] = {
    "max_rows": 1,
    "max_percent": 0.5,
    "oldest_trigger": "P1D",
    "youngest_trigger": "P50Y",
    "never_touch": "[crm.crm_mail_events]",
}

SAYS = {
    "en": "limit {code} is exceeded: found {found}, allowed {allowed}",
    "ja": "上限{code}を超えています(実際: {found}、許容: {allowed})",
}


def test_a_plan_over_its_limits_is_shown_and_not_approved(tmp_path: Path) -> None:
    """Each limit says what was found and what is allowed, in both languages."""
    with office("sqlite", tmp_path, **NARROW) as company:
        [plan] = [p for p in company.retention("crm") if p["table"] == "crm_mail_events"]
        over = {each["code"]: each for each in plan["over_limits"]}
        rows, days = plan["erasure"]["roots"], plan["window"]
        share = 100 * rows / plan["erasure"]["steps"][0]["total_rows"]
        assert {code: (each["found"], each["allowed"]) for code, each in over.items()} == {
            "max_rows": (str(rows), "1"),
            "max_percent": (f"{share:.1f}%", "0.5%"),
            "oldest_trigger": (days["oldest"], "P1D"),
            "youngest_trigger": (days["youngest"], "P50Y"),
            "never_touch": (str(rows), "0"),
        }
        for language in LANGUAGES:
            shown = company.run("plan", "show", plan["plan_id"], "--lang", language)
            assert shown.code == 1
            for code, each in over.items():
                [line] = [line for line in shown.out.splitlines() if f"limits.{code}" in line]
                assert limit(each["found"], language) in line
                assert limit(each["allowed"], language) in line
            first = plan["over_limits"][0]
            says = SAYS[language].format_map(first)
            company.refused(*typed(plan), "owner.ec", "--lang", language, says=says)
        rewrite(company, plan, over_limits=[])
        company.refused(*typed(plan), "owner.ec", says="was altered since it was written")


def test_an_expired_approval_must_be_given_again(company: Office, plan: Plan) -> None:
    now = company.desk()
    late = replace(now, clock=lambda: now.clock() + timedelta(days=8))
    company.approve(plan)
    with pytest.raises(GovernanceError, match="has expired"):
        apply_plan(late, plan["plan_id"], "runner")
    approve(late, plan["plan_id"], plan["digest"], "owner.crm")
    with pytest.raises(GovernanceError, match="the approval of stage 2 has expired"):
        apply_plan(late, plan["plan_id"], "runner")


def test_a_day_that_lies_ahead_is_only_looked_at(company: Office, plan: Plan) -> None:
    desk = company.desk()
    ahead = (desk, "crm", company.day + timedelta(days=1), "tanaka", "mail_event")
    with pytest.raises(GovernanceError, match=rf"lies ahead.* {company.day} or an earlier"):
        plan_retention(*ahead)
    assert company.state(plan) == "planned"
    [looked] = plan_retention(replace(desk, keeps=False), *ahead[1:])
    assert looked.plan_id not in {each.plan.plan_id for each in desk.records.plans()}


def test_an_approval_is_bound_to_its_run(company: Office, plan: Plan) -> None:
    for person in ("owner.ec", "cpo"):
        company.well(*typed(plan), person, "--run", "run-1")
    company.refused(*applying(plan), "runner", "--run", "run-2", says="given for another run")
    company.refused(*applying(plan), "runner", says="given for another run")
