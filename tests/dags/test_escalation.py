"""Who must act on an overdue finding is told by e-mail, once; later, who is above them."""

from __future__ import annotations

from datetime import timedelta

from include.orchestration.escalation import escalate
from tests.dags.eraser import Eraser, eraser  # noqa: F401 - a fixture
from tests.dags.mailbox import connection, mailbox
from tests.store.test_findings import DAY, PLACE, finding, noon, sync

OWNER, ABOVE = ("data-owners@yukimidori.example",), ("cpo@yukimidori.example",)


def told(after: int) -> int:
    """How many findings somebody is told of so many days after they were found."""
    return escalate(f"morning {after}", (DAY + timedelta(days=after)).isoformat())["escalated"]


def test_each_role_is_told_once_for_each_time_a_finding_opens(eraser: Eraser) -> None:  # noqa: F811
    store = eraser.desk().workspace.store()
    sync(store, finding(1, 2), finding(3, fingerprint="f2", control="S6-25", severity="high"))
    with mailbox() as box:
        eraser.patch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", connection(9))  # nobody listens there
        assert told(31) == 0
        eraser.patch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", box.connection)
        assert told(30) == 0  # due today is not overdue
        assert told(31) == 2
        assert [mail.to for mail in box.mails] == [("cs@yukimidori.example",), OWNER]
        assert told(32) == 0
        assert told(39) == 1  # high: seven days more
        assert told(61) == 1  # medium: thirty days more
        assert [mail.to for mail in box.mails[2:]] == [ABOVE, ABOVE]
        sync(store, after=62, evaluated=(PLACE,))
        sync(store, finding(1, 2), after=63)
        assert told(63) == 0
        assert told(94) == 1
    assert "1 finding(s)" in box.mails[1].text
    assert "medium 1" in box.mails[1].text
    assert "担当の要確認事項1件" in box.mails[1].text
    assert "/dags/daicho_report" in box.mails[1].text
    kinds = [event.action for event in store.finding_events("f2")]
    assert kinds == ["opened", "escalated", "escalated"]


def asked(after: int) -> int:
    """Of how many findings somebody is asked so many days later whether they are a leak."""
    day = (DAY + timedelta(days=after)).isoformat()
    return escalate(f"morning {after}", day)["incidents_asked"]


def test_who_says_whether_a_finding_is_a_leak_is_reminded_once(eraser: Eraser) -> None:  # noqa: F811
    store = eraser.desk().workspace.store()
    leak = {"control": "S3-01", "due": DAY + timedelta(days=300)}
    sync(store, *(finding(1, fingerprint=name, **leak) for name in ("a", "b", "c")))
    store.answer_incident("c", "no", reason="a test", by="sec", at=noon(DAY), role="SEC")
    with mailbox() as box:
        eraser.patch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", box.connection)
        assert [asked(1), asked(2), asked(3)] == [0, 2, 0]
    [mail] = box.mails
    assert mail.to == ("csirt@yukimidori.example",)
    assert "2 finding(s) may be a leak" in mail.text
    assert f"最も古いものは{DAY}から" in mail.text
