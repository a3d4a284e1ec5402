"""Our own words inside the standard's custom properties."""

from __future__ import annotations

import pytest

from tests.contract.texts import HEAD, column, contract, dataset, read

TABLE = (
    HEAD + "schema:\n  - name: t\n    customProperties:\n"
    "      - {property: datasetKind, value: log, vendor: daicho}\n"
    "%s"
    "    properties:\n      - name: a\n"
)

VERDICT = "{kinds: [PERSON], hits: 7, rows: 90, by: DO, day: 2026-11-20, reason: brands}"


def word(name: str, value: str, vendor: str = "daicho") -> str:
    return f"{{property: {name}, value: {value}, vendor: {vendor}}}"


@pytest.mark.parametrize(
    ("text", "line", "path", "code"),
    [
        (column(f"customProperties:\n  - {word('dataCategori', 'none')}"), 13,
         "schema[0].properties[0].dataCategori", "unknown_key_near"),
        (column(f"customProperties:\n  - {word('zodiac', 'none')}"), 13,
         "schema[0].properties[0].zodiac", "unknown_key"),
        (column(f"customProperties:\n  - {word('purposes', '7')}"), 13,
         "schema[0].properties[0].purposes", "not_list"),
        (column(f"customProperties:\n  - {word('purposes', '[P1, 7]')}"), 13,
         "schema[0].properties[0].purposes[1]", "not_text"),
        (column(f"customProperties:\n  - {word('clock', 'x')}\n  - {word('clock', 'y')}"), 14,
         "schema[0].properties[0].customProperties[1]", "word_repeated"),
        (column(f"customProperties:\n  - {word('clock', 'x', 'daich')}"), 13,
         "schema[0].properties[0].customProperties[0]", "vendor_near"),
        (column(f"customProperties:\n  - {word('clock', 'x', 'Daicho')}"), 13,
         "schema[0].properties[0].customProperties[0]", "vendor_near"),
        (column(f"customProperties:\n  - {word('verdict', VERDICT.replace('7', '700'))}"), 13,
         "schema[0].properties[0].verdict", "wrong_value"),
        (column(f"customProperties:\n  - {word('verdict', VERDICT.replace('PERSON', 'HUMAN'))}"),
         13, "schema[0].properties[0].verdict.kinds[0]", "not_allowed"),
        (TABLE % f"      - {word('datasetKind2', 'log')}\n", 12, "schema[0].datasetKind2",
         "unknown_key_near"),
        (TABLE.replace("value: log", "value: diary") % "", 11, "schema[0].datasetKind",
         "not_allowed"),
        (TABLE % f"      - {word('recordClasses', '[{record_class: x, wen: 1}]')}\n", 12,
         "schema[0].recordClasses[0].wen", "unknown_key_near"),
        (TABLE % "      - property: recordClasses\n        vendor: daicho\n        value:\n"
         "          - {record_class: x}\n"
         "          - {record_class: y, when: {column: c, equals: 1, is_null: true}}\n", 16,
         "schema[0].recordClasses[1].when", "wrong_value"),
        (TABLE.replace("      - {property: datasetKind, value: log, vendor: daicho}\n", "")
         % f"      - {word('owner', 'EC')}\n", 9, "schema[0].datasetKind", "missing_key"),
        (HEAD.replace("type: custom}",
         f"type: custom, customProperties: [{word('conectionId', 'x')}]}}"),
         7, "servers[0].conectionId", "unknown_key_near"),
        (HEAD + "slaProperties:\n  - property: retention\n    value: 1\n    customProperties:\n"
         f"      - {word('recordClas', 'x')}\n", 12, "slaProperties[0].recordClas",
         "unknown_key_near"),
        (HEAD + f"customProperties:\n  - {word('owner', 'EC')}\n", 9, "customProperties[0]",
         "word_misplaced"),
        (column("quality:\n  - type: text\n    customProperties:\n"
                f"      - {word('control', 'x')}"), 15,
         "schema[0].properties[0].quality[0].customProperties[0]", "word_misplaced"),
        (column("logicalType: object\nproperties:\n  - name: b\n    customProperties:\n"
                f"      - {word('dataCategory', 'email')}"), 16,
         "schema[0].properties[0].properties[0].customProperties[0]", "word_misplaced"),
        (column("logicalType: string\n      - name: a".replace("      - name", "- name").replace(
            "- name: a", "description: x")) + "      - name: a\n", 14, "schema[0].properties[1]",
         "column_twice"),
    ],
)  # fmt: skip
def test_a_slip_in_a_word_is_an_error_at_its_line(
    text: str, line: int, path: str, code: str
) -> None:
    found, mistakes = read(text)
    assert found is None
    assert [(m.line, m.path, m.code, m.level) for m in mistakes] == [(line, path, code, "error")]


def test_the_words_of_other_vendors_are_left_alone() -> None:
    text = column(f"customProperties:\n  - {word('dataCategory', 'email', 'fideslang')}\n"
                  f"  - {word('anything', '{deep: [1]}', 'soda')}")  # fmt: skip
    assert dataset(text).columns[0].category is None


def test_a_word_without_vendor_is_a_warning_when_it_is_one_of_ours() -> None:
    text = column("customProperties:\n  - {property: dataCategory, value: email}\n"
                  "  - {property: storageTier, value: hot}")  # fmt: skip
    found, mistakes = read(text)
    assert found is not None
    assert [(m.code, m.level, m.line) for m in mistakes] == [("vendor_missing", "warning", 13)]


def test_one_name_may_stand_without_a_list() -> None:
    text = column(f"customProperties:\n  - {word('clock', 'closed')}\n  - {word('purposes', 'P1')}")
    assert dataset(text).columns[0].clocks == ("closed",)
    assert dataset(text).columns[0].purposes == ("P1",)


def test_words_may_use_logical_names_and_come_out_physical() -> None:
    use = (
        "record_class: x, when: {column: state, equals: gone}, disposed_at: day, "
        "disposed: [{column: state, is_null: true}]"
    )
    text = (
        TABLE % f"      - {word('subjectKey', 'who')}\n"
        f"      - {word('recordClasses', f'[{{{use}}}]')}\n"
    ).replace(
        "      - name: a\n",
        "      - {name: who, physicalName: c_who}\n      - {name: state, physicalName: c_state}\n"
        "      - {name: day, physicalName: c_day}\n",
    )
    table = dataset(text)
    found = table.record_classes[0]
    assert found.when is not None
    assert (table.subject_key, found.when.column) == ("c_who", "c_state")
    assert (found.disposed[0].column, found.disposed_at) == ("c_state", "c_day")


def test_the_server_that_names_a_connection_is_the_source() -> None:
    servers = (
        "  - {server: staging, type: custom}\n"
        "  - {server: prod, type: custom, schema: s, "
        f"customProperties: [{word('connectionId', 'shop')}]}}"
    )
    text = column("logicalType: string").replace("  - {server: shop, type: custom}", servers)
    assert contract(text).source == "shop"
    assert (dataset(text).source, dataset(text).schema_name) == ("shop", "s")


def test_a_retired_column_says_so() -> None:
    assert dataset(column("deprecated: true")).columns[0].deprecated


def test_words_are_judged_beside_what_the_standard_refuses() -> None:
    slips = (
        "logicalTyp: string\nprimaryKey: maybe\ncustomProperties:\n"
        f"  - {word('dataCategori', 'x')}\n"
        f"  - {word('purposes', '7')}\n"
    )
    text = column(slips).replace(
        "  - name: t\n",
        f"  - name: t\n    customProperties:\n      - {word('datasetKind', 'diary')}\n",
    )
    _, mistakes = read(text + f"customProperties:\n  - {word('owner', 'EC')}\n")
    assert sorted((m.path, m.code) for m in mistakes) == [
        ("customProperties[0]", "word_misplaced"),
        ("schema[0].datasetKind", "not_allowed"),
        ("schema[0].properties[0].dataCategori", "unknown_key_near"),
        ("schema[0].properties[0].logicalTyp", "unknown_key_near"),
        ("schema[0].properties[0].primaryKey", "wrong_type"),
        ("schema[0].properties[0].purposes", "not_list"),
    ]


def test_a_broken_word_is_said_by_the_standard_only() -> None:
    _, mistakes = read(column("customProperties:\n  - {propert: clock, vendor: daicho}"))
    assert {m.code for m in mistakes} <= {"unknown_key_near", "missing_key"}
    assert {m.path for m in mistakes if m.code == "missing_key"} == {
        "schema[0].properties[0].customProperties[0]"
    }


def test_a_verdict_of_a_person_is_read() -> None:
    (own,) = dataset(column(f"customProperties:\n  - {word('verdict', VERDICT)}")).columns
    assert own.verdict is not None
    assert (own.verdict.kinds, own.verdict.hits, own.verdict.rows) == (("PERSON",), 7, 90)
