"""Retention of a table: over-retained, undated, disposed of too early; errors stay errors."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from include.governance.errors import SourceUnavailable
from include.governance.model.contract import Column, RecordClassUse
from include.governance.model.period import Period
from include.governance.model.result import RuleResult
from include.governance.retention.calendar import ends
from include.governance.retention.declared import UNCOVERED, RuleNames
from include.governance.retention.measure import measure
from include.governance.source.database import Source
from tests.source import tables
from tests.source.tables import AS_OF, HASHING

RULES = RuleNames("S6-19", "S6-11")
USE = RecordClassUse.model_validate(
    {
        "record_class": "c",
        "when": {"column": "state", "equals": "c"},
        "disposed": [{"column": "gone", "is_null": False}],
        "disposed_at": "gone",
    }
)
DATASET = tables.dataset(
    "t",
    [
        Column(name="id", category="none"),
        *(Column(name=name, clocks=(name,)) for name in ("p", "q")),
        *("gone", "state"),
    ],
    uses=[USE],
)
FLOOR = {"period": "P1Y"}


def _measured(
    source: Source, trigger: dict[str, Any], dataset: Any = DATASET, **more: Any
) -> dict[str, RuleResult]:
    record = tables.record_class(trigger, {"period": "P3Y"}, keep_at_least=FLOOR, **more)
    terms = tables.terms(tables.schedule(c=record), [dataset])
    results = measure(source, dataset, terms, RULES, HASHING)
    return {r.control if r.rule == "c" else r.rule: r for r in results}


def _refs(*ids: int) -> tuple[str, ...]:
    return tuple(sorted(HASHING.ref("shop", "t", (n,)) for n in ids))


@pytest.fixture
def source(any_database: URL) -> Source:
    """Rows disposed of on days around the end of their floor."""
    tables.run(
        any_database,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, p DATE, q VARCHAR(40), gone VARCHAR(40),"
        " state VARCHAR(5))",
        "INSERT INTO t VALUES"
        " (1, '2024-05-10', NULL, '2025-05-10', 'c'),"  # the last day of the floor
        " (2, '2024-05-10', NULL, '2025-05-11', 'c'),"
        " (3, '2024-05-10', NULL, '2025-05-10T15:00:00Z', 'c'),"  # the 11th in Tokyo
        " (4, '2024-05-10', '2024-08-01', '2025-06-01', 'c'),"
        " (5, '2024-05-10', NULL, '2024-05-11', 'x'),"  # of another class
        " (6, '2024-05-10', NULL, 'unknown', 'c'),"
        " (7, NULL, NULL, '2024-05-11', 'c'),"
        " (8, '2024-05-10', NULL, NULL, 'c'),"
        " (9, '2020-01-01', NULL, NULL, 'c'),"
        " (10, NULL, NULL, NULL, 'c'),"
        " (11, '2020-01-01', NULL, NULL, NULL)",
    )
    return Source("shop", any_database)


def test_what_was_erased_too_early_is_found(source: Source) -> None:
    assert _measured(source, {"latest_of": ["p"]})["S6-11"].row_refs == _refs(1)
    assert _measured(source, {"latest_of": ["p", "q"]})["S6-11"].row_refs == _refs(1, 4)
    assert _measured(source, {"earliest_of": ["p", "q"]})["S6-11"].row_refs == _refs(1)
    found = _measured(source, {"latest_of": ["q"], "fallback": ["p"]})["S6-11"]
    assert found.row_refs == _refs(1, 4)
    found = _measured(source, {"latest_of": ["p"], "last_day": ["p"]})["S6-11"]
    assert found.row_refs == _refs(1, 2, 3)


def test_only_living_rows_of_the_class_are_due_or_undated(source: Source) -> None:
    found = _measured(source, {"latest_of": ["p"]})
    assert (found["S6-10"].status, found["S6-10"].row_refs) == ("fail", _refs(9))
    assert (found["S6-19"].status, found["S6-19"].row_refs) == ("fail", _refs(10))
    found = _measured(source, {"latest_of": ["p"], "missing": "not_started"})
    assert (found["S6-19"].status, found["S6-19"].rows) == ("pass", 0)


def test_rows_without_a_key_are_counted_and_never_named(source: Source) -> None:
    nameless = DATASET.model_copy(update={"primary_key": ()})
    found = _measured(source, {"latest_of": ["p", "q"]}, nameless)
    assert {c: (r.rows, r.row_refs) for c, r in found.items()} == {
        "S6-10": (1, ()),
        "S6-19": (1, ()),
        "S6-11": (2, ()),
        UNCOVERED: (2, ()),
    }


def test_rows_that_no_class_judges_are_found(source: Source) -> None:
    """Of another status, of none, or left to a class whose event never came."""
    assert _measured(source, {"latest_of": ["p"]})[UNCOVERED].row_refs == _refs(5, 11)
    rest = DATASET.model_copy(update={"record_classes": (USE, RecordClassUse(record_class="rest"))})
    record = tables.record_class({"latest_of": ["p"]}, {"period": "P3Y"})
    for event, missing, found in (
        ("q", "not_started", (5, 11)),
        ("p", "not_started", ()),
        ("q", "undated", ()),
    ):
        left = tables.record_class({"latest_of": [event], "missing": missing}, {"period": "P3Y"})
        terms = tables.terms(tables.schedule(c=record, rest=left), [rest])
        results = {r.rule: r for r in measure(source, rest, terms, RULES, HASHING)}
        assert (results[UNCOVERED].control, results[UNCOVERED].row_refs) == ("S6-19", _refs(*found))
    whole = DATASET.model_copy(update={"record_classes": (RecordClassUse(record_class="c"),)})
    assert UNCOVERED not in _measured(source, {"latest_of": ["p"]}, whole)


MARKED: list[tuple[str, dict[str, Any], str, bool]] = [
    # what disposal empties, what the row holds, whether the mark is believed
    ("name", {"action": "delete"}, "NULL", True),
    ("name", {"action": "delete"}, "'  '", True),
    ("name", {"action": "delete"}, "'erased-7'", True),
    ("name", {"action": "delete"}, "'gone away'", True),
    ("name", {"action": "delete"}, "'Sato'", False),
    ("name", {"action": "keep", "actions": {"identifier": "null"}}, "'Sato'", False),
    ("name", {"action": "keep", "actions": {"contact": "null"}}, "'Sato'", True),
    ("gender", {"action": "generalise"}, "'F'", True),
    ("none", {"action": "delete"}, "'Sato'", True),
]


def test_a_mark_alone_does_not_make_a_row_disposed_of(
    any_database: URL, subtests: pytest.Subtests
) -> None:
    tables.run(
        any_database,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, p DATE, gone VARCHAR(40), who VARCHAR(40))",
        "INSERT INTO t VALUES (1, '2020-01-01', NULL, NULL)",
        *(
            f"INSERT INTO t VALUES ({n}, '2020-01-01', '2024-01-01', {value})"
            for n, (_, _, value, _) in enumerate(MARKED, 10)
        ),
    )
    use = RecordClassUse.model_validate(
        {
            "record_class": "c",
            "disposed": [
                {"column": "gone", "is_null": False},
                {"column": "who", "equals": "gone away"},
            ],
        }
    )
    for number, (category, action, value, believed) in enumerate(MARKED, 10):
        with subtests.test(category=category, value=value, **action):
            columns = [
                *("id", Column(name="p", clocks=("p",)), "gone"),
                Column(name="who", category=category),
            ]
            dataset = tables.dataset("t", columns, uses=[use])
            found = _measured(Source("shop", any_database), {"latest_of": ["p"]}, dataset, **action)
            assert (_refs(number)[0] in found["S6-10"].row_refs) is not believed
            assert _refs(1)[0] in found["S6-10"].row_refs


#: A column that may not be empty, what it holds, and whether that is what an erasure leaves.
FILLED = [
    ("INTEGER NOT NULL", "integer", "0", True),
    ("INTEGER NOT NULL", "integer", "7", False),
    ("BOOLEAN NOT NULL", "boolean", "false", True),
    ("BOOLEAN NOT NULL", "boolean", "true", False),
    ("DATE NOT NULL", "date", "'1900-01-01'", True),
    ("DATE NOT NULL", "date", "'1990-05-05'", False),
    ("TIMESTAMP NULL", "timestamp", "'1990-05-05 00:00:00'", False),
    ("CHAR(3) NOT NULL", "string", "'era'", True),
    ("VARCHAR(40) NOT NULL", "string", "'erased-17'", True),
    ("VARCHAR(40) NOT NULL", "string", "'erasing'", False),
    ("TIME NULL", "time", "'00:00:00'", False),
]


def test_what_an_erasure_leaves_is_known_by_its_type(
    any_database: URL, subtests: pytest.Subtests
) -> None:
    source = Source("shop", any_database)
    for at, (stored, logical, value, believed) in enumerate(FILLED):
        name = f"t{at}"
        tables.run(
            any_database,
            f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, p DATE, gone BOOLEAN, who {stored})",
            f"INSERT INTO {name} VALUES (1, '2020-01-01', true, {value})",
        )
        columns = [
            *("id", Column(name="p", clocks=("p",))),
            Column(name="gone", logical_type="boolean"),
            Column(name="who", logical_type=logical, category="name"),
        ]
        for marked in (["gone"], ["gone", "who"]) if value == "true" else (["gone"],):
            marks = [{"column": column, "equals": True} for column in marked]
            use = RecordClassUse.model_validate({"record_class": "c", "disposed": marks})
            dataset = tables.dataset(name, columns, uses=[use])
            with subtests.test(stored=stored, value=value, marked=marked):
                found = _measured(source, {"latest_of": ["p"]}, dataset, action="fixed")
                assert found["S6-10"].status == ("pass" if believed or marked[1:] else "fail")


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.integers(-900, 0), st.integers(-400, 400)), min_size=1, max_size=30)
)
def test_too_early_is_on_or_before_the_last_day(
    sqlite_database: URL, rows: list[tuple[int, int]]
) -> None:
    events = [AS_OF + timedelta(days=n) for n, _ in rows]
    gone = [
        ends(e, Period(months=12)) + timedelta(days=d)
        for e, (_, d) in zip(events, rows, strict=True)
    ]
    tables.run(
        sqlite_database,
        "DROP TABLE IF EXISTS t",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, p DATE, q DATE, gone DATE, state TEXT)",
        *(
            f"INSERT INTO t VALUES ({n}, '{event}', NULL, '{on}', 'c')"
            for n, (event, on) in enumerate(zip(events, gone, strict=True))
        ),
    )
    found = _measured(Source("shop", sqlite_database), {"latest_of": ["p"]})["S6-11"]
    assert found.row_refs == _refs(*(n for n, (_, late) in enumerate(rows) if late <= 0))


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DROP TABLE t", "table_missing"),
        ("ALTER TABLE t RENAME COLUMN p TO pp", "column_missing"),
        ("ALTER TABLE t RENAME COLUMN state TO status", "column_missing"),
    ],
)
def test_what_cannot_be_judged_is_an_error(source: Source, statement: str, reason: str) -> None:
    tables.run(source.url, statement)
    found = _measured(source, {"latest_of": ["p"]})
    assert {(r.status, r.reason) for r in found.values()} == {("error", reason)}
    assert set(found) == {"S6-10", "S6-19", "S6-11", UNCOVERED}


def test_a_source_that_is_gone_is_for_the_caller_to_try_again() -> None:
    gone = Source("shop", URL.create("postgresql+psycopg", "u", "p", "127.0.0.1", 9, "d"))
    with pytest.raises(SourceUnavailable):
        _measured(gone, {"latest_of": ["p"]})


@pytest.mark.parametrize("day", [date(2, 1, 1), date(9999, 12, 31)])
def test_the_day_of_the_run_may_be_any(sqlite_database: URL, day: date) -> None:
    tables.run(
        sqlite_database,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, p DATE, q DATE, gone DATE, state TEXT)",
        "INSERT INTO t VALUES (1, '9999-12-31', NULL, '9999-12-31', 'c')",
    )
    record = tables.record_class({"latest_of": ["p"]}, {"period": "P3Y"}, keep_at_least=FLOOR)
    terms = tables.terms(tables.schedule(c=record), [DATASET], as_of=day)
    source = Source("shop", sqlite_database)
    assert {r.status for r in measure(source, DATASET, terms, RULES, HASHING)} <= {"pass", "fail"}
