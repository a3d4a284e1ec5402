"""Who is asked, what they read, what counts as an answer, and what no answer can bring about."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from include.governance.disposal.decide import withdraw
from include.governance.ledger.anchor import read_anchors
from include.governance.ledger.log import Ledger
from tests.dags.approvers import Answer, Asked, answering, both
from tests.dags.conftest import Run
from tests.dags.eraser import AS_OF, MAILS, WISH, Eraser, eraser
from tests.dags.mailbox import connection, mailbox

pytestmark = pytest.mark.faults

__all__ = ["eraser"]
DAG = "daicho_delete_on_demand"
APPROVALS = ("erasure.approve", "erasure.approve_again")


def test_two_people_approve_and_exactly_that_is_gone(eraser: Eraser, run: Run) -> None:
    anchors = eraser.home / "anchors.txt"
    anchors.touch()
    with mailbox() as box, answering(both) as desk:
        eraser.patch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", box.connection)
        eraser.patch.setenv("DAICHO_ANCHOR", str(anchors))
        done = run("delete_on_demand", **WISH)
    assert done.state == "success"
    assert [each.note for each in read_anchors(anchors)] == [
        Ledger(eraser.home / "ledger").latest().note
    ]
    assert done.result("conclude") == {"plans": 1, "certified": 1}
    assert eraser.rows() == MAILS - 4
    assert eraser.decisions() == [("approve", "owner.ec"), ("approve", "cpo")]
    assert {each.run_id for each in eraser.signed()} == {f"{DAG}/{done.run_id}"}
    files = done.result("erasure.certify", 0)["files"]
    assert {name.rpartition(".")[2] for name in files} == {"json", "html"}
    assert all((eraser.home / "certificates" / name).is_file() for name in files)

    first, second = desk.asked
    assert (first.users, second.users) == (("owner.ec", "owner.crm"), ("cpo",))
    assert first.subject == (
        "Erase 4 row(s) of crm.crm_mail_events (mail_event)? / "
        "crm.crm_mail_eventsの4行(mail_event)を消去しますか"
    )
    owners, officer = box.mails
    assert owners.to == ("data-owners@yukimidori.example",)
    assert officer.to == ("cpo@yukimidori.example",)
    assert owners.subject == first.subject
    for part in (
        "Approval 1 of 2 waits for: Data owner (department manager). Unanswered until ",
        "承認 1/2 をお待ちしています",
        f"/dags/{DAG}/runs/{quote(done.run_id)}/tasks/erasure.approve/mapped/0/required_actions",
    ):
        assert part in owners.text
    for part in (
        "**Approval 1 of 2**, by: Data owner (department manager)",
        "| `crm_mail_events` | delete rows | 4 | 207 |",
        "| `crm_mail_events` | 行を削除 | 4 | 207 |",
        f"Record class mail_event, due on {AS_OF}; asked for by dag_test.",
        "Reason: No longer needed (art. 35) (no_longer_needed); ticket OPS-1.",
        "Periods began between 2025-07-15 and 2025-07-18.",
        "Nothing of it was to stay when it was planned.",
        "The policy allows 100,000 rows and 20 % of a table",
        "To approve, type the first 12 characters of the digest",
        "**承認 1/2**",
    ):
        assert part in first.body
    assert first.until is not None
    week = timedelta(days=7)
    assert week - timedelta(minutes=5) < first.until - datetime.now(UTC) <= week
    assert set(done.shown("erasure.apply_1")) == {"crm.crm_mail_events mail_event"}
    assert [done.result(f"erasure.apply_{n}", 0)["chunks"] for n in (1, 2)] == [1, 0], "one writer"


WRONG = (
    Answer("owner.ec"),  # nothing typed
    Answer("owner.ec", typed="0" * 12),
    Answer("owner.ec", typed="a"),
    Answer("cpo", typed="right"),  # of the other stage
    Answer("dag_test", typed="right"),  # who asked
    Answer("engineer", typed="right"),  # on no list
    Answer(None, typed="right"),  # a task that answers for itself
    Answer("engineer", "Reject"),
    Answer("cpo", "Reject"),
    Answer(None, "Reject"),
)


def test_a_wrong_answer_is_none_and_the_request_is_opened_again(
    eraser: Eraser, run: Run, dags: dict[str, Any]
) -> None:
    eraser.at_once(dags[DAG], *APPROVALS)
    left = iter(WRONG)

    def reply(asked: Asked) -> Answer:
        answer = next(left, Answer("owner.ec", "Reject"))
        typed = asked.digest[:12] if answer.typed == "right" else answer.typed
        return Answer(answer.user, answer.option, typed)

    with answering(reply) as desk:
        done = run("delete_on_demand", **WISH)
    assert [asked.tries for asked in desk.asked] == list(range(1, len(WRONG) + 2))
    assert done.states("erasure.approve") == ["skipped"]
    assert eraser.decisions() == [("reject", "owner.ec")]
    assert eraser.rows() == MAILS


def test_what_nobody_answered_is_rejected_and_what_follows_is_skipped(
    eraser: Eraser, run: Run
) -> None:
    with answering(lambda _asked: Answer(None, "Reject", timed_out=True)):
        done = run("delete_on_demand", **WISH)
    assert done.state == "success", "a rejection is no failure"
    assert done.result("conclude") == {"plans": 1, "rejected": 1}
    skipped = ("approve", "approve_again", "apply_1", "apply_2", "verify", "certify")
    assert [done.states(f"erasure.{each}") for each in skipped] == [["skipped"]] * len(skipped)
    assert eraser.decisions() == [("reject", "airflow.deadline")]
    assert (eraser.states(), eraser.rows()) == (["rejected"], MAILS)


def test_the_second_approver_may_still_reject(eraser: Eraser, run: Run) -> None:
    def reply(asked: Asked) -> Answer:
        return both(asked) if asked.task == "approve" else Answer("cpo", "Reject")

    with answering(reply):
        done = run("delete_on_demand", **WISH)
    assert done.result("conclude") == {"plans": 1, "rejected": 1}
    assert eraser.decisions() == [("approve", "owner.ec"), ("reject", "cpo")]
    assert eraser.rows() == MAILS


def test_what_was_withdrawn_meanwhile_is_not_erased(eraser: Eraser, run: Run) -> None:
    def reply(asked: Asked) -> Answer:
        desk = eraser.desk()
        withdraw(desk, desk.records.plans()[0].plan.plan_id, "dag_test")
        return both(asked)

    with answering(reply):
        done = run("delete_on_demand", **WISH)
    assert done.result("conclude") == {"plans": 1, "withdrawn": 1}
    assert done.states("erasure.apply_1") == ["skipped"]
    assert eraser.rows() == MAILS


def test_marking_the_approvals_as_successful_approves_nothing(eraser: Eraser, run: Run) -> None:
    done = run("delete_on_demand", mark=r"erasure\.approve.*", **WISH)
    assert done.states("erasure.approve") + done.states("erasure.approve_again") == ["success"] * 2
    apply = done.tasks[("erasure.apply_1", 0)]
    assert (str(apply.state), apply.try_number) == ("failed", 1)
    assert (done.state, done.states("conclude")) == ("failed", ["failed"])
    assert (eraser.decisions(), eraser.states()) == ([], ["planned"])
    assert eraser.rows() == MAILS


def test_who_asked_and_who_approved_before_are_not_asked_even_when_on_the_list(
    eraser: Eraser, run: Run
) -> None:
    eraser.policy(
        ("people: [owner.ec, owner.crm]", "people: [DAG_Test, owner.crm]"),
        ("people: [cpo]", "people: [owner.crm]"),
    )

    def reply(asked: Asked) -> Answer:
        return Answer("owner.crm", typed=asked.digest[:12])

    with answering(reply) as desk:
        done = run("delete_on_demand", **WISH)
    assert [(asked.task, asked.users) for asked in desk.asked] == [("approve", ("owner.crm",))]
    second = done.tasks[("erasure.approve_again", 0)]
    assert (str(second.state), second.try_number) == ("failed", 1), "nobody is left"
    assert done.state == "failed"
    assert eraser.rows() == MAILS


def test_one_stage_asks_once_and_ids_are_those_of_the_auth_manager(
    eraser: Eraser, run: Run
) -> None:
    eraser.policy(("stages: [[DO], [CPO]]", "stages: [[DO]]"))
    eraser.patch.setenv("DAICHO_AIRFLOW_USERS", "OWNER.ec=12, cpo=7")
    with socket.socket() as closed:  # and nobody is there to take an e-mail
        closed.bind(("127.0.0.1", 0))
        eraser.patch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", connection(closed.getsockname()[1]))

    def reply(asked: Asked) -> Answer:
        return Answer("12", typed=asked.digest[:12])

    with answering(reply) as desk:
        done = run("delete_on_demand", **WISH)
    assert [asked.users for asked in desk.asked] == [("12", "owner.crm")]
    assert done.result("conclude") == {"plans": 1, "certified": 1}
    assert [person for _, person in eraser.decisions()] == ["owner.ec"]


def test_more_stages_than_tasks_are_refused_before_anybody_is_asked(
    eraser: Eraser, run: Run
) -> None:
    eraser.policy(("stages: [[DO], [CPO]]", "stages: [[DO], [CPO], [CPO]]"))
    with answering(both) as desk:
        done = run("delete_on_demand", **WISH)
    assert (done.state, desk.asked) == ("failed", [])


def test_a_plan_over_its_limits_is_not_asked_about(eraser: Eraser, run: Run) -> None:
    eraser.policy(("max_rows: 100000", "max_rows: 3"))
    with answering(both) as desk:
        done = run("delete_on_demand", **WISH)
    assert (done.states("erasure.approve"), desk.asked) == (["failed"], [])
    assert done.result("plan")["plans"][0]["over_limits"] == 1
