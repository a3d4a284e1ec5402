"""The weekly erasure: each plan goes its own way, nothing due asks nobody, a failure stays red."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.definitions.context import Context
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from airflow.sdk.execution_time.task_runner import set_current_context

from include.governance.disposal.apply import apply_plan
from include.governance.disposal.decide import approve
from include.governance.disposal.plan import plan_retention
from include.orchestration import disposal, notice
from include.orchestration.application import ApplyPlan
from include.orchestration.decision import answer, ask
from include.orchestration.disposal import who_asks
from include.orchestration.people import CLOCK, WORKER, People
from tests.conftest import AIRFLOW_HOME
from tests.dags.approvers import Answer, Asked, answering, both
from tests.dags.conftest import Run
from tests.dags.eraser import AS_OF, MAILS, Eraser, eraser
from tests.dags.mailbox import mailbox
from tests.dags.test_refusals import Event

pytestmark = pytest.mark.faults

__all__ = ["eraser"]
USERS = People({"hanako": "3", "taro": "4"}, by_login=False)


def test_the_weekly_plan_hands_on_its_day_and_nobodys_name(eraser: Eraser, run: Run) -> None:
    eraser.only("crm")
    assert run("retention", as_of=AS_OF).state == "success"
    with sqlite3.connect(AIRFLOW_HOME / "airflow.db") as database:
        ((extra,),) = database.execute(
            "SELECT extra FROM asset_event WHERE source_dag_id = 'daicho_retention'"
            " ORDER BY id DESC LIMIT 1"
        ).fetchall()
    said = json.loads(extra)
    assert (said["as_of"], said["rows"]) == (AS_OF, 6)
    assert "dag_test" not in extra


def sent(*starters: str | None) -> dict[str, list[Event]]:
    """Events of runs that these people started; nobody is the clock."""
    runs = [SimpleNamespace(triggering_user_name=name) for name in starters]
    return {"daicho_plan": [Event(source_dag_run=run) for run in runs]}


@pytest.mark.parametrize(
    ("starter", "events", "who"),
    [
        ("hanako", sent(), "hanako"),
        ("hanako", sent("taro"), "hanako"),
        (None, sent(), CLOCK),
        (None, sent(None), CLOCK),
        (None, sent("taro"), "taro"),
        (None, sent("taro", "taro"), "taro"),
    ],
)
def test_who_asks_is_known(starter: str | None, events: Any, who: str) -> None:
    assert who_asks(starter, events, USERS) == who


@pytest.mark.parametrize(
    "events",
    [{"daicho_plan": [Event()]}, sent("taro", "hanako"), sent("taro", None)],
    ids=["sent by hand", "two people", "a person and the clock"],
)
def test_a_run_of_which_nobody_can_tell_who_asks_is_refused(events: Any) -> None:
    with pytest.raises(AirflowFailException, match="Nobody can tell who asks"):
        who_asks(None, events, USERS)


def test_each_plan_goes_its_own_way(eraser: Eraser, run: Run) -> None:
    eraser.only("crm", "dwh", "support")

    def reply(asked: Asked) -> Answer:
        if "campaign" in asked.subject:
            return Answer("owner.ec", "Reject")
        if "web_event" in asked.subject:  # next week's plan comes before the answer
            plan_retention(eraser.desk(), "dwh", today, "tanaka", "web_event")
        return both(asked)

    today = eraser.desk().clock().date()
    with answering(reply) as desk:
        done = run("erase", as_of=AS_OF)
    assert done.state == "success"
    assert done.result("conclude") == {"plans": 4, "certified": 2, "rejected": 1, "superseded": 1}
    assert eraser.rows() == MAILS - 4
    tasks = done.shown("erasure.apply_1").items()
    assert {name for name, task in tasks if task.state == "success"} == {
        "crm.crm_mail_events mail_event",
        "support.support_inquiries inquiry",
    }
    assert len(desk.asked) == 6


def test_when_nothing_is_due_nobody_is_asked_and_the_run_is_green(eraser: Eraser, run: Run) -> None:
    eraser.only("ops")
    done = run("erase", as_of="2018-01-01")
    assert (done.state, done.result("conclude")) == ("success", {"plans": 0})
    assert eraser.states() == []


def test_a_source_that_cannot_be_planned_is_red_and_nothing_is_asked(
    eraser: Eraser, run: Run
) -> None:
    eraser.only("crm", "ops")
    eraser.patch.setenv("AIRFLOW_CONN_OPS", '{"conn_type": "sqlite", "host": "/nowhere/ops.db"}')
    with answering(both) as desk:
        done = run("erase", as_of=AS_OF)
    assert (done.state, done.states("conclude")) == ("failed", ["failed"])
    assert done.states("to_approve") == ["upstream_failed"]
    assert (desk.asked, eraser.rows()) == ([], MAILS)


def test_a_task_that_is_killed_stops_between_chunks_and_the_next_try_goes_on(
    eraser: Eraser,
) -> None:
    desk = eraser.desk()
    (plan,) = plan_retention(desk, "crm", desk.clock().date(), "tanaka", "mail_event")
    for person in ("owner.ec", "cpo"):
        approve(desk, plan.plan_id, plan.digest, person, "daicho_erase/week-1")
    context: Any = {"dag": SimpleNamespace(dag_id="daicho_erase"), "run_id": "week-1"}
    task = ApplyPlan(task_id="apply", plan_id=plan.plan_id, about="", worker=1)
    task.on_kill()
    with set_current_context(Context(**context)):
        with pytest.raises(AirflowException, match="0 chunk"):
            disposal.apply(plan.plan_id, 1, lambda: task.stopping)
        assert (eraser.states(), eraser.rows()) == (["applying"], MAILS)
        done = disposal.apply(plan.plan_id, 1, lambda: False)
    assert (done["rows"], eraser.states()) == (plan.rows, ["applied"])
    assert eraser.rows() == MAILS - plan.rows


def test_a_plan_whose_approval_expired_after_it_was_begun_is_asked_about_anew(
    eraser: Eraser,
) -> None:
    desk = eraser.desk()
    past = desk.clock() - timedelta(days=10)
    then = replace(desk, clock=lambda: past, stopping=lambda: True)
    (plan,) = plan_retention(then, "crm", past.date(), "tanaka", "mail_event")
    context: Any = {
        "dag": SimpleNamespace(dag_id="daicho_erase"),
        "run_id": "week-1",
        "dag_run": SimpleNamespace(triggering_user_name=None),
    }
    with set_current_context(Context(**context)):
        with pytest.raises(AirflowFailException, match="stage 1"):
            ask(plan.plan_id, 2)  # somebody marked the first approval as successful
        for person in ("owner.ec", "cpo"):
            approve(then, plan.plan_id, plan.digest, person, "daicho_erase/week-1")
        assert apply_plan(then, plan.plan_id, WORKER, "daicho_erase/week-1").cancelled
        with pytest.raises(AirflowFailException):
            disposal.apply(plan.plan_id, 1, lambda: False)
        asked = ask(plan.plan_id, 1)
        assert asked is not None
        assert timedelta(days=6) < asked.waits <= timedelta(days=7)
        for event in (
            {"chosen_options": ["Reject"], "responded_by_user": {"id": "owner.crm"}},
            {"chosen_options": ["Reject"], "timedout": True},
        ):
            with pytest.raises(AirflowFailException):  # what is gone cannot be taken back
                answer(plan.plan_id, 1, event)
        for person in ("owner.crm", "cpo"):
            approve(desk, plan.plan_id, plan.digest, person, "daicho_erase/week-1")
        assert ask(plan.plan_id, 2) is None
        assert disposal.apply(plan.plan_id, 1, lambda: False)["rows"] == plan.rows


@pytest.mark.parametrize(("days", "mails"), [(4, 0), (6, 1), (8, 0)])
def test_approvers_are_reminded_before_their_time_ends(
    eraser: Eraser, days: int, mails: int
) -> None:
    desk = eraser.desk()
    past = desk.clock() - timedelta(days=days)
    then = replace(desk, clock=lambda: past)
    plan_retention(then, "crm", past.date(), "tanaka", "mail_event")
    with mailbox() as box:
        eraser.patch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", box.connection)
        assert notice.remind() == {"reminded": mails}
    assert [mail.to for mail in box.mails] == [("data-owners@yukimidori.example",)] * mails


def test_approvals_of_one_run_are_none_for_another(eraser: Eraser) -> None:
    desk = eraser.desk()
    (plan,) = plan_retention(desk, "crm", desk.clock().date(), "tanaka", "mail_event")
    for person in ("owner.ec", "cpo"):
        approve(desk, plan.plan_id, plan.digest, person, "daicho_erase/week-1")
    context: Any = {"dag": SimpleNamespace(dag_id="daicho_erase"), "run_id": "week-2"}
    with set_current_context(Context(**context)), pytest.raises(AirflowFailException):
        disposal.apply(plan.plan_id, 1, lambda: False)
    assert eraser.rows() == MAILS
