"""Registers are typed, checked on entry, and every change says who and when but not what."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from include.governance.errors import StoreError
from include.governance.model.period import Period
from include.governance.model.register import (
    REGISTERS,
    ConsentRow,
    HoldRow,
    ProvisionRecordRow,
    RecipientRow,
    RequestRow,
    TransferRow,
)
from include.governance.model.register_row import FieldKind, RegisterRow
from include.governance.store import Store
from include.governance.store.register_csv import read_csv, write_csv
from include.governance.store.register_entry import RegisterRefused
from include.governance.store.register_json import as_objects, read_json
from include.governance.store.registers import Registers
from tests.store.conftest import AT

TODAY = date(2026, 11, 30)
TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 11, 30, 12, 0)  # noqa: DTZ001 registers hold local time
VALUES: dict[FieldKind, object] = {
    FieldKind.KEY: "K-1",
    FieldKind.NAME: "倉庫 株式会社",
    FieldKind.NOTE: "訴訟のため\n保留",
    FieldKind.SUBJECT: "member:10",
    FieldKind.HASH: "ab" * 32,
    FieldKind.DAY: date(2026, 11, 1),
    FieldKind.MOMENT: NOON,
    FieldKind.NUMBER: 3,
    FieldKind.FLAG: False,
    FieldKind.WORDS: ("name", "address"),
    FieldKind.TRANSIENT: None,
}


def registers_of(store: Store) -> Registers:
    return Registers(store, hold_review=Period.parse("P6M"))


@pytest.fixture
def registers(store: Store) -> Registers:
    return registers_of(store)


def filled(model: type[RegisterRow], key: str = "K-1") -> RegisterRow:
    """A row with every field filled in."""
    values = {name: VALUES[kind] for name, kind in model.kinds().items()}
    values |= {name: allowed[0] for name, allowed in model.choices.items()}
    values |= {"corrects": None} if model.append_only else {}
    values |= {"review_due": date(2027, 4, 30)} if model is HoldRow else {}
    return model.model_validate({**values, model.key_field: key})


def hold(**more: object) -> HoldRow:
    given: dict[str, object] = {
        "hold_id": "H1",
        "table_name": "shop_orders",
        "subject_ref": "order:1",
        "reason": "消費者紛争",
        "approver": "CPO",
        "placed_on": TODAY,
        "review_due": date(2027, 5, 30),
    }
    return HoldRow.model_validate({**given, **more})


def consent(key: str, **more: object) -> ConsentRow:
    given: dict[str, object] = {
        "subject_id": "10",
        "purpose": "P4",
        "status": "granted",
        "granted_at": NOON,
        "policy_version": "2026-04",
    }
    return ConsentRow.model_validate({"consent_id": key, **given, **more})


def refused(registers: Registers, row: RegisterRow) -> list[tuple[str, str]]:
    with pytest.raises(RegisterRefused) as error:
        registers.add(row, "officer", AT)
    return [(each.path, each.code) for each in error.value.mistakes]


@pytest.mark.parametrize("name", REGISTERS)
def test_every_register_keeps_what_it_was_given(store: Store, name: str) -> None:
    registers, model = registers_of(store), REGISTERS[name]
    registers.add(filled(model), "officer", AT)
    assert list(registers.rows(model)) == [filled(model)]
    assert registers.row(model, "K-1") == filled(model)
    (event,) = registers.events(name)
    assert (event.key, event.action, event.by, event.at) == ("K-1", "added", "officer", AT)


def test_all_registers_in_every_database(any_store: Store) -> None:
    registers = registers_of(any_store)
    for model in REGISTERS.values():
        registers.add(filled(model), "officer", AT)
        assert list(registers.rows(model)) == [filled(model)]
    changed = registers.update(RecipientRow, "K-1", {"country": "US"}, "officer", AT)
    assert registers.row(RecipientRow, "K-1") == changed
    registers.add(consent("later", corrects="K-1", status="withdrawn"), "officer", AT)
    assert [row.key for row in registers.rows(ConsentRow)] == ["later"]


def test_a_change_writes_down_the_fields_and_never_their_values(registers: Registers) -> None:
    registers.add(hold(), "officer", AT)
    registers.update(HoldRow, "H1", {"released_at": TODAY, "released_by": "LEG"}, "lawyer", AT)
    added, changed = registers.events("holds")
    assert "reason" in added.fields
    assert (changed.by, changed.fields) == ("lawyer", ("released_at", "released_by"))
    assert "消費者紛争" not in repr((added, changed))
    registers.update(HoldRow, "H1", {"released_by": "LEG"}, "lawyer", AT)
    assert len(registers.events()) == 2


@pytest.mark.parametrize(
    ("change", "mistakes"),
    [
        ({"review_due": None}, [("review_due", "register_required")]),
        ({"review_due": date(2027, 5, 31)}, [("review_due", "register_hold_review")]),
        ({"review_due": date.max}, [("review_due", "register_hold_review")]),
        ({"approver": None, "reason": ""}, None),
        ({"placed_on": TODAY + timedelta(days=1)}, [("placed_on", "register_later_than_today")]),
        ({"reason": "call 090-1234-5678"}, [("reason", "register_text_with_number")]),
        ({"reason": "taro@mail.example"}, [("reason", "register_text_with_mail")]),
        ({"hold_id": "taro@mail.example"}, [("hold_id", "register_text_with_mail")]),
        ({"subject_ref": "taro@mail.example"}, [("subject_ref", "register_text_with_mail")]),
        ({"approver": "a\x00b"}, [("approver", "register_text_unsafe")]),
    ],
)
def test_a_hold_without_end_reason_or_approver_is_refused(
    registers: Registers, change: dict[str, object], mistakes: list[tuple[str, str]] | None
) -> None:
    found = refused(registers, hold(**change))
    assert found == mistakes if mistakes else len(found) >= 2
    assert list(registers.rows(HoldRow)) == []


def test_a_hold_is_extended_by_at_most_its_period_from_the_review(registers: Registers) -> None:
    registers.add(hold(), "officer", AT)
    later = AT + timedelta(days=90)
    with pytest.raises(RegisterRefused):
        registers.update(HoldRow, "H1", {"review_due": date(2027, 9, 1)}, "officer", later)
    registers.update(HoldRow, "H1", {"review_due": date(2027, 8, 28)}, "officer", later)
    registers.update(HoldRow, "H1", {"released_at": date(2029, 1, 1)}, "officer", later)


def test_an_old_hold_may_be_entered_with_its_next_review(registers: Registers) -> None:
    registers.add(hold(placed_on=date(2024, 1, 1), review_due=date(2027, 1, 31)), "officer", AT)


def test_all_mistakes_of_a_row_are_told_at_once(registers: Registers) -> None:
    row = RecipientRow(recipient_id="R1", kind="friend")
    assert refused(registers, row) == [
        ("name", "register_required"),
        ("country", "register_required"),
        ("kind", "register_choice"),
    ]


def test_a_key_is_entered_once_and_changed_by_key(registers: Registers) -> None:
    registers.add(hold(), "officer", AT)
    assert refused(registers, hold()) == [("hold_id", "register_key_known")]
    with pytest.raises(StoreError) as unknown:
        registers.update(HoldRow, "H2", {}, "officer", AT)
    assert unknown.value.code == "register_row_unknown"
    with pytest.raises(RegisterRefused):
        registers.update(HoldRow, "H1", {"review_due": "soon"}, "officer", AT)
    with pytest.raises(RegisterRefused):
        registers.update(HoldRow, "H1", {"no_such_field": 1}, "officer", AT)


@pytest.mark.parametrize("model", [ConsentRow, ProvisionRecordRow])
def test_history_is_appended_and_never_changed(
    registers: Registers, model: type[ConsentRow | ProvisionRecordRow]
) -> None:
    first = filled(model, "1")
    registers.add(first, "officer", AT)
    with pytest.raises(StoreError) as error:
        registers.update(model, "1", {"corrects": None}, "officer", AT)
    assert error.value.code == "register_append_only"
    second = filled(model, "2").model_copy(update={"corrects": "1"})
    registers.add(second, "officer", AT)
    assert list(registers.rows(model)) == [second]
    assert list(registers.rows(model, history=True)) == [first, second]
    third = filled(model, "3")
    twice = third.model_copy(update={"corrects": "1"})
    assert refused(registers, twice) == [("corrects", "register_corrects_twice")]
    nothing = third.model_copy(update={"corrects": "9"})
    assert refused(registers, nothing) == [("corrects", "register_corrects_unknown")]


def test_what_may_be_personal_is_never_stored(registers: Registers) -> None:
    request = RequestRow(request_id="Q1", right="correction", received_on=TODAY)
    with_payload = request.model_copy(update={"payload": '{"city": "港区"}'})
    assert refused(registers, with_payload) == [("payload", "register_never_stored")]
    assert "港区" not in repr(with_payload)
    with pytest.raises(ValueError, match="requester_contact"):
        RequestRow(request_id="Q1", requester_contact="taro@mail.example")
    registers.add(request, "officer", AT)


def csv_of(rows: list[RegisterRow]) -> str:
    text = io.StringIO(newline="")
    assert write_csv(type(rows[0]), rows, text) == len(rows)
    return text.getvalue()


def read(model: type[RegisterRow], text: str) -> list[tuple[int, RegisterRow]]:
    return read_csv(model, io.StringIO(text, newline=""), "given.csv", TOKYO)


def read_objects(model: type[RegisterRow], text: str) -> list[tuple[int, RegisterRow]]:
    return read_json(model, text, "given.json", TOKYO)


@pytest.mark.parametrize("name", REGISTERS)
def test_a_register_survives_the_way_through_a_file(name: str) -> None:
    model = REGISTERS[name]
    empty = model.model_validate({model.key_field: "K-2"})
    rows = [filled(model), empty]
    assert [row for _, row in read(model, csv_of(rows))] == rows
    objects = as_objects(model, rows)
    assert [row for _, row in read_objects(model, json.dumps(objects))] == rows
    lines = "\n".join(map(json.dumps, objects))
    assert read_objects(model, lines) == [(1, rows[0]), (2, rows[1])]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("[]", []),
        ("[{}]", [(1, "review", "register_column_missing")]),
        ('[\n{"review": "a"},\n{"review": "a"}]', [(3, "review", "register_key_twice")]),
        ('{"review": "a", "review": "b"}', [(1, "", "register_column_twice")]),
        ('{"review": "a", "next_duo": null}', [(1, "", "register_unknown_column_near")]),
        ('{"review": {"a": 1}}', [(1, "review", "register_not_text")]),
        ('\n{"review": ["a"], "next_due": 7}', [
            (2, "review", "register_not_text"), (2, "next_due", "register_not_a_day"),
        ]),
        ('[{"review": "a"}', [(1, "", "register_not_json")]),
        ('[{"review": "a"}]]', [(1, "", "register_not_json")]),
        ('{"review": "a"}\nsecret', [(2, "", "register_not_json")]),
        ('{"review": NaN}', [(1, "", "register_not_json")]),
        ("[" * 100_000, [(1, "", "register_not_json")]),
        ('{"review":' + "[" * 100_000, [(1, "", "register_not_json")]),
    ],
    ids=range(14),
)  # fmt: skip
def test_objects_that_are_no_rows_are_refused_with_their_lines(
    text: str, found: list[tuple[int, str, str]]
) -> None:
    if not found:
        assert read_objects(REGISTERS["reviews"], text) == []
        return
    with pytest.raises(RegisterRefused) as error:
        read_objects(REGISTERS["reviews"], text)
    assert [(each.line, each.path, each.code) for each in error.value.mistakes] == found
    assert "secret" not in error.value.say("ja")


def test_a_moment_with_a_zone_becomes_local_time() -> None:
    given = '{"transfer_id": "T1", "transferred_at": "2026-11-30T00:30:00Z"}'
    [(_, row)] = read_objects(TransferRow, given)
    assert row == TransferRow(transfer_id="T1", transferred_at=datetime(2026, 11, 30, 9, 30))  # noqa: DTZ001


def test_the_same_rows_again_change_nothing_and_others_are_refused(registers: Registers) -> None:
    rows = [hold(), hold(hold_id="H2")]
    assert registers.enter(rows, "officer", AT)["added"] == 2
    again = [*rows, hold(hold_id="H3")]
    assert registers.enter(again, "officer", AT) == {"added": 1, "changed": 0, "unchanged": 2}
    assert registers.count(HoldRow) == len(registers.events("holds")) == 3
    with pytest.raises(RegisterRefused) as error:
        registers.enter([hold(approver="LEG"), hold(hold_id="H4")], "officer", AT)
    assert [each.code for each in error.value.mistakes] == ["register_key_known"]
    assert registers.count(HoldRow) == 3


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+81",
        "-1",
        "@SUM(A1)",
        "\tx",
        "＝1+1",
        "'=1+1",
        "''=x",
        "'quoted",
        "|x",
        "%x",
        "a=b",
    ],
)
def test_a_spreadsheet_runs_nothing_of_an_export(text: str) -> None:
    row = RecipientRow(recipient_id="R1", name=text)
    exported = csv_of([row])
    cell = exported.split("\r\n")[1].split(",")[1].strip('"')
    assert cell[0] not in "=+-@\t\r＝＋－＠|%"
    assert [each for _, each in read(RecipientRow, exported)] == [row]


def test_an_import_tells_all_mistakes_with_their_lines(registers: Registers) -> None:
    text = (
        "transfer_id,transferred_at,table_name,categories,recipient_id,kind,purpose,row_count\r\n"
        'T1,2026-11-30T09:00:00,shop_orders,"name,order",R-WH,entrustment,P2,3\r\n'
        "T2,yesterday,shop_orders,name,R-WH,entrustment,P2,three\r\n"
        "T1,2026/11/29,shop_orders,name,R-WH,entrustment,P2,-1\r\n"
        "T4,2026-11-30,shop_orders,name,R-WH\r\n"
    )
    with pytest.raises(RegisterRefused) as error:
        read(TransferRow, text)
    assert [(each.line, each.path, each.code) for each in error.value.mistakes] == [
        (3, "transferred_at", "register_not_a_moment"),
        (3, "row_count", "register_not_a_number"),
        (4, "row_count", "register_invalid"),
        (5, "", "register_cells"),
    ]
    assert "given.csv:3: transferred_at: is not a date and time" in str(error.value)
    assert "yesterday" not in str(error.value)
    assert "日時" in error.value.say("ja")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "register_column_missing"),
        ("review,colour\r\n", "register_unknown_column"),
        ("review,review\r\n", "register_column_twice"),
        ('review,next_due\r\n"a,2026-01-01\r\n', "register_not_csv"),
        ("review,next_due\r\na,2026-01-01\r\na,2026-01-01\r\n", "register_key_twice"),
        ("review\r\n\x00\r\n", "register_text_unsafe"),
    ],
)
def test_a_file_that_is_no_register_is_refused(registers: Registers, text: str, code: str) -> None:
    with pytest.raises(RegisterRefused) as error:
        registers.import_rows(read(REGISTERS["reviews"], text), "given.csv", "officer", AT)
    assert code in {each.code for each in error.value.mistakes}


def recipient(key: str, **more: object) -> RecipientRow:
    given = {"recipient_id": key, "name": "K.K. A", "kind": "third", "country": "JP"}
    return RecipientRow.model_validate({**given, **more})


def test_an_import_adds_changes_or_leaves_and_is_all_or_nothing(registers: Registers) -> None:
    rows = [(2, recipient("K-1")), (3, recipient("K-2"))]
    assert registers.import_rows(rows, "a.csv", "officer", AT)["added"] == 2
    rows[0] = (2, recipient("K-1", country="US"))
    counts = registers.import_rows(rows, "a.csv", "officer", AT)
    assert counts == {"added": 0, "changed": 1, "unchanged": 1}
    broken = [(2, recipient("K-1")), (3, recipient("K-3", country=None))]
    with pytest.raises(RegisterRefused) as error:
        registers.import_rows(broken, "a.csv", "officer", AT)
    assert [(each.line, each.path) for each in error.value.mistakes] == [(3, "country")]
    kept = registers.row(RecipientRow, "K-1")
    assert kept is not None
    assert kept.country == "US"
    assert registers.row(RecipientRow, "K-3") is None


def test_an_import_does_not_change_history(registers: Registers) -> None:
    registers.import_rows([(2, consent("1"))], "c.csv", "officer", AT)
    rows = [(2, consent("1", purpose="P5")), (3, consent("2", corrects="1"))]
    with pytest.raises(RegisterRefused) as error:
        registers.import_rows(rows, "c.csv", "officer", AT)
    assert [(m.line, m.code) for m in error.value.mistakes] == [(2, "register_append_only")]


@pytest.mark.parametrize(
    "changes",
    [
        {"released_at": TODAY, "released_by": "LEG"},
        {"table_name": "shop.other"},
        {"subject_ref": "member:2"},
        {"review_due": TODAY},
    ],
    ids=["released", "another table", "another person", "reviewed"],
)
def test_a_file_neither_ends_nor_moves_a_hold(
    registers: Registers, changes: dict[str, object]
) -> None:
    registers.import_rows([(2, hold())], "h.csv", "officer", AT)
    other = hold().model_copy(update=changes)
    with pytest.raises(RegisterRefused) as error:
        registers.import_rows([(2, hold(hold_id="H2")), (3, other)], "h.csv", "officer", AT)
    assert [(m.line, m.code) for m in error.value.mistakes] == [(3, "register_decided")]
    assert list(registers.rows(HoldRow)) == [hold()]
    assert registers.decide([other], "lawyer", AT) == 1


def test_a_file_may_name_a_correction_before_what_it_corrects(registers: Registers) -> None:
    rows = [(2, consent("1", corrects="2")), (3, consent("2", corrects="3")), (4, consent("3"))]
    assert registers.import_rows(rows, "c.csv", "officer", AT)["added"] == 3
    assert [row.key for row in registers.rows(ConsentRow)] == ["1"]
    circle = [(2, consent("a", corrects="b")), (3, consent("b", corrects="a"))]
    with pytest.raises(RegisterRefused) as error:
        registers.import_rows(circle, "c.csv", "officer", AT)
    assert {m.code for m in error.value.mistakes} == {"register_corrects_unknown"}
