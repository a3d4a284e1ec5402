"""What the standard allows loads; what it refuses is refused with a place and a reason."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.contract.texts import HEAD, column, contract, dataset, read

CUSTOM = "customProperties:\n  - {property: dataCategory, value: none, vendor: daicho}"
FEATURES = {
    "no types at all": column("businessName: A"),
    "every logical type": HEAD
    + "schema:\n  - name: t\n    properties:\n"
    + "".join(
        f"      - {{name: c{at}, logicalType: {kind}}}\n"
        for at, kind in enumerate(
            [
                "string",
                "date",
                "timestamp",
                "time",
                "number",
                "integer",
                "object",
                "array",
                "boolean",
            ]
        )
    ),
    "a map": column(
        "logicalType: map\nmap: {key: {logicalType: string}, value: {logicalType: date}}"
    ),
    "a vector": column(
        "logicalType: vector\nlogicalTypeOptions: {dimensions: 3, elementType: float32}"
    ),
    "an array of objects": column(
        "logicalType: array\nitems:\n  logicalType: object\n  properties:\n    - name: b"
    ),
    "an enumeration": column(
        "logicalType: string\nenum:\n  - {value: x, label: X}\n  - {value: y}"
    ),
    "options of a type": column(
        "logicalType: string\nlogicalTypeOptions: {maxLength: 3, pattern: a*}"
    ),
    "an unquoted example date": column("logicalType: date\nexamples: [2022-10-03]"),
    "a library check": column(
        "quality:\n  - {metric: nullValues, mustBe: 0, dimension: completeness}"
    ),
    "a check in words": column("quality:\n  - {type: text, description: Looks right.}"),
    "a check in SQL": column("quality:\n  - {type: sql, query: SELECT 1, mustBeLessThan: 2}"),
    "another tool's check": column(
        "quality:\n  - {type: custom, engine: soda, implementation: {type: duplicate_percent}}"
    ),
    "a custom property without value": column("customProperties:\n  - {property: x, value: }"),
    "a stakeholder list of 3.0": column("name2: x").replace("        name2: x\n", "")
    + "team:\n  - {username: ada, role: owner, dateIn: '2024-01-15'}\n",
    "a team of 3.1": HEAD + "team: {name: core, members: [{username: ada}]}\n",
    "roles, price, support": HEAD
    + "roles: [{role: reader, access: read}]\nprice: {priceAmount: 9.95, priceCurrency: JPY}\n"
    + "support: [{channel: help, url: 'https://shop.example/help'}]\n",
    "a default element": HEAD + "slaDefaultElement: t.a\n",
    "an agreement on time": HEAD
    + "slaProperties:\n  - {property: timeOfAvailability, value: 09:00-08:00}\n",
    "a kafka server": HEAD.replace(
        "{server: shop, type: custom}", "{server: k, type: kafka, host: 'k:9092', format: avro}"
    ),
    "a postgres server": HEAD.replace(
        "{server: shop, type: custom}",
        "{server: p, type: postgres, host: h, port: 5432, database: d, schema: s}",
    ),
    "no schema": HEAD,
}
OLDER = {
    "a rule of 3.0": column("quality:\n  - {rule: nullCheck, dimension: completeness}"),
    "a library rule of 3.0": column("quality:\n  - {type: library, rule: between}"),
    "a comment of 3.0": HEAD + "team:\n  - {username: ada, comment: on leave}\n",
}


@pytest.mark.parametrize("name", FEATURES)
def test_a_feature_of_the_standard_loads(name: str) -> None:
    contract(FEATURES[name])


@pytest.mark.parametrize("name", OLDER)
@pytest.mark.parametrize("version", ["v3.0.0", "v3.0.1", "v3.0.2"])
def test_what_3_0_allowed_loads_under_3_0_only(name: str, version: str) -> None:
    contract(OLDER[name].replace("v3.2.0", version))
    assert read(OLDER[name])[0] is None


@pytest.mark.parametrize("version", ["v3.2.0", "v3.1.0", "v3.0.2", "v3.0.1", "v3.0.0"])
def test_every_3_x_is_read(version: str) -> None:
    assert contract(column("logicalType: string").replace("v3.2.0", version)).id == "small"


class Refused(NamedTuple):
    """A text, and what is said of it: line, path, code."""

    text: str
    line: int
    path: str
    code: str


AT = "schema[0].properties[0]"
REFUSED = [
    Refused(HEAD.replace("v3.2.0", "v2.2.2"), 1, "apiVersion", "contract_version"),
    Refused(HEAD.replace("v3.2.0", "v4.0.0"), 1, "apiVersion", "contract_version"),
    Refused(HEAD.replace("apiVersion: v3.2.0\n", ""), 1, "apiVersion", "contract_version"),
    Refused("dataContractSpecification: 1.1.0\nid: x\n", 1, "apiVersion", "contract_version"),
    Refused(HEAD.replace("DataContract", "DataProduct"), 2, "kind", "contract_kind"),
    Refused(HEAD.replace("id: small\n", ""), 1, "", "missing_key"),
    Refused(HEAD.replace("version: 1.0.0", "version: 1"), 4, "version", "wrong_type"),
    Refused(HEAD + "statsu: x\n", 8, "statsu", "unknown_key_near"),
    Refused(HEAD + "zodiac: x\n", 8, "zodiac", "not_in_standard"),
    Refused(HEAD.replace("type: custom", "type: mongodb"), 7, "servers[0].type", "not_allowed"),
    Refused(HEAD.replace("type: custom", "type: athena"), 7, "servers[0]", "missing_key"),
    Refused(column("logicalType: binary"), 12, f"{AT}.logicalType", "not_allowed"),
    Refused(column("tag: [x]"), 12, f"{AT}.tag", "unknown_key_near"),
    Refused(column("deprecated: perhaps"), 12, f"{AT}.deprecated", "wrong_type"),
    Refused(column("logicalType: map"), 11, AT, "missing_key"),
    Refused(column("enum: []"), 12, f"{AT}.enum", "wrong_count"),
    Refused(column("id: a.b"), 12, f"{AT}.id", "wrong_pattern"),
    Refused(column("quality:\n  - {type: sql, mustBe: 0}"), 13, f"{AT}.quality[0]", "missing_key"),
    Refused(column("quality:\n  - {type: odd}"), 13, f"{AT}.quality[0].type", "not_allowed"),
    Refused(column("quality:\n  - {metric: rowCount, mustBe: 0, mustNotBe: 1}"), 13,
            f"{AT}.quality[0]", "exactly_one"),
    Refused(column("quality:\n  - {metric: rowCount, mustBeBetween: [1]}"), 13,
            f"{AT}.quality[0].mustBeBetween", "wrong_count"),
    Refused(column("relationships:\n  - {from: t.a, to: u.b}"), 13, f"{AT}.relationships[0]",
            "not_here"),
    Refused(column("customProperties:\n  - {property: x, value: 1, vendor: 7}"), 13,
            f"{AT}.customProperties[0].vendor", "wrong_type"),
    Refused(HEAD + "slaProperties:\n  - {property: latency}\n", 9, "slaProperties[0]",
            "missing_key"),
]  # fmt: skip


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case.code}-{case.path}")
def test_what_the_standard_refuses_is_said_once_with_its_place(case: Refused) -> None:
    found, mistakes = read(case.text)
    assert found is None
    assert [(m.line, m.path, m.code) for m in mistakes] == [(case.line, case.path, case.code)]


def test_the_version_of_a_document_is_not_quoted_when_it_is_no_version() -> None:
    _, mistakes = read(HEAD.replace("v3.2.0", "taro@mail.example"))
    assert mistakes[0].facts["found"] == "-"


def test_every_unknown_key_is_named_and_a_refused_part_makes_no_echo() -> None:
    text = column("one1: 1\ntwo2: 2\nlogicalType: string") + "three3: 3\n"
    _, mistakes = read(text)
    assert [(m.line, m.facts["key"]) for m in mistakes] == [
        (12, "one1"),
        (13, "two2"),
        (15, "three3"),
    ]
    _, mistakes = read(HEAD.replace("type: custom", "type: postgres, host: h, port: 1, schema: s"))
    assert [(m.code, m.facts["key"]) for m in mistakes] == [("missing_key", "database")]


def test_computed_properties_are_no_columns() -> None:
    text = HEAD + (
        "schema:\n  - name: t\n    properties:\n"
        "      - {name: month, semanticType: dimension}\n"
        "      - {name: a, semanticType: column}\n"
        "      - name: b\n        customProperties:\n"
        "          - {property: dataCategory, value: none, vendor: daicho}\n"
        "      - {name: total, semanticType: measure}\n"
    )
    table = dataset(text)
    assert [column.name for column in table.columns] == ["a", "b"]
    assert table.lines["columns[1].dataCategory"] == 15


def test_the_document_keeps_what_this_product_does_not_read() -> None:
    found = contract(
        HEAD + "tenant: Shop\ncustomProperties:\n  - {property: x, value: 1, vendor: soda}\n"
    )
    assert found.document["tenant"] == "Shop"
    assert found.document["customProperties"][0]["vendor"] == "soda"
    assert "document" not in found.model_dump()
    assert "Shop" not in repr(found)


def test_a_schema_name_that_waits_for_a_variable_is_a_warning() -> None:
    text = HEAD.replace("type: custom", "type: custom, schema: '${DB_SCHEMA:-public}'")
    found, mistakes = read(text)
    assert found is not None
    assert [(m.code, m.level, m.line) for m in mistakes] == [("variable_not_read", "warning", 7)]
    assert "${NAME}" in mistakes[0].say("ja")


def test_a_contract_without_servers_loads_with_a_warning() -> None:
    found, mistakes = read(HEAD.split("servers:")[0])
    assert found is not None
    assert [(m.code, m.level) for m in mistakes] == [("no_server", "warning")]
