"""A rule finds the same rows in one database and joined in memory from two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.rules.small import Table, build, refs

TRANSFERS = Table(
    "hand_overs",
    ("id", "at", "items", "who", "kind", "purpose", "person", "safe"),
    register="transfers",
    fields={
        "id": "transfer_id", "at": "transferred_at", "items": "categories",
        "who": "recipient_id", "person": "subject_id", "safe": "encrypted",
    },
)  # fmt: skip
RECORDS = Table(
    "records",
    ("record_id", "transfer_id", "subject_ref"),
    register="provision_records",
)
RECIPIENTS = Table("partners", ("recipient_id", "kind", "agreement_ends_on"), register="recipients")
PERSONS = Table(
    "people",
    ("person_id", "email", "mail_flag"),
    kind="subject_master",
    entity="member",
    subject_key="person_id",
)
CONSENTS = Table(
    "consents_", ("consent_id", "subject_id", "status", "granted_at", "corrects"),
    register="consents",
)  # fmt: skip
MESSAGES = Table(
    "mails",
    ("event_id", "person_id", "email", "event_type", "occurred_at"),
    kind="communication",
    subject_key="person_id",
)
INQUIRIES = Table("letters", ("letter_id", "email"), kind="free_text", entity="inquiry")
ROWS: dict[Table, list[dict[str, Any]]] = {
    TRANSFERS: [
        {"id": "T1", "at": "2026-11-30T09:00:00", "items": '["name"]', "who": "R1",
         "kind": "third", "purpose": "P2", "person": 10, "safe": 1},
        {"id": "T2", "at": "2026-11-29T15:00:00Z", "items": "name, gender", "who": "R2",
         "kind": "third", "purpose": "P2", "person": None, "safe": "no"},
        {"id": "T3", "at": "2026-11-30", "items": "[]", "who": "R9",
         "kind": "joint", "purpose": " ", "person": 11, "safe": None},
    ],
    RECORDS: [
        {"record_id": "P1", "transfer_id": "T1", "subject_ref": "member:10"},
        {"record_id": "P2", "transfer_id": None, "subject_ref": "11"},
    ],
    RECIPIENTS: [
        {"recipient_id": "R1", "kind": "third", "agreement_ends_on": "2026-11-30"},
        {"recipient_id": "R2", "kind": "self", "agreement_ends_on": "2026/11/29"},
    ],
    PERSONS: [
        {"person_id": 10, "email": "A@mail.example", "mail_flag": "Y"},
        {"person_id": 11, "email": " b@mail.example ", "mail_flag": 1},
        {"person_id": 12, "email": "", "mail_flag": 0},
    ],
    CONSENTS: [
        {"consent_id": 1, "subject_id": "10", "status": "granted"},
        {"consent_id": 2, "subject_id": "10", "status": "withdrawn", "corrects": 1},
        {"consent_id": 3, "subject_id": 11, "status": "withdrawn"},
        {"consent_id": 4, "subject_id": 11, "status": "granted", "corrects": 3},
    ],
    MESSAGES: [
        {"event_id": 1, "email": "a@MAIL.example", "event_type": "sent",
         "occurred_at": "2026-11-01 10:00"},
        {"event_id": 2, "email": "c@mail.example", "event_type": "sent",
         "occurred_at": "2026-11-30T00:00:00.5+09:00"},
    ],
    INQUIRIES: [{"letter_id": 1, "email": "C@mail.example"}, {"letter_id": 2, "email": None}],
}  # fmt: skip
#: Rows, breach, the other table, and the keys that break it.
CASES = {
    "no record": (
        "transfers", "kind = 'third' AND NOT EXISTS (SELECT 1 FROM provision_records r"
        " WHERE r.transfer_id = transfers.transfer_id)", "records", ("T2",),
    ),
    "days of moments": (
        "transfers", "EXISTS (SELECT 1 FROM recipients r WHERE r.recipient_id ="
        " transfers.recipient_id AND r.agreement_ends_on < DAY_OF(transferred_at))",
        "partners", ("T2",),
    ),
    "not in the register": (
        "transfers", "recipient_id NOT IN (SELECT recipient_id FROM recipients)",
        "partners", ("T3",),
    ),
    "words of a list": (
        "transfers", "EXISTS (SELECT 1 FROM transfers__categories c WHERE c.transfer_id ="
        " transfers.transfer_id AND NOT EXISTS (SELECT 1 FROM purpose_categories a"
        " WHERE a.purpose = transfers.purpose AND a.category = c.word))"
        " AND EXISTS (SELECT 1 FROM recipients)", "partners", ("T2",),
    ),
    "persons by their number, with an entity before it": (
        "transfers", "EXISTS (SELECT 1 FROM provision_records r"
        " WHERE r.subject_ref = transfers.subject_id)", "records", ("T1", "T3"),
    ),
    "what was corrected does not stand": (
        "persons", "mail_flag = 1 AND EXISTS (SELECT 1 FROM consents c WHERE c.subject_id ="
        " persons.subject_id AND c.status = 'withdrawn')", "consents_", (10,),
    ),
    "contacts without case": (
        "messages", "email IN (SELECT email FROM inquiries)", "letters", (2,),
    ),
    "contacts of persons": (
        "messages", "NOT EXISTS (SELECT 1 FROM persons p WHERE p.email = messages.email)",
        "people", (2,),
    ),
    "counted": (
        "persons", "(SELECT COUNT(*) FROM messages m WHERE m.email = persons.email"
        " AND m.occurred_at < '2026-11-30T00:00:00.000000') > 0", "mails", (10,),
    ),
    "the same relation inside": (
        "transfers", "encrypted = 0 AND EXISTS (SELECT 1 FROM transfers t JOIN recipients r"
        " ON r.recipient_id = t.recipient_id WHERE t.kind = transfers.kind"
        " AND t.transfer_id <> transfers.transfer_id)", "partners", ("T2",),
    ),
    "blank is nothing": (
        "transfers", "purpose IS NULL AND encrypted IS NULL AND EXISTS (SELECT 1 FROM recipients)",
        "partners", ("T3",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("apart", [False, True], ids=["in_database", "streamed"])
@pytest.mark.parametrize("case", sorted(CASES))
def test_the_same_rows_are_found(tmp_path: Path, case: str, apart: bool) -> None:
    rows, breach, other, keys = CASES[case]
    small = build(tmp_path, ROWS, apart=[other] if apart else [])
    [found] = small.judge(rows=rows, breach=breach)
    assert (found.status, found.reason) == ("fail", None)
    assert (found.rows, found.row_refs) == (len(keys), refs(found.table, *keys))
    assert found.facts["ran"] == ("streamed" if apart else "in_database")
    assert found.facts["sources"] == ("main, other" if apart else "main")


def test_a_condition_on_one_relation_alone_is_left_to_its_source(tmp_path: Path) -> None:
    rows, breach, other, _ = CASES["what was corrected does not stand"]
    [found] = build(tmp_path, ROWS, apart=[other]).judge(rows=rows, breach=breach)
    assert found.facts["streamed_rows"] == 2 + 1, "asks for mail; withdrawn and not corrected"
