"""Every planted breach is found, row by row, and nothing else; on the three databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from include.governance.policy.load import load_rulebook
from include.governance.settings import ROOT
from tests.acceptance.company import Company, Engine, company, refs

PLANTED = {
    "S1-01": refs("shop.shop_members", 201, 202, 203),
    "S1-02": refs("dwh.dwh_adhoc_vip_2021", "dwh_adhoc_vip_2021"),
    "S1-03": refs("ops.ops_jobs", "J9", "J8"),
    "S1-04": refs("support.support_inquiries", 21) | refs("shop.shop_deliveries", 31),
    "S2-00": refs("support.support_inquiries", 22, 23),
    "S2-01": refs("ops.ops_transfers", "T20", "T21"),
    "S2-02a": refs("ops.ops_transfers", "T22"),
    "S2-02b": refs("ops.ops_transfers", "T23"),
    "S2-02c": refs("shop.shop_payments", 41, 42),
    "S2-02d": refs("shop.shop_payments", 41),
    "S2-02e": refs("ops.ops_jobs", "J7"),
    "S2-03": refs("ops.ops_transfers", "T24"),
    "S2-04a": refs("crm.crm_mail_events", 68, 69, 201),
    "S2-04b": refs("shop.shop_members", 104, 106),
    "S2-04c": refs("crm.crm_campaigns", "C9"),
    "S2-05": refs("dwh.dwh_member_features", "phone"),
    "S2-06a": refs("crm.crm_mail_events", 202, 203),
    "S2-06b": refs("support.support_inquiries", 24),
    "S3-01": refs("ops.ops_app_logs", 101, 102, 103),
    "S3-02": refs("ops.ops_access_grants", 20, 21, 22),
    "S3-03": refs("gov.gov_recipients", "R-CALL", "R-HOST"),
    "S3-04": refs("gov.gov_recipients", "R-SUBSUB"),
    "S3-05": refs("ops.ops_transfers", "T30"),
    "S4-01": refs("gov.gov_reviews", "law_watch"),
    "S5-01": refs("ops.ops_transfers", "T40"),
    "S5-02": refs("ops.ops_transfers", "T41"),
    "S5-03": refs("gov.gov_policy_doc", "joint.manager_representative"),
    "S6-01": refs("shop.shop_members", 110, 111, 112, 113),
    "S6-02": refs("shop.shop_members", 114, 115),
    "S6-03": refs("shop.shop_members", 116, 117),
    "S6-04": refs("shop.shop_members", 118, 119),
    "S6-05": refs("gov.gov_dsr", "Q20"),
    "S6-06": refs("dwh.dwh_member_features", 121),
    "S6-10a": refs("shop.shop_members", 130, 131, 132),
    "S6-10b": refs("shop.shop_members", 133, 134),
    "S6-10c": refs("support.support_inquiries", 25, 26, 27),
    "S6-10d": refs("crm.crm_mail_events", 204, 205, 206, 207),
    "S6-10e": refs("crm.crm_campaign_entries", 5, 6),
    "S6-10f": refs("shop.shop_carts", 7, 8, 9),
    "S6-10g": refs("dwh.dwh_web_events", 10, 11, 12),
    "S6-10h": refs("shop.shop_payment_tokens", 13),
    "S6-10i": refs("shop.shop_orders", 9001, 9002),
    "S6-11": refs("shop.shop_orders", 51),
    "S6-12": refs("gov.gov_holds", "H9"),
    "S6-14": refs("gov.gov_deletions", "DL9"),
    "S6-15": refs("gov.gov_deletions", "DL9"),
    "S6-20a": refs("gov.gov_dsr", "Q30"),
    "S6-20b": refs("gov.gov_dsr", "Q31"),
    "S6-21": refs("gov.gov_dsr", "Q32"),
    "S6-22": refs("gov.gov_dsr", "Q33"),
    "S6-23": refs("shop.shop_members", 154),
    "S6-24": refs("gov.gov_dsr", "Q35"),
    "S6-25": refs("gov.gov_dsr", "Q36"),
    "S6-26": refs("gov.gov_dsr", "Q37"),
    "S7-01": refs("ops.ops_transfers", "T50", "T51"),
    "S7-02": refs("ops.ops_transfers", "T52"),
    "S7-03": refs("gov.gov_provision_records", "PR53"),
    "S7-04": refs("gov.gov_provision_records", "PROLD"),
    "S7-05": refs("ops.ops_transfers", "T54"),
    "S7-06": refs("ops.ops_transfers", "T55"),
    "S7-07": refs("ops.ops_transfers", "T56"),
    "S8-01": refs("ops.ops_transfers", "T60"),
    "S8-02": refs("gov.gov_provision_records", "PR60"),
    "S8-03": refs("dwh.dwh_web_events", 20, 21),
    "S9-01": refs("dwh.dwh_web_events", "dwh_web_events"),
    "S9-02": refs("gov.gov_training", "emp3", "emp4"),
    "S9-03a": refs("gov.gov_incidents", "I8"),
    "S9-03b": refs("gov.gov_incidents", "I9"),
    "S9-04": refs("dwh.dwh_members_pseudo", "dwh_members_pseudo"),
    "S9-05": refs("dwh.dwh_purchases_anon", "90s|M|島根県"),
    "S10-01": refs("gov.gov_reviews", "internal_audit"),
    "S10-02": refs("gov.gov_policy_versions", "2026-10"),
}
ENGINES: tuple[Engine, ...] = ("sqlite", "postgres", "mariadb")


#: Controls that nothing is planted for: quality rules of contracts, gaps of the schedule, and the
#: reasons of purposes, which in this company last as long as the schedule.
OTHERS = {"S2-08", "S2-09", "S6-07", "S6-10", "S6-19"}


def test_a_breach_of_every_control_is_planted() -> None:
    """72 controls and 110 findings: of the two records of one person, one is too many."""
    rulebook, _ = load_rulebook(ROOT / "include" / "policies", ROOT)
    assert rulebook is not None
    assert set(PLANTED) == set(rulebook.controls.controls) - OTHERS
    assert (len(PLANTED), sum(map(len, PLANTED.values()))) == (72, 111)


@pytest.fixture(scope="module", params=ENGINES)
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    with company(request.param, "planted", tmp_path_factory.mktemp("planted")) as built:
        yield built


@pytest.fixture(scope="module")
def outcome(planted: Company) -> dict:
    return planted.judge()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_clean_company_has_no_finding(engine: Engine, tmp_path: Path) -> None:
    with company(engine, "clean", tmp_path) as built:
        found = built.judge()
    assert found["result"] == "pass"
    assert found["findings"] == []
    assert {rule["status"] for rule in found["rules"]} == {"pass"}


def test_exactly_the_planted_rows_are_found(outcome: dict) -> None:
    found: dict[str, set[str]] = {}
    for finding in outcome["findings"]:
        found.setdefault(finding["control"], set()).update(finding["row_refs"])
    assert found == PLANTED


def test_every_declared_control_is_reported_once(planted: Company, outcome: dict) -> None:
    reported = [rule["control"] for rule in outcome["rules"]]
    assert reported == list(planted.workspace.controls)
    assert {rule["status"] for rule in outcome["rules"]} == {"pass", "fail"}


def test_a_duplicate_counts_once_and_names_both_records(outcome: dict) -> None:
    [finding] = [f for f in outcome["findings"] if f["control"] == "S6-03"]
    assert (finding["rows"], len(finding["row_refs"])) == (1, 2)


def test_rows_are_the_references_everywhere_else(outcome: dict) -> None:
    others = [f for f in outcome["findings"] if f["control"] != "S6-03"]
    assert [f["rows"] for f in others] == [len(f["row_refs"]) for f in others]


def test_judging_again_changes_neither_findings_nor_sources(
    planted: Company, outcome: dict
) -> None:
    store, rows = planted.workspace.store(), list(rows_of(planted))
    before = store.finding_events()
    assert planted.judge() == outcome
    assert store.finding_events() == before
    assert list(rows_of(planted)) == rows


def test_the_plan_names_the_same_rows_and_nothing_is_deleted(planted: Company) -> None:
    recorder = planted.recorder()
    facts = [f for name in planted.workspace.source_names for f in recorder.plan_facts(name)]
    plan = recorder.plan(facts)
    due = {step.record_class: step.rows for step in plan.steps if step.root}
    assert due == {
        "campaign_entry": 2,
        "mail_event": 4,
        "web_event": 3,
        "provision_record": 1,
        "request_contact": 1,
        "cart": 3,
        "member_inactive": 3,
        "member_withdrawn": 2,
        "order_statutory": 2,
        "payment_token": 1,
        "inquiry": 3,
    }
    assert plan.refusals == ()
    assert recorder.plan(facts).digest == plan.digest


def rows_of(built: Company) -> Iterator[int]:
    for dataset in built.workspace.datasets:
        yield built.workspace.source(dataset.source).count(dataset.table)
