"""Purpose limitation on the demo company, under policies that are stricter than its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from include.demo.ready import AS_OF
from include.governance.model.purpose import Need
from include.governance.model.result import RuleResult
from include.governance.pipeline.purpose_needs import purpose_needs, purpose_needs_expected
from include.governance.pipeline.rules import open_run
from include.governance.pipeline.workspace import Workspace
from tests.acceptance.company import Company, company, refs
from tests.rules.small import listing

CONSENT = {
    "label": {"en": "consent", "ja": "同意"},
    "condition": "EXISTS (SELECT 1 FROM consents c WHERE c.subject_id = record.subject_id"
    " AND c.purpose = 'P4' AND c.withdrawn_at IS NULL)",
}


#: Mail events: person, day, and whether P4 still needs them if only a consent counts. The law wants
#: them for a month and the schedule for thirteen: what is older is over-retained, not this rule's.
EVENTS = {
    901: (7, "2026-10-29", True),
    902: (7, "2026-10-30", False),
    903: (7, "2025-10-30", True),
    904: (7, "2025-10-29", False),
    905: (8, "2026-06-01", False),
    906: (999, "2026-06-01", True),
    907: (None, "2026-06-01", True),
}
UNNEEDED = [event for event, (_, _, unneeded) in EVENTS.items() if unneeded]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The clean company; person 7 withdrew, 8 did not, 999 is nobody."""
    with company("sqlite", "clean", tmp_path_factory.mktemp("needs")) as built:
        engine = create_engine(built.urls["crm"])
        with engine.begin() as connection:
            withdrawn = "UPDATE crm_consents SET withdrawn_at = '2026-05-01' WHERE member_id = 7"
            connection.execute(text(withdrawn))
            for event, (person, day, _) in EVENTS.items():
                row = {"event": event, "person": person, "at": f"{day}T09:00:00"}
                connection.execute(
                    text(
                        "INSERT INTO crm_mail_events (event_id, campaign_id, member_id, email,"
                        " event_type, occurred_at)"
                        " VALUES (:event, 'C1', :person, 'x@mail1.example', 'sent', :at)"
                    ),
                    row,
                )
        engine.dispose()
        yield built


def with_needs(workspace: Workspace, **needs: list[dict[str, Any]]) -> Workspace:
    """The same company whose purposes give these reasons."""
    policy = workspace.rulebook.policy
    changed = {
        name: policy.purposes[name].model_copy(
            update={"needed_while": tuple(Need.model_validate(each) for each in own)}
        )
        for name, own in needs.items()
    }
    policy = policy.model_copy(update={"purposes": {**policy.purposes, **changed}})
    return replace(workspace, rulebook=replace(workspace.rulebook, policy=policy))


def judged(workspace: Workspace) -> dict[tuple[str, str], RuleResult]:
    found = list(purpose_needs(workspace, open_run(workspace, AS_OF), AS_OF, listing))
    expected = sorted(purpose_needs_expected(workspace))
    assert expected == sorted((r.source, r.table, r.control, r.rule) for r in found)
    return {(r.table, r.rule): r for r in found}


def test_the_demo_needs_what_it_holds_and_says_why(demo: Company) -> None:
    assert {result.status for result in judged(demo.workspace).values()} == {"pass"}


def test_mail_events_without_consent_are_kept_only_as_long_as_the_law_wants_them(
    demo: Company,
) -> None:
    found = judged(with_needs(demo.workspace, P4=[CONSENT]))
    result = found["crm_mail_events", "no_longer_needed.P4"]
    assert set(result.row_refs) == refs("crm.crm_mail_events", *UNNEEDED)
    assert (result.status, result.control) == ("fail", "S2-08")


def test_a_purpose_that_says_nothing_is_a_gap_and_no_pass(demo: Company) -> None:
    found = judged(with_needs(demo.workspace, P4=[]))
    ended = found["crm_mail_events", "no_longer_needed.P4"]
    gap = found["crm_mail_events", "need_undeclared.P4"]
    assert (ended.status, ended.reason) == ("skip", "needs_not_declared")
    assert (gap.status, gap.control) == ("fail", "S2-09")
    assert gap.rows > 0


def test_where_another_purpose_needs_the_value_a_silent_one_is_no_gap(demo: Company) -> None:
    found = judged(with_needs(demo.workspace, P7=[]))
    shared = {rule for table, rule in found if table == "shop_members" and "P7" in rule}
    assert shared
    with_others = {rule for rule in shared if not rule.endswith(".P7")}
    assert {found["shop_members", rule].status for rule in with_others} == {"pass"}


def test_a_hold_keeps_what_no_purpose_needs(demo: Company) -> None:
    strict = with_needs(demo.workspace, P4=[CONSENT])
    before = judged(strict)["crm_mail_events", "no_longer_needed.P4"].rows
    engine = create_engine(demo.urls["gov"])
    with engine.begin() as connection:
        row = {
            "hold_id": 990,
            "table_name": "crm_mail_events",
            "reason": "legal_hold",
            "review_due": "2027-01-31",
        }
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO gov_holds ({names}) VALUES ({marks})"), row)
    try:
        held = judged(strict)["crm_mail_events", "no_longer_needed.P4"]
    finally:
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM gov_holds WHERE hold_id = 990"))
        engine.dispose()
    assert before > 0
    assert (held.status, held.rows) == ("pass", 0)


def test_a_source_that_does_not_answer_makes_it_an_error(demo: Company, tmp_path: Path) -> None:
    gone = demo.urls["crm"].set(database=str(tmp_path / "gone.db"))
    urls = {**demo.urls, "crm": gone}
    strict = replace(with_needs(demo.workspace, P4=[CONSENT]), connect=lambda name: urls[name])
    result = judged(strict)["crm_mail_events", "no_longer_needed.P4"]
    assert (result.status, bool(result.reason)) == ("error", True)
