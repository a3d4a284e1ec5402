"""Which rows are due and which cannot be dated: SQL against plain Python, row by row.

The reference never parses: every stored value is made together with the day it means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Literal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from include.governance.errors import ContractError, GovernanceError, SourceMismatch
from include.governance.model.condition import wrong_type
from include.governance.model.contract import Column, Dataset, RecordClassUse, Where
from include.governance.model.period import Period
from include.governance.model.schedule import RecordClass
from include.governance.retention.calendar import ends, last_day
from include.governance.retention.measure import open_rule
from include.governance.retention.rules import Governed, over_retained, undated
from include.governance.source.clocks import as_day
from include.governance.source.database import Source
from tests.source import tables
from tests.source.tables import AS_OF, MARCH, TOKYO, keys_where

BAD: Literal["bad"] = "bad"
Meaning = date | Literal["bad"] | None
JST = timezone(timedelta(hours=9))
KINDS = ("text", "text_too", "day", "moment", "instant")
FAR = timedelta(days=366)
TOMORROW = AS_OF + timedelta(days=1)


@dataclass(frozen=True)
class Cell:
    """What is stored, and the Tokyo day it means."""

    stored: Any
    means: Meaning


NULL = Cell(None, None)
GARBAGE = (
    *("", " ", "-", "unknown", "未定", "n/a", "0", "2026", "2026-11", "20261130", "2026/11/30"),
    *("30.11.2026", "2026-13-01", "2026-00-10", "2026-11-31", "2025-02-29", "1900-02-29"),
    *("2026-1-1", "２０２６-11-30", "0000-00-00", "0000-01-01", "0001-01-01", "２0260-01-01"),
    *("12026-11-30", "-2026-11-30", "2026-11-30x", "2026-11-30 tomorrow", "2026-11-30T"),
    *("2026-11-30T25:00", "2026-11-30T10:60", "2026-11-30T10", "2026-11-30T10:00:00.", "null"),
    *("2026-11-30T10:00+08:00", "2026-11-30T10:00:00-05:00", "2026-11-30T10:00:00-00:00"),
    *("2026-11-30 10:00:00 JST", "2026-11-30T10:00:00+09:30", "2026-11-30Z", " 2026-11-30"),
    *("2026-11-30\n", "2026-11-30\t", "abcd-ef-gh", "2abc-xx-yy", "infinity", "now", "%", "_" * 10),
    *("2026-11-30T10:00Zjunk", "2026-11-30T10:00+09:00Z", "'; DROP TABLE clocks; --", "9" * 60),
)

near = st.integers(-420, 420).map(lambda n: AS_OF + timedelta(days=n))
anywhen = st.one_of(near, st.sampled_from([AS_OF, AS_OF + FAR]), st.dates(date(1900, 1, 1)))
times = st.one_of(
    st.sampled_from([time(0, 0), time(15, 0), time(14, 59, 59), time(23, 59, 59, 999_999)]),
    st.times(),
)


@st.composite
def iso_text(draw: st.DrawFn) -> Cell:
    """ISO 8601 text in one of the forms that systems write."""
    local = datetime.combine(draw(anywhen), draw(times))
    if local.date() > date(9999, 12, 30) or draw(st.booleans()):
        if draw(st.integers(0, 3)) == 0:
            return Cell(
                local.date().isoformat() + draw(st.sampled_from(["", " ", "  "])), local.date()
            )
        zone: timezone | None = None
    else:
        zone = draw(st.sampled_from([JST, UTC]))
    shown = local.replace(tzinfo=JST).astimezone(zone) if zone else local
    text = shown.replace(tzinfo=None).isoformat(
        draw(st.sampled_from(["T", " ", "t"])),
        draw(st.sampled_from(["minutes", "seconds", "auto"])),
    )
    ending = {
        None: [""],
        JST: ["+09:00", "+0900", "+09"],
        UTC: ["Z", "z", "+00:00", "+0000", "+00"],
    }
    return Cell(text + draw(st.sampled_from(ending[zone])), local.date())


texts = st.one_of(
    st.just(NULL),
    iso_text(),
    iso_text(),
    st.sampled_from(GARBAGE).map(lambda text: Cell(text, BAD)),
)
in_servers = st.dates(date(1971, 1, 1), date(2037, 12, 31))
typed_days = st.one_of(near, in_servers)


def _cells(dialect: str, kind: str) -> st.SearchStrategy[Cell]:
    if kind.startswith("text"):
        return texts
    if kind == "day":
        found = typed_days.map(lambda d: Cell(d, d))
        sentinels: list[Cell] = []
        if dialect == "postgresql":
            sentinels = [
                Cell("-infinity", BAD),
                Cell("0001-01-01", BAD),
                Cell("0044-03-15 BC", BAD),
            ]
        elif dialect == "sqlite":
            sentinels = [Cell("0001-01-01", BAD), Cell("soon", BAD), Cell(1764460800, BAD)]
        else:
            sentinels = [Cell("0000-00-00", BAD), Cell("0001-01-01", BAD)]
        return st.one_of(st.just(NULL), found, found, st.sampled_from(sentinels))
    moments = st.builds(datetime.combine, typed_days, times.map(lambda t: t.replace(microsecond=0)))
    if kind == "moment":
        return st.one_of(st.just(NULL), moments.map(lambda m: Cell(m.isoformat(" "), m.date())))
    if dialect == "sqlite":
        return texts
    # PostgreSQL is told the zone; MariaDB takes what the session's zone (UTC) says
    zone = "+00" if dialect == "postgresql" else ""
    instants = moments.map(
        lambda m: Cell(
            m.replace(tzinfo=JST).astimezone(UTC).replace(tzinfo=None).isoformat(" ") + zone,
            m.date(),
        )
    )
    return st.one_of(st.just(NULL), instants)


def _create(url: URL) -> None:
    instant = {
        "postgresql": "TIMESTAMP WITH TIME ZONE NULL",
        "mysql": "TIMESTAMP NULL",
        "sqlite": "TIMESTAMP",
    }[url.get_backend_name()]
    moment = "DATETIME" if url.get_backend_name() == "mysql" else "TIMESTAMP"
    tables.run(
        url,
        "CREATE TABLE clocks (id INTEGER PRIMARY KEY, text VARCHAR(100), text_too VARCHAR(100),"
        f" day DATE, moment {moment} NULL, instant {instant}, state VARCHAR(20), gone VARCHAR(20))",
    )


@dataclass(frozen=True)
class Case:
    """A record class, which column records which event, and rows."""

    record: RecordClass
    columns: Mapping[str, tuple[str, ...]]
    rows: tuple[Mapping[str, Cell], ...]
    states: tuple[tuple[str | None, str | None], ...]


@st.composite
def cases(draw: st.DrawFn, dialect: str) -> Case:
    """Any trigger, any ceiling, any mapping of columns to events, any rows."""
    events = draw(st.lists(st.sampled_from("pqr"), min_size=1, max_size=3, unique=True))
    filing = len(events) == 1 and draw(st.booleans())
    main = events[: draw(st.integers(1, len(events)))]
    trigger: dict[str, Any] = {
        draw(st.sampled_from(["latest_of", "earliest_of"])) if not filing else "latest_of": main,
        "fallback": events[len(main) :],
        "missing": draw(st.sampled_from(["undated", "not_started"])),
    }
    if filing:
        trigger["calendar"] = "fiscal_year_filing_due"
    else:
        trigger["last_day"] = draw(st.lists(st.sampled_from(events), unique=True, max_size=2))
    period = draw(st.sampled_from([None, "P1D", "P1M", "P3M", "P13M", "P1Y", "P10Y"]))
    grace = draw(st.sampled_from(["P0D", "P1D", "P1M", "P1M10D"]))
    ceiling = {"at_once": True} if period is None else {"period": period}
    columns = {
        e: draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=2, unique=True))
        for e in events
    }
    rows = draw(
        st.lists(
            st.fixed_dictionaries({kind: _cells(dialect, kind) for kind in KINDS}),
            min_size=8,
            max_size=20,
        )
    )
    state = st.tuples(
        st.sampled_from(["done", "done", "done", "open", None]),
        st.sampled_from([None, None, "", "x"]),
    )
    return Case(
        tables.record_class(trigger, {**ceiling, "grace": grace}),
        {e: tuple(names) for e, names in columns.items()},
        tuple(rows),
        tuple(draw(st.lists(state, min_size=len(rows), max_size=len(rows)))),
    )


USE = RecordClassUse.model_validate(
    {
        "record_class": "c",
        "when": {"column": "state", "equals": "done"},
        "disposed": [{"column": "gone", "equals": "x"}],
    }
)


def _meanings(case: Case, row: Mapping[str, Cell], *events: str) -> list[Meaning]:
    found: list[Meaning] = []
    for name in events:
        for column in case.columns[name]:
            means = row[column].means
            if isinstance(means, date) and name in case.record.trigger.last_day:
                means += timedelta(days=1)
            found.append(means)
    return found


def _due(case: Case, day: date) -> bool:
    ceiling, trigger = case.record.erase_after, case.record.trigger
    end = ends(last_day(day, trigger, ceiling.period or Period(), MARCH), ceiling.grace)
    return end <= AS_OF if ceiling.at_once else end < AS_OF


def is_over(case: Case, row: Mapping[str, Cell]) -> bool:
    """The reference: the record is past its period."""
    trigger = case.record.trigger
    main = _meanings(case, row, *(trigger.latest_of or trigger.earliest_of))
    recorded = [means for means in main if means is not None]
    if trigger.earliest_of and recorded:
        return any(isinstance(m, date) and _due(case, m) for m in recorded)
    if not recorded and trigger.fallback:
        recorded = [m for m in _meanings(case, row, *trigger.fallback) if m is not None]
    if not recorded or BAD in recorded:
        return False
    return _due(case, max(m for m in recorded if isinstance(m, date)))


def is_undated(case: Case, row: Mapping[str, Cell]) -> bool:
    """The reference: no period can be computed."""
    trigger = case.record.trigger
    everything = _meanings(case, row, *trigger.events)
    if BAD in everything:
        return True
    if trigger.missing == "undated" and not any(everything):
        return True
    plain = [name for name in trigger.events if name not in trigger.last_day]
    return any(isinstance(m, date) and m >= AS_OF + FAR for m in _meanings(case, row, *plain))


def _load(url: URL, case: Case) -> None:
    columns = (*KINDS, "state", "gone")
    with tables.writing(url) as connection:
        if url.get_backend_name() == "mysql":
            connection.exec_driver_sql("SET SESSION sql_mode='', time_zone='+00:00'")
        connection.exec_driver_sql("DELETE FROM clocks")
        mark = "?" if url.get_backend_name() == "sqlite" else "%s"
        connection.exec_driver_sql(
            f"INSERT INTO clocks (id, {', '.join(columns)}) VALUES ({', '.join([mark] * 8)})",
            [
                (number, *(_sent(row[kind].stored) for kind in KINDS), *state)
                for number, (row, state) in enumerate(zip(case.rows, case.states, strict=True))
            ],
        )


def _sent(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _column(name: str, clocks: Sequence[str]) -> Column:
    return Column(name=name, category="none", clocks=tuple(clocks))


def _opened(
    source: Source, dataset: Dataset, record: RecordClass, use: RecordClassUse = USE
) -> Governed:
    return open_rule(source, dataset, use, tables.terms(tables.schedule(c=record), [dataset]))


def _dataset(columns: Mapping[str, tuple[str, ...]]) -> Any:
    by_column: dict[str, list[str]] = {}
    for name, chosen in columns.items():
        for column in chosen:
            by_column.setdefault(column, []).append(name)
    return tables.dataset(
        "clocks",
        [
            "id",
            *(_column(kind, by_column.get(kind, ())) for kind in KINDS),
            "state",
            "gone",
        ],
        uses=[USE],
    )


@pytest.fixture
def clocks(any_database: URL) -> tuple[URL, Source]:
    """A table with a column of each kind that a clock may be."""
    _create(any_database)
    return any_database, Source("shop", any_database)


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_sql_and_python_agree_about_every_row(
    clocks: tuple[URL, Source], data: st.DataObject
) -> None:
    url, source = clocks
    case = data.draw(cases(source.dialect))
    _load(url, case)
    dataset = _dataset(case.columns)
    rule = _opened(source, dataset, case.record)
    alive = {n for n, (state, gone) in enumerate(case.states) if state == "done" and gone != "x"}
    over = over_retained(rule, AS_OF, MARCH, TOKYO)
    without = undated(rule, AS_OF, TOKYO)

    verdicts = (sa.case((c, "yes"), (sa.not_(c), "no"), else_="NULL") for c in (over, without))
    query = sa.select(rule.table.c.id, *verdicts)
    found = {row[0]: row[1:] for batch in source.rows(query, "clocks") for row in batch}

    word = {True: "yes", False: "no"}
    expected = {
        n: (word[n in alive and is_over(case, row)], word[n in alive and is_undated(case, row)])
        for n, row in enumerate(case.rows)
    }
    event(f"over: {any(over == 'yes' for over, _ in expected.values())}")
    assert found == expected


@settings(max_examples=300)
@given(texts)
def test_python_reads_text_as_it_was_meant(cell: Cell) -> None:
    assert as_day(cell.stored, TOKYO) == (None if cell.means == BAD else cell.means)


def _only(url: URL, column: str, stored: list[Any]) -> Source:
    _create(url)
    with tables.writing(url) as connection:
        for number, value in enumerate(stored):
            mark = "?" if url.get_backend_name() == "sqlite" else "%s"
            connection.exec_driver_sql(
                f"INSERT INTO clocks (id, {column}, state) VALUES ({mark}, {mark}, 'done')",
                (number, value),
            )
    return Source("shop", url)


def test_the_day_begins_in_tokyo(any_database: URL) -> None:
    """15:00 UTC is midnight: 29 November 15:00 UTC is already the 30th."""
    stored = [
        *("2026-11-29T14:59:59Z", "2026-11-29T15:00:00Z", "2026-11-29T15:00Z"),
        *("2026-11-29 14:59:59.999999+00:00", "2026-11-29T23:59:59", "2026-11-30T00:00:00+09:00"),
        *("2026-11-29", "2026-11-30"),
    ]
    source = _only(any_database, "text", stored)
    dataset = _dataset({"p": ("text",)})
    record = tables.record_class({"latest_of": ["p"]}, {"period": "P1D"})
    rule = _opened(source, dataset, record)
    assert keys_where(source, dataset, over_retained(rule, TOMORROW, MARCH, TOKYO)) == {0, 3, 4, 6}


@pytest.mark.parametrize("as_of", [date.min, date(2, 1, 1), date(9999, 12, 31)])
@pytest.mark.parametrize("column", KINDS)
def test_the_edges_of_the_calendar_can_be_asked(
    sqlite_database: URL, column: str, as_of: date
) -> None:
    source = _only(sqlite_database, column, ["2026-11-30 00:00:00", "9999-12-31 23:59:59", None])
    dataset = _dataset({"p": (column,)})
    for ceiling in ({"period": "P1Y"}, {"at_once": True}):
        for more in ({}, {"last_day": ["p"]}):
            record = tables.record_class({"latest_of": ["p"], **more}, ceiling)
            rule = _opened(source, dataset, record)
            over = keys_where(source, dataset, over_retained(rule, as_of, MARCH, TOKYO))
            assert over <= {0, 1}
            keys_where(source, dataset, undated(rule, as_of, TOKYO))


@pytest.mark.parametrize("as_of", [date.min, date(2, 1, 1), date(9999, 12, 31)])
def test_the_edges_can_be_asked_of_servers(any_database: URL, as_of: date) -> None:
    source = _only(any_database, "moment", ["2026-11-30 00:00:00", None])
    for column in KINDS:
        dataset = _dataset({"p": (column,)})
        record = tables.record_class({"latest_of": ["p"], "last_day": ["p"]}, {"period": "P1Y"})
        rule = _opened(source, dataset, record)
        keys_where(source, dataset, over_retained(rule, as_of, MARCH, TOKYO))
        keys_where(source, dataset, undated(rule, as_of, TOKYO))


@pytest.mark.parametrize(
    ("use", "columns", "error", "code"),
    [
        ({"record_class": "nobody"}, {"p": ("text",)}, ContractError, "record_class_unknown"),
        ({"record_class": "c"}, {"q": ("text",)}, ContractError, "clock_missing"),
        ({"record_class": "c"}, {"p": ("id",)}, SourceMismatch, "clock_type"),
        (
            {"record_class": "c", "when": {"column": "nope", "is_null": True}},
            {"p": ("text",)},
            ContractError,
            "column_undeclared",
        ),
        (
            {"record_class": "c", "when": {"column": "id", "equals": "x"}},
            {"p": ("text",)},
            ContractError,
            "condition_type",
        ),
        (
            {"record_class": "c", "disposed_at": "nope"},
            {"p": ("text",)},
            ContractError,
            "column_undeclared",
        ),
        (
            {"record_class": "c", "disposed": [{"column": "nope", "equals": 1}]},
            {"p": ("text",)},
            ContractError,
            "column_undeclared",
        ),
    ],
)
def test_a_rule_that_cannot_be_judged_is_an_error(
    clocks: tuple[URL, Source],
    use: dict[str, Any],
    columns: dict[str, tuple[str, ...]],
    error: type[GovernanceError],
    code: str,
) -> None:
    _, source = clocks
    events = {c: tuple(e for e, names in columns.items() if c in names) for c in ("id", "text")}
    dataset = tables.dataset("clocks", [Column(name=c, clocks=e) for c, e in events.items()])
    record = tables.record_class({"latest_of": ["p"]}, {"period": "P1Y"})
    with pytest.raises(error) as raised:
        _opened(source, dataset, record, RecordClassUse.model_validate(use))
    assert raised.value.code == code
    assert raised.value.say("ja") != raised.value.say("en")


@pytest.mark.parametrize("words", [{"latest_of": ["p", "q"]}, {"earliest_of": ["p", "q"]}])
def test_each_event_of_a_period_must_be_recorded(
    clocks: tuple[URL, Source], words: dict[str, Any]
) -> None:
    """The event that a slip leaves unrecorded may be the one that keeps the row."""
    _, source = clocks
    with pytest.raises(ContractError) as raised:
        _opened(source, _dataset({"p": ("text",)}), tables.record_class(words, {"period": "P1Y"}))
    assert (raised.value.code, raised.value.facts["events"]) == ("clock_missing", "q")


def test_a_fallback_may_go_unrecorded(clocks: tuple[URL, Source]) -> None:
    _, source = clocks
    record = tables.record_class({"latest_of": ["p"], "fallback": ["q"]}, {"period": "P1Y"})
    assert _opened(source, _dataset({"p": ("text",)}), record).of("q") == ()


@pytest.mark.parametrize(
    ("logical_type", "equals", "wanted"),
    [
        *(("string", "x", None), ("string", 1, "string"), (None, 1, None)),
        *(("integer", 1, None), ("integer", "x", "integer"), ("number", "1", "integer")),
        *(("boolean", True, None), ("boolean", "yes", "boolean"), ("date", 2026, "string")),
    ],
)
def test_a_condition_is_of_its_columns_type(
    logical_type: Any, equals: str | int, wanted: str | None
) -> None:
    where = Where(column="c", equals=equals)
    assert wrong_type(where, Column(name="c", logical_type=logical_type)) == wanted


def test_a_condition_on_a_boolean(any_database: URL) -> None:
    tables.run(
        any_database,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, p DATE, flag BOOLEAN)",
        "INSERT INTO t VALUES (1, '2020-01-01', true), (2, '2020-01-01', false)",
    )
    use = RecordClassUse(record_class="c", when=Where(column="flag", equals=True))
    columns = ["id", Column(name="p", clocks=("p",)), Column(name="flag", logical_type="boolean")]
    dataset = tables.dataset("t", columns, uses=[use])
    source = Source("shop", any_database)
    record = tables.record_class({"latest_of": ["p"]}, {"period": "P1Y"})
    rule = _opened(source, dataset, record, use)
    assert keys_where(source, dataset, over_retained(rule, AS_OF, MARCH, TOKYO)) == {1}
