"""What becomes of a finding: seen, gone, decided on, seen again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from include.governance.errors import StoreError
from include.governance.model.finding import Finding
from include.governance.store import Store
from include.governance.store.lifecycle import FindingRecord

DAY = date(2026, 11, 30)
TOKYO = ZoneInfo("Asia/Tokyo")
PLACE = ("S6-01", "shop", "members")


def ref(row: int) -> str:
    return f"{row:064x}"


def finding(*rows: int, due: date = DAY + timedelta(days=30), **more: object) -> Finding:
    given: dict[str, object] = {
        "control": "S6-01",
        "clause": "6",
        "law": ("APPI 22",),
        "severity": "medium",
        "source": "shop",
        "table": "members",
        "columns": ("email",),
        "rows": len(rows),
        "row_refs": tuple(sorted(map(ref, rows))),
        "owner": "EC",
        "due": due,
        "fingerprint": "f1",
    }
    return Finding.model_validate({**given, **more})


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), TOKYO)


def sync(
    store: Store, *seen: Finding, after: int = 0, evaluated: tuple[tuple[str, str, str], ...] = ()
) -> dict[str, int]:
    """A run ``after`` days later that saw these findings, due thirty days after it."""
    day = DAY + timedelta(days=after)
    run_id = store.begin_run("flag", day, "2026-04", "all", noon(day), f"run {day}")
    dated = [each.model_copy(update={"due": each.due + timedelta(days=after)}) for each in seen]
    return dict(store.sync_findings(run_id, dated, evaluated, noon(day), day))


def the(store: Store) -> FindingRecord:
    found = store.finding("f1")
    assert found is not None
    return found


def accept(store: Store, until: int = 30, after: int = 0) -> FindingRecord:
    return store.decide(
        "f1",
        "accept",
        role="CPO",
        reason="low risk until the migration",
        until=DAY + timedelta(days=until),
        by="officer",
        at=noon(DAY + timedelta(days=after)),
    )


def dismiss(store: Store, reason: str = "test accounts") -> FindingRecord:
    return store.decide("f1", "false_positive", reason=reason, by="officer", at=noon(DAY))


def withdraw(store: Store) -> FindingRecord:
    return store.decide("f1", "reopen", reason="wrong after all", by="officer", at=noon(DAY))


Step = Callable[[Store], object]
STORIES: dict[str, tuple[tuple[Step, ...], str, list[str]]] = {
    "new": ((lambda s: sync(s, finding(1)),), "open", ["opened"]),
    "seen again unchanged": (
        (lambda s: sync(s, finding(1)), lambda s: sync(s, finding(1), after=1)),
        "open",
        ["opened"],
    ),
    "seen again with other rows": (
        (lambda s: sync(s, finding(1)), lambda s: sync(s, finding(1, 2), after=1)),
        "open",
        ["opened", "changed"],
    ),
    "gone": (
        (lambda s: sync(s, finding(1)), lambda s: sync(s, after=1, evaluated=(PLACE,))),
        "fixed",
        ["opened", "fixed"],
    ),
    "not evaluated": (
        (
            lambda s: sync(s, finding(1)),
            lambda s: sync(s, after=1, evaluated=(("S6-01", "shop", "orders"),)),
        ),
        "open",
        ["opened"],
    ),
    "back after it was fixed": (
        (
            lambda s: sync(s, finding(1)),
            lambda s: sync(s, after=1, evaluated=(PLACE,)),
            lambda s: sync(s, finding(1), after=2),
        ),
        "open",
        ["opened", "fixed", "seen_again"],
    ),
    "accepted and seen": (
        (lambda s: sync(s, finding(1)), accept, lambda s: sync(s, finding(1), after=30)),
        "accepted",
        ["opened", "accepted"],
    ),
    "accepted with more rows": (
        (lambda s: sync(s, finding(1)), accept, lambda s: sync(s, finding(1, 2), after=3)),
        "open",
        ["opened", "accepted", "new_rows"],
    ),
    "accepted with another row": (
        (lambda s: sync(s, finding(1)), accept, lambda s: sync(s, finding(2), after=3)),
        "open",
        ["opened", "accepted", "new_rows"],
    ),
    "accepted with fewer rows": (
        (lambda s: sync(s, finding(1, 2)), accept, lambda s: sync(s, finding(2), after=3)),
        "accepted",
        ["opened", "accepted", "changed"],
    ),
    "accepted, and more rows behind the cut": (
        (
            lambda s: sync(s, finding(1, 2, rows=9)),
            accept,
            lambda s: sync(s, finding(1, 2, rows=9), after=1),
            lambda s: sync(s, finding(1, 2, rows=10), after=2),
        ),
        "open",
        ["opened", "accepted", "new_rows"],
    ),
    "accepted without references, and more rows": (
        (lambda s: sync(s, finding(rows=8)), accept, lambda s: sync(s, finding(rows=9), after=1)),
        "open",
        ["opened", "accepted", "new_rows"],
    ),
    "accepted, and another column of the row": (
        (
            lambda s: sync(s, finding(1)),
            accept,
            lambda s: sync(s, finding(1, columns=("email", "phone")), after=1),
        ),
        "open",
        ["opened", "accepted", "new_rows"],
    ),
    "false positive with another column": (
        (
            lambda s: sync(s, finding(1, columns=("a",))),
            dismiss,
            lambda s: sync(s, finding(1, columns=("b",)), after=1),
        ),
        "open",
        ["opened", "false_positive", "new_rows"],
    ),
    "false positive with another kind in the column": (
        (
            lambda s: sync(s, finding(1, kinds=("a: phone",))),
            dismiss,
            lambda s: sync(s, finding(1, kinds=("a: my_number", "a: phone")), after=1),
        ),
        "open",
        ["opened", "false_positive", "new_rows"],
    ),
    "false positive with fewer columns and kinds": (
        (
            lambda s: sync(s, finding(1, columns=("a", "b"), kinds=("a: phone", "b: mail"))),
            dismiss,
            lambda s: sync(s, finding(1, columns=("b",), kinds=("b: mail",)), after=1),
        ),
        "false_positive",
        ["opened", "false_positive", "changed"],
    ),
    "accepted and gone": (
        (lambda s: sync(s, finding(1)), accept, lambda s: sync(s, after=3, evaluated=(PLACE,))),
        "fixed",
        ["opened", "accepted", "fixed"],
    ),
    "acceptance ended": (
        (lambda s: sync(s, finding(1)), accept, lambda s: sync(s, finding(1), after=31)),
        "open",
        ["opened", "accepted", "acceptance_ended"],
    ),
    "acceptance ended, nobody looked": (
        (lambda s: sync(s, finding(1)), accept, lambda s: sync(s, after=31)),
        "open",
        ["opened", "accepted", "acceptance_ended"],
    ),
    "acceptance renewed": (
        (
            lambda s: sync(s, finding(1)),
            accept,
            lambda s: accept(s, until=60, after=20),
            lambda s: sync(s, finding(1), after=31),
        ),
        "accepted",
        ["opened", "accepted", "accepted"],
    ),
    "the same decision twice": (
        (lambda s: sync(s, finding(1)), accept, accept),
        "accepted",
        ["opened", "accepted"],
    ),
    "false positive with the same rows": (
        (lambda s: sync(s, finding(1, 2)), dismiss, lambda s: sync(s, finding(1, 2), after=1)),
        "false_positive",
        ["opened", "false_positive"],
    ),
    "false positive with fewer rows": (
        (lambda s: sync(s, finding(1, 2)), dismiss, lambda s: sync(s, finding(2), after=1)),
        "false_positive",
        ["opened", "false_positive", "changed"],
    ),
    "false positive with a new row": (
        (lambda s: sync(s, finding(1, 2)), dismiss, lambda s: sync(s, finding(1, 3), after=1)),
        "open",
        ["opened", "false_positive", "new_rows"],
    ),
    "false positive not seen for a while": (
        (
            lambda s: sync(s, finding(1, 2)),
            dismiss,
            lambda s: sync(s, after=1, evaluated=(PLACE,)),
            lambda s: sync(s, finding(1, 2), after=2),
        ),
        "false_positive",
        ["opened", "false_positive"],
    ),
    "false positive whose references were cut": (
        (
            lambda s: sync(s, finding(1, 2, rows=9)),
            dismiss,
            lambda s: sync(s, finding(1, 2, rows=8), after=1),
        ),
        "open",
        ["opened", "false_positive", "new_rows"],
    ),
    "false positive without references": (
        (lambda s: sync(s, finding(rows=9)), dismiss, lambda s: sync(s, finding(rows=8), after=1)),
        "false_positive",
        ["opened", "false_positive", "changed"],
    ),
    "decision withdrawn": (
        (lambda s: sync(s, finding(1)), dismiss, withdraw),
        "open",
        ["opened", "false_positive", "reopened"],
    ),
    "a run for an earlier day": (
        (
            lambda s: sync(s, finding(1), after=5),
            lambda s: sync(s, finding(1, 2), after=1),
            lambda s: sync(s, after=2, evaluated=(PLACE,)),
        ),
        "open",
        ["opened"],
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_the_life_of_a_finding(store: Store, name: str) -> None:
    steps, status, actions = STORIES[name]
    for step in steps:
        step(store)
    assert the(store).status == status
    events = store.finding_events("f1")
    assert [event.action for event in events] == actions
    assert [event.from_status for event in events[1:]] == [e.to_status for e in events[:-1]]
    assert events[-1].to_status == status
    assert [each.finding.fingerprint for each in store.findings(the(store).status)] == ["f1"]


def test_a_whole_life_in_every_database(any_store: Store) -> None:
    assert sync(any_store, finding(1, 2)) == {"opened": 1}
    accept(any_store)
    sync(any_store, finding(2, 3), after=31)
    dismiss(any_store)
    assert sync(any_store, finding(4), after=32) == {"new_rows": 1}
    record = the(any_store)
    assert record.finding == finding(4, due=DAY + timedelta(days=62))
    assert (record.first_seen, record.last_seen) == (DAY, DAY + timedelta(days=32))
    accepted = any_store.finding_events()[1]
    assert (accepted.by, accepted.role, accepted.reason) == (
        "officer",
        "CPO",
        "low risk until the migration",
    )
    assert accepted.until == DAY + timedelta(days=30)
    assert accepted.at == noon(DAY)
    assert accepted.run_id is None


def test_the_due_date_is_kept_from_the_first_sight(store: Store) -> None:
    sync(store, finding(1))
    sync(store, finding(1, 2), after=10)
    assert the(store).finding.due == DAY + timedelta(days=30)
    assert the(store).is_overdue(DAY + timedelta(days=31))


def test_a_higher_severity_brings_the_due_date_forward(store: Store) -> None:
    sync(store, finding(1))
    sync(store, finding(1, due=DAY + timedelta(days=1), severity="critical"), after=2)
    assert the(store).finding.due == DAY + timedelta(days=3)
    assert the(store).finding.severity == "critical"


def test_a_finding_that_returns_gets_a_new_due_date(store: Store) -> None:
    sync(store, finding(1))
    sync(store, after=1, evaluated=(PLACE,))
    sync(store, finding(1), after=9)
    assert the(store).finding.due == DAY + timedelta(days=39)
    assert the(store).first_seen == DAY


def test_an_acceptance_that_ended_is_due_on_the_day_it_ended(store: Store) -> None:
    sync(store, finding(1))
    accept(store, until=90)
    sync(store, finding(1), after=91)
    assert the(store).finding.due == DAY + timedelta(days=90)


def test_a_run_for_a_far_day_by_mistake_does_not_freeze_findings(store: Store) -> None:
    run = store.begin_run("flag", date(2062, 1, 1), "v", "all", noon(DAY), "typo")
    store.sync_findings(run, [finding(1)], (), noon(DAY), date(2062, 1, 1))
    sync(store, after=1, evaluated=(PLACE,))
    assert the(store).status == "fixed"


def test_repeating_a_synchronisation_changes_nothing(any_store: Store) -> None:
    other = finding(7, fingerprint="f2", table="orders")
    for _ in range(2):
        sync(any_store, finding(1), other)
    before = any_store.findings()
    assert sync(any_store, finding(1), other) == {}
    assert any_store.findings() == before
    assert [event.action for event in any_store.finding_events()] == ["opened", "opened"]


def test_one_fingerprint_twice_in_a_run_is_refused(store: Store) -> None:
    with pytest.raises(StoreError) as refused:
        sync(store, finding(1), finding(2))
    assert refused.value.code == "finding_twice"
    assert store.findings() == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": ""}, "text_missing"),
        ({"reason": " \n"}, "text_missing"),
        ({"reason": "the member called from 090-1234-5678"}, "text_with_number"),
        ({"reason": "ask taro@mail.example"}, "text_with_mail"),
        ({"reason": "a\x00b"}, "text_unsafe"),
        ({"by": ""}, "text_missing"),
        ({"role": None}, "role_missing"),
        ({"role": "山田 太郎"}, "role_missing"),
        ({"until": None}, "acceptance_until"),
        ({"until": DAY}, "acceptance_until"),
        ({"until": DAY - timedelta(days=1)}, "acceptance_until"),
        ({"until": date(2027, 12, 1)}, "acceptance_until"),
        ({"decision": "false_positive"}, "decision_without_until"),
        ({"decision": "reopen", "until": None}, "decision_not_allowed"),
        ({"fingerprint": "nobody"}, "finding_unknown"),
    ],
)
def test_a_decision_must_be_complete(store: Store, change: dict[str, object], code: str) -> None:
    sync(store, finding(1))
    given: dict[str, object] = {
        "fingerprint": "f1",
        "decision": "accept",
        "role": "CPO",
        "reason": "low risk",
        "until": date(2027, 11, 30),
        "by": "officer",
        "at": noon(DAY),
    }
    with pytest.raises(StoreError) as refused:
        store.decide(**{**given, **change})  # type: ignore[arg-type]
    assert refused.value.code == code
    assert the(store).status == "open"
    assert len(store.finding_events()) == 1
    store.decide(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize("decision", [accept, dismiss, withdraw])
def test_a_fixed_finding_cannot_be_decided_on(store: Store, decision: Step) -> None:
    sync(store, finding(1))
    sync(store, after=1, evaluated=(PLACE,))
    with pytest.raises(StoreError) as refused:
        decision(store)
    assert refused.value.code == "decision_not_allowed"


@pytest.mark.parametrize(
    "reason",
    [
        "'; DROP TABLE finding; --",
        "<script>alert(1)</script>",
        "=1+1",
        "%(x)s :x {x} ?",
        "受容\n理由",
    ],
)
def test_a_hostile_reason_is_only_text(any_store: Store, reason: str) -> None:
    sync(any_store, finding(1))
    any_store.decide("f1", "false_positive", reason=reason, by="officer", at=noon(DAY))
    assert any_store.finding_events()[1].reason == reason
    decision = the(any_store).decision
    assert decision is not None
    assert decision.reason == reason
