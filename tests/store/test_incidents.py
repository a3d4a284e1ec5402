"""Whether a finding is a leak: asked once for each time it is opened, answered by a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from include.governance.errors import StoreError
from include.governance.model.period import Period
from include.governance.model.register import IncidentRow
from include.governance.store import Store
from include.governance.store.incidents import Answer
from include.governance.store.lifecycle import IncidentState
from include.governance.store.register_entry import Rules, entry_mistakes
from include.governance.store.registers import Registers
from tests.store.test_findings import DAY, PLACE, finding, noon, sync


def state(store: Store) -> IncidentState:
    return store.incident_states()["f1"]


def answer(store: Store, said: Answer, after: int = 0, **more: object) -> IncidentRow | None:
    words: dict[str, object] = {"reason": "looked at it", "by": "sec", "role": "SEC", **more}
    if said == "yes":
        words.setdefault("category", "property_damage")
    return store.answer_incident("f1", said, at=noon(DAY + timedelta(days=after)), **words)  # type: ignore[arg-type]


def incidents(store: Store) -> list[IncidentRow]:
    return list(Registers(store, Period.parse("P180D")).rows(IncidentRow))


def test_a_yes_enters_the_incident_known_since_the_finding(any_store: Store) -> None:
    sync(any_store, finding(1))
    assert state(any_store).answer is None
    entered = answer(any_store, "yes", after=2, persons=12)
    assert entered == IncidentRow(
        incident_id="finding-f1-1",
        known_on=DAY,
        category="property_damage",
        persons_affected=12,
    )
    assert incidents(any_store) == [entered]
    assert state(any_store).answer == "incident_yes"
    events = [(e.action, e.by, e.role, e.reason) for e in any_store.finding_events("f1")]
    assert events[1:] == [("incident_yes", "sec", "SEC", "looked at it")]


def test_the_same_answer_again_changes_nothing(store: Store) -> None:
    sync(store, finding(1))
    first = answer(store, "yes", persons=12)
    assert answer(store, "yes", after=1) == first
    assert answer(store, "yes", after=1, persons=12) == first
    assert (len(incidents(store)), len(store.finding_events("f1"))) == (1, 2)


@pytest.mark.parametrize("other", [{"category": "unauthorised_access"}, {"persons": 15}])
def test_a_yes_that_says_otherwise_is_refused(store: Store, other: dict[str, object]) -> None:
    sync(store, finding(1))
    first = answer(store, "yes", persons=12)
    with pytest.raises(StoreError) as refused:
        answer(store, "yes", after=1, **other)
    assert refused.value.code == "incident_entered"
    assert incidents(store) == [first]


def test_a_no_enters_nothing_and_may_become_a_yes_but_not_back(store: Store) -> None:
    sync(store, finding(1))
    assert answer(store, "no") is None
    assert (incidents(store), state(store).answer) == ([], "incident_no")
    assert answer(store, "yes", after=1) is not None
    with pytest.raises(StoreError) as refused:
        answer(store, "no", after=2)
    assert (refused.value.code, refused.value.facts) == (
        "incident_entered",
        {"key": "finding-f1-1"},
    )


def test_what_was_mended_still_asks_and_what_comes_back_asks_anew(store: Store) -> None:
    sync(store, finding(1))
    sync(store, after=1, evaluated=(PLACE,))
    assert state(store).answer is None
    answer(store, "yes", after=1)
    sync(store, finding(1), after=2)
    assert (state(store).opening, state(store).answer) == (2, None)
    second = answer(store, "yes", after=3)
    assert second is not None
    assert (second.incident_id, second.known_on) == ("finding-f1-2", DAY + timedelta(days=2))


def test_a_reminder_counts_until_the_finding_is_opened_again(store: Store) -> None:
    sync(store, finding(1))
    store.incident_asked(["f1"], "SEC", noon(DAY))
    assert state(store).asked == {"SEC"}
    sync(store, after=1, evaluated=(PLACE,))
    sync(store, finding(1), after=2)
    assert state(store).asked == frozenset()


@pytest.mark.parametrize(
    ("said", "more", "code"),
    [
        ("yes", {"category": None}, "incident_category"),
        ("no", {"category": "many_persons"}, "incident_category"),
        ("no", {"reason": "call taro@mail.example"}, "text_with_mail"),
        ("no", {"role": ""}, "role_missing"),
    ],
)
def test_an_answer_that_cannot_stand_is_refused(
    store: Store, said: Answer, more: dict[str, object], code: str
) -> None:
    sync(store, finding(1))
    with pytest.raises(StoreError) as refused:
        answer(store, said, **more)
    assert refused.value.code == code
    assert (state(store).answer, incidents(store)) == (None, [])


def test_a_finding_that_nobody_knows_is_refused(store: Store) -> None:
    with pytest.raises(StoreError) as refused:
        answer(store, "no")
    assert refused.value.code == "finding_unknown"


def test_the_register_takes_no_category_that_has_no_clock() -> None:
    rules = Rules(hold_review=Period.parse("P180D"), today=DAY)
    found = entry_mistakes(IncidentRow(incident_id="I1", known_on=DAY, category="theft"), rules)
    assert [(each.path, each.code) for each in found] == [("category", "register_choice")]
