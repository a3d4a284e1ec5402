"""A contract's own quality rules hold, are findings, or are errors; none is passed over."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import URL

from include.governance.expectations.check import check
from include.governance.model.contract import Column, Dataset, QualityRule
from include.governance.model.result import RuleResult
from include.governance.source.database import Source
from tests.expectations.test_suites import SUITES
from tests.source import tables
from tests.source.tables import AS_OF, HASHING

NOT_EMPTY = {"metric": "rowCount", "mustBeGreaterThan": 0}
ROWS = "INSERT INTO t VALUES (1, 'a', 'x'), (2, 'a', 'y'), (3, NULL, 'y'), (4, 'c', 'z')"


def _dataset(*rules: QualityRule, kind: Any = "transaction") -> Dataset:
    columns = ["id", Column(name="a", logical_type="string", category="email"), "b"]
    return tables.dataset("t", columns, ["id"], kind=kind, quality=rules)


def _results(url: URL, dataset: Dataset, rows: str | None = ROWS) -> list[RuleResult]:
    create = "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(20), b VARCHAR(20))"
    tables.run(url, create, *([rows] if rows else []))
    source = Source("shop", url)
    return [r for _, found in check(source, [dataset], SUITES, AS_OF, HASHING) for r in found]


CASES: list[tuple[str | None, dict[str, Any], str, tuple[int, ...]]] = [
    (None, NOT_EMPTY, "pass", ()),
    (None, {"metric": "rowCount", "mustBeBetween": [5, 9]}, "error", ()),
    (None, {"metric": "rowCount", "mustNotBe": 4}, "error", ()),
    ("a", {"metric": "nullValues", "mustBe": 0}, "fail", (3,)),
    ("a", {"metric": "nullValues", "mustBeLessOrEqualTo": 25, "unit": "percent"}, "pass", ()),
    ("a", {"metric": "nullValues", "mustBeLessThan": 25, "unit": "percent"}, "fail", (3,)),
    ("a", {"metric": "nullValues", "mustBeGreaterThan": 1}, "error", ()),
    (
        "a",
        {"metric": "missingValues", "mustBe": 0, "arguments": {"missingValues": [None, "c"]}},
        "fail",
        (3, 4),
    ),
    (
        "a",
        {"metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": ["a", None]}},
        "fail",
        (4,),
    ),
    (
        "b",
        {"metric": "invalidValues", "mustBe": 0, "arguments": {"pattern": "^[xy]$"}},
        "fail",
        (4,),
    ),
    ("b", {"metric": "invalidValues", "mustBe": 0, "arguments": {"pattern": "("}}, "error", ()),
    ("b", {"metric": "invalidValues", "mustBe": 0}, "error", ()),
    ("a", {"metric": "duplicateValues", "mustBe": 0}, "fail", (1, 2)),
    (
        None,
        {"metric": "duplicateValues", "mustBe": 0, "arguments": {"properties": ["a", "b"]}},
        "pass",
        (),
    ),
    ("nowhere", {"metric": "nullValues", "mustBe": 0}, "error", ()),
    ("a", {"type": "text", "description": "x"}, "skip", ()),
    ("a", {"type": "sql", "query": "SELECT 1", "mustBe": 1}, "skip", ()),
    ("a", {"metric": "freshness", "mustBe": 1}, "skip", ()),
]


def test_every_rule_ends_as_it_should(any_database: URL) -> None:
    rules = [
        QualityRule(column=c, words=words | {"id": f"q{n}"})
        for n, (c, words, *_) in enumerate(CASES)
    ]
    found = _results(any_database, _dataset(*rules))
    told = [(r.status, r.row_refs, r.reason is not None) for r in found]
    assert told == [
        (
            status,
            tuple(sorted(HASHING.ref("shop", "t", (n,)) for n in ids)),
            status in ("error", "skip"),
        )
        for _, _, status, ids in CASES
    ]
    assert {r.control for r in found} == {"S6-07"}


def test_rules_of_one_name_are_told_apart(sqlite_database: URL) -> None:
    rule = QualityRule(column="a", words={"metric": "nullValues", "mustBe": 0})
    found = _results(sqlite_database, _dataset(rule, rule))
    assert [r.rule for r in found] == ["nullValues(a)", "nullValues.2(a)"]


def test_an_empty_table_against_its_contract_is_an_error_of_all_that_judges_it(
    any_database: URL,
) -> None:
    dataset = _dataset(QualityRule(words=NOT_EMPTY), kind="subject_master")
    found = _results(any_database, dataset, rows=None)
    assert {r.status for r in found} == {"error"}
    assert {r.control for r in found} == {"S6-01", "S6-02", "S6-03", "S6-04", "S6-07"}
    assert {r.reason for r in found} == {"contract_rule_broken", "table_empty"}


def test_a_table_that_is_gone_is_an_error_of_its_rules(sqlite_database: URL) -> None:
    tables.run(sqlite_database, "CREATE TABLE other (id INTEGER)")
    source = Source("shop", sqlite_database)
    dataset = _dataset(QualityRule(words=NOT_EMPTY))
    [(_, found)] = check(source, [dataset], SUITES, AS_OF, HASHING)
    assert [(r.status, r.reason) for r in found] == [("error", "table_missing")]
