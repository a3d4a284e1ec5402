"""Random schemas, rows and holds against a plain-Python idea of what is right."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL

from tests import servers
from tests.erasure.bench import Bench

EXAMPLES = int(os.environ.get("DAICHO_TEST_ERASURE_EXAMPLES", "8"))
NAMES = ("root", "a", "b", 'c"; DROP', "d%s:x")
CUTOFF = 5


@dataclass(frozen=True)
class Foreign:
    """One foreign key: ``columns`` of ``child`` name the key of ``parent``."""

    child: int
    parent: int
    action: str
    column: str
    required: bool


@dataclass(frozen=True)
class World:
    """A schema, its rows and its holds; ``kinds`` says what each table's key is made of."""

    kinds: tuple[str, ...]
    foreign: tuple[Foreign, ...]
    rows: tuple[tuple[tuple[int, Mapping[str, int | None]], ...], ...]
    holds: frozenset[tuple[int, int]]
    chunk: int


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Trees, diamonds, cycles, self-references, several keys between the same tables."""
    size = draw(st.integers(1, len(NAMES)))
    kinds = tuple(draw(st.sampled_from(("int", "text", "pair"))) for _ in range(size))
    foreign = []
    for number in range(draw(st.integers(0, 6))):
        child, parent = draw(st.integers(0, size - 1)), draw(st.integers(0, size - 1))
        action = draw(st.sampled_from(("NO ACTION", "NO ACTION", "CASCADE", "SET NULL")))
        required = child > parent and action != "SET NULL" and draw(st.booleans())
        foreign.append(Foreign(child, parent, action, f"f{number}", required))
    counts = [draw(st.integers(1, 7)) for _ in range(size)]
    rows = []
    for table in range(size):
        own = [f for f in foreign if f.child == table]
        rows.append(
            tuple(
                (
                    draw(st.integers(0, 9)),
                    {
                        f.column: draw(
                            st.integers(0, counts[f.parent] - 1)
                            if f.required
                            else st.none() | st.integers(0, counts[f.parent] - 1)
                        )
                        for f in own
                    },
                )
                for _ in range(counts[table])
            )
        )
    holds = draw(
        st.frozensets(
            st.integers(0, size - 1).flatmap(
                lambda t: st.tuples(st.just(t), st.integers(0, counts[t] - 1))
            ),
            max_size=2,
        )
    )
    return World(kinds, tuple(foreign), tuple(rows), holds, draw(st.integers(1, 4)))


def key(kind: str, number: int) -> tuple[int | str, ...]:
    return {"int": (number,), "text": (f"鍵'{number}%",), "pair": (number % 2, f"k:{number}")}[kind]


def columns(kind: str, prefix: str, **options: Any) -> list[sa.Column[Any]]:
    whole, text = sa.Integer, sa.String(20)
    types = {"int": [whole], "text": [text], "pair": [whole, text]}[kind]
    return [sa.Column(f"{prefix}_{at}", each, **options) for at, each in enumerate(types)]


def tables_of(world: World) -> sa.MetaData:
    metadata = sa.MetaData()
    for number, kind in enumerate(world.kinds):
        keys = columns(kind, "id", primary_key=True, autoincrement=False)
        table = sa.Table(NAMES[number], metadata, *keys, sa.Column("age", sa.Integer))
        for f in (f for f in world.foreign if f.child == number):
            parent = world.kinds[f.parent]
            found = columns(parent, f.column, nullable=not f.required)
            for column in found:
                table.append_column(column)
            there = [f"{NAMES[f.parent]}.id_{at}" for at in range(len(found))]
            sa.Index(f"i{number}{f.column}", *found)
            refers = sa.ForeignKeyConstraint(
                [c.name for c in found],
                there,
                ondelete=f.action, name=f"fk_{number}_{f.column}", use_alter=True,
            )  # fmt: skip
            table.append_constraint(refers)
    return metadata


def fill(bench: Bench, world: World) -> None:
    """Rows first without references, then the references: cycles need it."""
    with bench.target.engine.begin() as connection:
        if bench.target.kind == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        if bench.target.kind == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        if bench.target.kind == "mariadb":
            connection.exec_driver_sql("SET foreign_key_checks = 0")
        for number, rows in enumerate(world.rows):
            values = []
            for at, (age, references) in enumerate(rows):
                row: dict[str, Any] = {"age": age}
                row |= {f"id_{i}": part for i, part in enumerate(key(world.kinds[number], at))}
                for f in (f for f in world.foreign if f.child == number):
                    to = references[f.column]
                    kind = world.kinds[f.parent]
                    parts = key(kind, to) if to is not None else [None] * len(key(kind, 0))
                    row |= {f"{f.column}_{i}": part for i, part in enumerate(parts)}
                values.append(row)
            connection.execute(bench.metadata.tables[NAMES[number]].insert(), values)


def going(world: World) -> set[tuple[int, int]]:
    """What must go: due roots, unless a hold or a root that is not due is in the way.

    In the way is what would go along, and what is held and would forget a parent that goes.
    """

    def below(start: tuple[int, int]) -> set[tuple[int, int]]:
        found, waiting = {start}, [start]
        while waiting:
            table, at = waiting.pop()
            for f in world.foreign:
                if f.parent != table or f.action == "SET NULL":
                    continue
                for number, (_, references) in enumerate(world.rows[f.child]):
                    if references[f.column] == at and (f.child, number) not in found:
                        found.add((f.child, number))
                        waiting.append((f.child, number))
        return found

    def forgets(gone: set[tuple[int, int]]) -> bool:
        return any(
            (f.parent, world.rows[table][at][1].get(f.column)) in gone
            for table, at in world.holds
            for f in world.foreign
            if f.child == table and f.action == "SET NULL"
        )

    gone: set[tuple[int, int]] = set()
    due = {at for at, (age, _) in enumerate(world.rows[0]) if age < CUTOFF}
    for root in due:
        all_of = below((0, root))
        blocked = all_of & world.holds or {at for t, at in all_of if t == 0} - due
        if not blocked and not forgets(all_of):
            gone |= all_of
    return gone


def check(bench: Bench, world: World) -> None:
    """Plan, apply, verify, and compare every table with the reference."""
    bench.create({})
    fill(bench, world)
    for table, at in sorted(world.holds):
        bench.hold(NAMES[table], key(world.kinds[table], at))
    gone = going(world)
    plan, applied, verified = bench.run(world.chunk)
    left = {
        (t, at)
        for t, rows in enumerate(world.rows)
        for at in range(len(rows))
        if (t, at) not in gone
    }
    for number, kind in enumerate(world.kinds):
        expected = sorted(key(kind, at) for t, at in left if t == number)
        found = [k if isinstance(k, tuple) else (k,) for k in bench.keys(NAMES[number])]
        assert sorted(found) == expected, NAMES[number]
        for row in bench.rows(NAMES[number]):
            _references(world, number, row, gone)
    assert (applied.complete, applied.skipped) == (True, 0)
    assert plan.roots == applied.roots == sum(t == 0 for t, _ in gone)
    assert verified.holds, verified
    assert sum(s.rows for s in plan.steps if s.kind == "delete") == len(gone)
    assert bench.plan(world.chunk).roots == 0


def _references(
    world: World, number: int, row: Mapping[str, Any], gone: set[tuple[int, int]]
) -> None:
    """A row that stays names what it named, except for a parent that is gone."""
    for f in (f for f in world.foreign if f.child == number):
        kind = world.kinds[f.parent]
        at = next(
            i for i in range(len(world.rows[number]))
            if key(world.kinds[number], i)
            == tuple(row[c] for c in sorted(row) if c.startswith("id_"))
        )  # fmt: skip
        to = world.rows[number][at][1][f.column]
        found = tuple(row[f"{f.column}_{i}"] for i in range(len(key(kind, 0))))
        stays = to is not None and (f.parent, to) not in gone
        assert found == (key(kind, to) if stays else (None,) * len(found))


def bench_for(url: URL, world: World) -> Bench:
    return Bench(url, tables_of(world), "root", lambda c: c.age < CUTOFF)


PROPERTY = settings(
    max_examples=EXAMPLES, deadline=None,
    derandomize="DAICHO_TEST_ERASURE_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck), print_blob=True, database=None,
)  # fmt: skip


@settings(PROPERTY, max_examples=5 * EXAMPLES)
@given(worlds())
def test_exactly_what_is_right_goes_on_sqlite(world: World) -> None:
    with TemporaryDirectory() as folder:
        url = URL.create("sqlite", database=str(Path(folder) / "d.sqlite"))
        check(bench_for(url, world), world)


@pytest.mark.server
@settings(PROPERTY, max_examples=EXAMPLES)
@given(worlds())
def test_exactly_what_is_right_goes_on_postgres(postgres_database: URL, world: World) -> None:
    bench = bench_for(postgres_database, world)
    bench.execute("DROP SCHEMA public CASCADE")
    bench.execute("CREATE SCHEMA public")
    check(bench, world)


@pytest.mark.server
@settings(PROPERTY)
@given(worlds())
def test_exactly_what_is_right_goes_on_mariadb(mariadb_url: URL, world: World) -> None:
    with servers.mariadb_database(mariadb_url) as url:
        check(bench_for(url, world), world)
