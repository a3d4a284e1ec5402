"""The trigger form: what it takes, what it refuses, and how little a dry run leaves behind."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from airflow.sdk.exceptions import ParamValidationError

from include.governance.disposal.choice import store_choice
from include.governance.errors import ConfigurationError
from include.governance.model.occasion import REFERENCE, TICKET
from include.orchestration.people import CLOCK
from include.orchestration.wish import refuse_wish
from tests.conftest import ROOT
from tests.dags.approvers import Answer, answering, both
from tests.dags.conftest import Run
from tests.dags.eraser import MAILS, WISH, Eraser, eraser

pytestmark = pytest.mark.faults

__all__ = ["eraser"]
NOTHING = {"record_class": None, "source": None}


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "because"},
        {"reason": None},
        {"ticket": "call 090-1234-5678"},
        {"ticket": "hanako@example.jp"},
        {"selection": "hanako@example.jp", **NOTHING},
        {"request": "山田花子", **NOTHING},
        {"as_of": "yesterday"},
        {"dry_run": "perhaps"},
    ],
    ids=lambda wrong: "-".join(sorted(wrong))[:20],
)
def test_airflow_refuses_what_is_no_name_or_reference(run: Run, wrong: dict[str, Any]) -> None:
    with pytest.raises(ParamValidationError):
        run("delete_on_demand", **(WISH | wrong))


@pytest.mark.parametrize(
    ("wrong", "person", "says"),
    [
        ({"selection": "s-1"}, "tanaka", "names 2 things"),
        (NOTHING, "tanaka", "names 0 things"),
        ({"source": None}, "tanaka", "A source goes with a record class"),
        ({"selection": "s-1", "record_class": None}, "tanaka", "A source goes with a record class"),
        ({"source": "elsewhere"}, "tanaka", "Allowed: crm, dwh, gov, ops, shop, support"),
        ({"reason": "because"}, "tanaka", "Allowed: beyond_purpose, improper_use"),
        ({}, CLOCK, "Nobody is known to have started"),
    ],
    ids=lambda given: given[:24] if isinstance(given, str) else "",
)
def test_a_form_names_one_thing_and_why_and_who(
    eraser: Eraser, wrong: dict[str, Any], person: str, says: str
) -> None:
    with pytest.raises(ConfigurationError, match=says):
        refuse_wish(eraser.desk().workspace, {**WISH, **wrong}, person)


def test_a_wrong_form_fails_at_once(eraser: Eraser, run: Run) -> None:
    done = run("delete_on_demand", **{**WISH, "source": None})
    task = done.tasks[("plan", -1)]
    assert (done.state, str(task.state), task.try_number) == ("failed", "failed", 1)
    assert done.states("conclude") == ["failed"]
    assert eraser.states() == []


def test_reasons_are_those_of_the_policy(dags: dict[str, Any]) -> None:
    policy = yaml.safe_load((ROOT / "include" / "policies" / "privacy_policy.yaml").read_text())
    form = dags["daicho_delete_on_demand"].params
    assert form.get_param("reason").schema["enum"] == list(policy["disposal_reasons"])
    assert form["dry_run"] is True
    assert form.get_param("ticket").schema["pattern"] == TICKET
    assert form.get_param("request").schema["pattern"] == REFERENCE


def test_a_dry_run_shows_counts_and_leaves_nothing(eraser: Eraser, run: Run) -> None:
    with answering(both) as desk:
        done = run("delete_on_demand", **{**WISH, "dry_run": True})
    (plan,) = done.result("plan")["plans"]
    assert (plan["about"], sum(plan["rows"].values())) == ("crm.crm_mail_events mail_event", 4)
    assert (done.state, done.result("conclude")) == ("success", {"plans": 0})
    assert (desk.asked, eraser.states(), eraser.rows()) == ([], [], MAILS)
    assert eraser.query("crm", "SELECT count(*) FROM daicho_erasure_plan") == 0


def test_a_stored_selection_is_erased_and_what_is_not_due_too(eraser: Eraser, run: Run) -> None:
    kept = eraser.query("crm", "SELECT max(event_id) FROM crm_mail_events")
    chosen = store_choice(
        eraser.desk(),
        "crm",
        "crm_mail_events",
        [(kept,)],
        reason="entered_twice",
        ticket="OPS-2",
        by="tanaka",
    )
    wish = {**WISH, **NOTHING, "selection": chosen.selection_id}
    with answering(both) as desk:
        done = run("delete_on_demand", **wish)
    assert done.result("conclude") == {"plans": 1, "certified": 1}
    assert f"Selection {chosen.selection_id}" in desk.asked[0].body
    assert eraser.rows() == MAILS - 1
    assert eraser.rows(where=f"event_id = {kept}") == 0


def test_a_request_is_planned_over_all_sources_and_each_plan_goes_its_own_way(
    eraser: Eraser, run: Run
) -> None:
    def reply(asked: Any) -> Answer:
        return both(asked) if "shop_deliveries" in asked.subject else Answer("owner.ec", "Reject")

    eraser.execute(
        "governance", "UPDATE gov_dsr SET decision = 'granted' WHERE request_id = ?", "Q31"
    )
    with answering(reply):
        done = run("delete_on_demand", **{**WISH, **NOTHING, "request": "Q31"})
    about = {"shop.shop_deliveries delivery", "shop.shop_members member_inactive"}
    assert {plan["about"] for plan in done.result("plan")["plans"]} == about
    left = done.result("plan")["left"]
    assert done.result("conclude") == {"certified": 1, "plans": 2, "rejected": 1, "left": left}
    tasks = done.shown("erasure.apply_1").items()
    assert {name for name, task in tasks if task.state == "success"} == {
        "shop.shop_deliveries delivery"
    }
