"""What hangs on due rows: children first, every row once, nothing forgotten, nothing written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from include.governance.model.contract import Column, Dataset, RecordClassUse
from include.governance.model.facts import DueRows
from include.governance.retention.facts import due_rows
from include.governance.retention.hold_scope import OpenHold
from include.governance.source.database import Source
from tests.source import tables
from tests.source.tables import HASHING

USE = RecordClassUse(record_class="c")
SCHEDULE = tables.schedule(c=tables.record_class({"latest_of": ["closed"]}, {"period": "P1Y"}))
CLOCKED = Column(name="closed", clocks=("closed",))
OLD, NEW = "2020-01-01", "2026-11-01"

Link = tuple[str, str]


def _node(name: str, links: Iterable[Link]) -> Dataset:
    """A table with a key, a clock, and one foreign key per parent."""
    own = [parent for child, parent in links if child == name]
    return tables.dataset(
        name,
        ["id", CLOCKED, *(f"to_{parent}" for parent in own)],
        entity=f"e_{name}",
        links=[([f"to_{parent}"], parent, ["id"]) for parent in own],
        uses=[USE],
    )


@dataclass(frozen=True)
class Shape:
    """Tables, which refers to which, and rows: (table, id, closed, {parent: id})."""

    names: tuple[str, ...]
    links: tuple[Link, ...]
    rows: tuple[tuple[str, int, str, dict[str, int | None]], ...]

    @property
    def datasets(self) -> tuple[Dataset, ...]:
        return tuple(_node(name, self.links) for name in self.names)

    def load(self, url: URL) -> Source:
        """Create the tables without constraints: a contract may know more than the database."""
        statements = []
        for dataset in self.datasets:
            columns = ", ".join(f"{c.name} INTEGER" for c in dataset.columns[2:])
            more = f", {columns}" if columns else ""
            statements += [
                f"DROP TABLE IF EXISTS {dataset.table}",
                f"CREATE TABLE {dataset.table} (id INTEGER PRIMARY KEY, closed DATE{more})",
            ]
        for name, number, closed, parents in self.rows:
            found = "".join(f", to_{parent}" for parent in parents)
            values = "".join(f", {'NULL' if v is None else v}" for v in parents.values())
            statements.append(
                f"INSERT INTO {name} (id, closed{found}) VALUES ({number}, '{closed}'{values})"
            )
        tables.run(url, *statements)
        return Source("shop", url)

    @property
    def is_cyclic(self) -> bool:
        """Whether some way along the foreign keys leads back to its start."""
        left = set(self.links)
        while removable := {link for link in left if link[1] not in {c for c, _ in left}}:
            left -= removable
        return bool(left)

    def below(self, due: set[int], root: str) -> dict[str, set[int]]:
        """The reference: follow the rows one by one."""
        gone = {(root, number) for number in due}
        while True:
            more = {
                (name, number)
                for name, number, _, parents in self.rows
                for parent, to in parents.items()
                if (parent, to) in gone
            } - gone
            if not more:
                break
            gone |= more
        gone -= {(root, number) for number in due}
        return {n: {i for name, i in gone if name == n} for n in self.names}

    def blocked(self, held: set[tuple[str, int]]) -> set[tuple[str, int]]:
        """The reference: rows on which held rows hang, however far above."""
        found = set(held)
        while True:
            more = {
                (parent, to)
                for name, number, _, parents in self.rows
                if (name, number) in found
                for parent, to in parents.items()
                if to is not None
            } - found
            if not more:
                return found
            found |= more


def _facts(
    source: Source, shape: Shape, root: str = "r", holds: Iterable[OpenHold] = ()
) -> DueRows:
    dataset = next(d for d in shape.datasets if d.table == root)
    return due_rows(source, dataset, USE, tables.terms(SCHEDULE, shape.datasets, holds), HASHING)


def _counted(facts: DueRows) -> dict[str, int]:
    return {below.table: below.found.rows for below in facts.dependants if below.found.rows}


def _row(name: str, number: int, closed: str = NEW, **parents: int | None) -> Any:
    return name, number, closed, parents


CHAIN = Shape(
    ("r", "a", "b"),
    (("a", "r"), ("b", "a")),
    (
        *(_row("r", 1, OLD), _row("r", 2), _row("a", 1, r=1), _row("a", 2, r=2)),
        *(_row("a", 3, r=None), _row("b", 1, a=1), _row("b", 2, a=1), _row("b", 3, a=3)),
    ),
)
# b hangs on r and on a; the names are such that an alphabetical order would be wrong
DIAMOND = Shape(
    ("r", "z", "b"),
    (("z", "r"), ("b", "r"), ("b", "z")),
    (
        *(_row("r", 1, OLD), _row("r", 2), _row("z", 1, r=1), _row("z", 2, r=2)),
        *(_row("b", 1, r=1, z=None), _row("b", 2, r=2, z=1), _row("b", 3, r=1, z=1)),
        _row("b", 4, r=2, z=2),
    ),
)
SELF = Shape(
    ("r", "a"),
    (("r", "r"), ("a", "r")),
    (
        *(_row("r", 1, OLD, r=None), _row("r", 2, r=1), _row("r", 3, r=2), _row("r", 4, r=None)),
        *(_row("r", 5, r=5), _row("r", 6, OLD, r=6), _row("a", 1, r=3), _row("a", 2, r=4)),
    ),
)
RING = Shape(
    ("r", "a", "b"),
    (("a", "r"), ("b", "a"), ("r", "b")),
    (
        *(_row("r", 1, OLD, b=None), _row("r", 2, b=1), _row("r", 3, b=None), _row("a", 1, r=1)),
        *(_row("a", 2, r=2), _row("b", 1, a=1), _row("b", 2, a=2), _row("b", 3, a=None)),
    ),
)


@pytest.mark.parametrize(
    ("shape", "due", "expected"),
    [
        pytest.param(CHAIN, 1, {"a": 1, "b": 2}, id="a chain"),
        pytest.param(DIAMOND, 1, {"z": 1, "b": 3}, id="a diamond"),
        pytest.param(SELF, 2, {"r": 2, "a": 1}, id="a table that refers to itself"),
        pytest.param(RING, 1, {"r": 1, "a": 2, "b": 2}, id="a ring of three tables"),
    ],
)
def test_what_hangs_on_due_rows_is_found_once(
    any_database: URL, shape: Shape, due: int, expected: dict[str, int]
) -> None:
    source = shape.load(any_database)
    facts = _facts(source, shape)
    assert facts.due.rows == due
    assert _counted(facts) == expected
    assert {b.table: b.total_rows for b in facts.dependants} == {
        b.table: sum(name == b.table for name, *_ in shape.rows) for b in facts.dependants
    }


def test_children_stand_deeper_than_all_they_hang_on(sqlite_database: URL) -> None:
    depths = {b.table: b.depth for b in _facts(DIAMOND.load(sqlite_database), DIAMOND).dependants}
    assert depths == {"z": 1, "b": 2}
    depths = {b.table: b.depth for b in _facts(SELF.load(sqlite_database), SELF).dependants}
    assert depths["a"] > depths["r"] >= 1


@pytest.mark.parametrize(
    "shape", [CHAIN, DIAMOND, SELF, RING], ids=["chain", "diamond", "self", "ring"]
)
def test_a_row_on_which_a_held_row_hangs_stays(any_database: URL, shape: Shape) -> None:
    source = shape.load(any_database)
    last = shape.names[-1]
    facts = _facts(source, shape, holds=[OpenHold(last, f"e_{last}:1")])
    assert (facts.due.rows, facts.held_rows) == ((1, 1) if shape is SELF else (0, 1))
    assert _counted(facts) == {}
    assert _facts(source, shape, holds=[OpenHold("r", "")]).due.rows == 0


def test_composite_keys_lead_to_their_own_children_only(any_database: URL) -> None:
    orders = tables.dataset(
        "orders", ["shop", "no", "note", CLOCKED], ["shop", "no"], uses=[USE], entity="order"
    )
    lines = tables.dataset(
        "lines",
        ["shop", "no", "line", CLOCKED],
        ["shop", "no", "line"],
        entity="line",
        links=[(["shop", "no"], "orders", ["shop", "no"])],
    )
    tables.run(
        any_database,
        "CREATE TABLE orders (shop VARCHAR(5), no INTEGER, note VARCHAR(5), closed DATE,"
        " PRIMARY KEY (shop, no))",
        # not all of it is a key, so parts of it may be missing
        "CREATE TABLE lines (shop VARCHAR(5), no INTEGER, line INTEGER, closed DATE)"
        if any_database.get_backend_name() != "mysql"
        else "CREATE TABLE `lines` (shop VARCHAR(5), no INTEGER, line INTEGER, closed DATE)",
        f"INSERT INTO orders VALUES ('a', 1, 'x', '{OLD}'), ('a', 2, 'x', '{NEW}'),"
        f" ('b', 1, NULL, '{NEW}')",
    )
    mark = "`lines`" if any_database.get_backend_name() == "mysql" else "lines"
    tables.run(
        any_database,
        f"INSERT INTO {mark} VALUES ('a', 1, 1, NULL), ('a', 1, 2, NULL), ('a', 2, 1, NULL),"
        " ('b', 1, 1, NULL), ('a', NULL, 3, NULL), (NULL, 1, 4, NULL)",
    )
    source = Source("shop", any_database)
    terms = tables.terms(SCHEDULE, (orders, lines))
    facts = due_rows(source, orders, USE, terms, HASHING)
    assert (facts.due.rows, _counted(facts)) == (1, {"lines": 2})
    held = tables.terms(SCHEDULE, (orders, lines), [OpenHold("lines", "line:a|1|2")])
    facts = due_rows(source, orders, USE, held, HASHING)
    assert (facts.due.rows, facts.held_rows, _counted(facts)) == (0, 1, {})


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    """Up to four tables that refer to each other in any way, and up to sixteen rows."""
    names = ("r", "a", "b", "c")[: draw(st.integers(1, 4))]
    pairs = [(child, parent) for child in names for parent in names]
    links = tuple(draw(st.lists(st.sampled_from(pairs), unique=True, max_size=6)))
    sizes = {name: draw(st.integers(1, 4)) for name in names}
    rows = []
    for name in names:
        own = [parent for child, parent in links if child == name]
        for number in range(1, sizes[name] + 1):
            parents = {p: draw(st.sampled_from([None, *range(1, sizes[p] + 1)])) for p in own}
            rows.append((name, number, draw(st.sampled_from([OLD, NEW])), parents))
    return Shape(names, links, tuple(rows))


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(shape=shapes(), hold=st.sampled_from([None, ("r", 1), ("a", 1), ("b", 2), ("c", 1)]))
def test_any_web_of_tables_is_followed_to_its_end(
    sqlite_database: URL, shape: Shape, hold: tuple[str, int] | None
) -> None:
    source = shape.load(sqlite_database)
    if hold and hold[0] not in shape.names:
        hold = None
    due = {number for name, number, closed, _ in shape.rows if name == "r" and closed == OLD}
    holds = [OpenHold(None, f"e_{hold[0]}:{hold[1]}")] if hold else []
    held = shape.below({hold[1]}, hold[0]) if hold else {}
    kept = {(name, number) for name, numbers in held.items() for number in numbers}
    stay = shape.blocked(kept | {hold}) if hold else set()
    free = {number for number in due if ("r", number) not in stay}

    facts = _facts(source, shape, holds=holds)
    assert facts.due.rows + facts.held_rows == len(due)
    if hold and shape.is_cyclic:  # a hold goes down through no table twice
        at_least = {n for n in due if ("r", n) in shape.blocked({hold})}
        assert len(at_least) <= facts.held_rows <= len(due - free)
        return
    assert facts.due.rows == len(free)
    expected = {name: len(numbers) for name, numbers in shape.below(free, "r").items() if numbers}
    assert _counted(facts) == (expected if free else {})


def test_the_facts_of_the_same_rows_are_the_same_whatever_their_order(any_database: URL) -> None:
    source = CHAIN.load(any_database)
    before = _facts(source, CHAIN)
    shuffled = Shape(CHAIN.names, CHAIN.links, tuple(reversed(CHAIN.rows)))
    assert _facts(shuffled.load(any_database), CHAIN) == before
    more = Shape(CHAIN.names, CHAIN.links, (*CHAIN.rows, _row("b", 9, a=1)))
    after = _facts(more.load(any_database), CHAIN)
    assert after.due.key_digest == before.due.key_digest
    changed = {b.table for b, a in zip(before.dependants, after.dependants, strict=True) if b != a}
    assert changed == {"b"}
    swapped = Shape(CHAIN.names, CHAIN.links, (_row("r", 3, OLD), *CHAIN.rows[1:]))
    other = _facts(swapped.load(any_database), CHAIN)
    assert other.due.rows == before.due.rows
    assert other.due.key_digest != before.due.key_digest


def test_the_days_of_a_plan_are_those_on_which_periods_started(any_database: URL) -> None:
    tables.run(
        any_database,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, p DATE, q VARCHAR(40), r DATE)",
        "INSERT INTO t VALUES (1, '2020-03-01', '2021-05-05T16:00:00Z', '2024-01-01'),"
        " (2, '2019-02-03', NULL, NULL), (3, NULL, NULL, '2018-01-01')",
    )
    columns = [Column(name=c, clocks=(c,)) for c in "pqr"]
    dataset = tables.dataset("t", ["id", *columns], uses=[USE])
    source = Source("shop", any_database)

    def days(**trigger: Any) -> tuple[date | None, date | None]:
        own = tables.schedule(c=tables.record_class(trigger, {"period": "P1Y"}))
        found = due_rows(source, dataset, USE, tables.terms(own, [dataset]), HASHING).due
        return found.oldest, found.youngest

    assert days(latest_of=["p", "q"]) == (date(2019, 2, 3), date(2021, 5, 6))
    assert days(earliest_of=["p", "q"]) == (date(2019, 2, 3), date(2020, 3, 1))
    assert days(latest_of=["p", "q"], fallback=["r"]) == (date(2018, 1, 1), date(2021, 5, 6))
    assert days(latest_of=["p"], last_day=["p"]) == (date(2019, 2, 4), date(2020, 3, 2))
