"""A hold is reviewed in time, has a declared reason that may hold, and names what it keeps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from include.governance.model.contract import RecordClassUse
from include.governance.model.register import HoldRow
from include.governance.model.schedule import HoldReason
from include.governance.retention.hold_review import ReviewTerms, is_open, problems
from include.governance.retention.hold_scope import OpenHold
from tests.source import tables
from tests.source.tables import AS_OF

RECORD = tables.record_class({"latest_of": ["p"]}, {"period": "P1Y"}, holds=["dispute"])
SCHEDULE = tables.schedule(c=RECORD).model_copy(
    update={
        "hold_reasons": {
            "dispute": HoldReason(en="Open dispute", ja="紛争中", also=("返金紛争",)),
            "litigation": HoldReason(en="Lawsuit", ja="訴訟"),
        }
    }
)
ORDERS = tables.dataset("orders", ["id"], entity="order", uses=[RecordClassUse(record_class="c")])
NOTES = tables.dataset("notes", ["id"], entity="note")
TERMS = ReviewTerms(AS_OF, SCHEDULE, (ORDERS, NOTES))
LAST = date(2027, 5, 30)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, set()),
        # the review: by the day itself at the earliest, within the longest time at the latest
        ({"review_due": None}, {("hold_review", None)}),
        ({"review_due": AS_OF - timedelta(days=1)}, {("hold_review", None)}),
        ({"review_due": AS_OF}, set()),
        ({"review_due": LAST}, set()),
        ({"review_due": LAST + timedelta(days=1)}, {("hold_review", None)}),
        ({"review_due": date.max}, {("hold_review", None)}),
        # the reason: by its key, label or another word for it, with or without a note
        ({"reason": "open DISPUTE"}, set()),
        ({"reason": "返金紛争"}, set()),
        ({"reason": "dispute: refund, two parcels"}, set()),
        ({"reason": None}, {("hold_reason", None)}),
        ({"reason": "  "}, {("hold_reason", None)}),
        ({"reason": "because"}, {("hold_reason", "hold_reason_unknown")}),
        # a declared reason that the record class does not allow
        ({"reason": "litigation"}, {("hold_reason", None)}),
        ({"reason": "litigation", "subject_ref": None}, {("hold_reason", None)}),
        ({"reason": "litigation", "table_name": None}, {("hold_reason", None)}),
        ({"reason": "litigation", "table_name": "notes", "subject_ref": "note:1"}, set()),
        # the scope
        ({"table_name": " ", "subject_ref": None}, {("hold_scope", "hold_names_nothing")}),
        ({"table_name": "ordres"}, {("hold_scope", "hold_table_unknown_near")}),
        ({"subject_ref": "patient:1"}, {("hold_scope", "hold_unresolved")}),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_what_is_wrong_with_a_hold(
    changed: dict[str, Any], expected: set[tuple[str, str | None]]
) -> None:
    given = {
        "hold_id": "H1",
        "table_name": "orders",
        "subject_ref": "order:1",
        "reason": "dispute",
        "review_due": LAST,
        **changed,
    }
    hold = HoldRow.model_construct(**given)
    scope = OpenHold(given["table_name"], given["subject_ref"], "ref")
    found = list(problems(hold, scope, TERMS))
    assert {(p.rule, p.code) for p in found} == expected
    assert len({p.rule for p in found}) == len(found)


@pytest.mark.parametrize(
    ("released", "still"),
    [(None, True), (AS_OF, False), (AS_OF - timedelta(days=1), False), (date.max, True)],
)
def test_a_hold_is_open_until_the_day_of_its_release(released: date | None, still: bool) -> None:
    assert is_open(HoldRow.model_construct(released_at=released), AS_OF) is still
