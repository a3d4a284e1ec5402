"""Columns that may not be the same in two rows: told apart by the key, or refused with the plan."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.erasure.actions import assignments_of
from include.governance.erasure.reflect import Closure, read_closure
from include.governance.errors import PlanError
from tests.erasure.bench import Bench, dataset
from tests.erasure.test_anonymise import KEY

_TABLE = (
    "CREATE TABLE members (id INTEGER PRIMARY KEY, seen INTEGER, email VARCHAR(80),"
    " code VARCHAR(80), nick VARCHAR(80), state VARCHAR(80), {more})"
)
_PARTIAL = "CREATE UNIQUE INDEX state_email ON members (code) WHERE state = 'open'"
_FOLDED = "CREATE UNIQUE INDEX folded ON members (lower(email))"
_DDL = {
    "sqlite": (
        _TABLE.format(more="made TEXT AS (substr(nick, 1, 3)) UNIQUE"),
        _PARTIAL,
        _FOLDED,
    ),
    "postgresql": (
        "CREATE TYPE word AS ENUM ('a', 'b')",
        _TABLE.format(
            more="word word, room text, EXCLUDE USING hash (room WITH =),"
            " made text GENERATED ALWAYS AS (substr(nick, 1, 3)) STORED UNIQUE"
        ),
        _PARTIAL,
        _FOLDED,
    ),
    "mysql": (
        _TABLE.format(
            more="word ENUM('a', 'b'), words SET('a', 'b'), UNIQUE (code, state),"
            " low VARCHAR(80) AS (lower(email)) VIRTUAL UNIQUE,"
            " first VARCHAR(3) AS (substr(nick, 1, 3)),"
            " made VARCHAR(4) AS (concat(first, 'x')) UNIQUE"
        ),
    ),
}
#: What takes a value with the key behind it, what takes none, and what takes only certain words.
_EXPECTED: dict[str, tuple[set[str], set[str], set[str]]] = {
    "sqlite": ({"email", "code", "made"}, {"nick", "state"}, set()),
    "postgresql": ({"id", "email", "code", "room", "made"}, {"nick", "state"}, {"word"}),
    "mysql": (
        {"id", "email", "code", "state", "low", "made"}, {"nick", "first"}, {"word", "words"},
    ),
}  # fmt: skip


def members(url: URL) -> Bench:
    engine, metadata = sa.create_engine(url), sa.MetaData()
    with engine.begin() as connection:
        for statement in _DDL[url.get_backend_name()]:
            connection.exec_driver_sql(statement)
    metadata.reflect(engine)
    engine.dispose()
    table = metadata.tables["members"]
    return Bench(
        url, metadata, "members", lambda c: c.seen == 0,
        datasets=[dataset(table, nick={"category": "postal_code"})], key=KEY,
    )  # fmt: skip


def closure(bench: Bench) -> Closure:
    with bench.target.snapshot() as connection:
        return read_closure(
            connection, bench.target.kind, bench.of("members"), bench.datasets, False
        )


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_what_a_unique_index_makes_of_a_column_decides_what_it_can_take(any_database: URL) -> None:
    bench = members(any_database)
    compared, computed, listed = _EXPECTED[any_database.get_backend_name()]
    root = closure(bench).root
    assert (root.unique.compared, root.unique.computed) == (compared, computed)
    cases = [("nick", "fixed"), ("nick", "pseudonymise"), ("nick", "generalise")]
    cases += [(name, action) for name in sorted(listed) for action in ("fixed", "pseudonymise")]
    for name, action in cases:
        bench.actions = {name: action}
        with pytest.raises(PlanError) as refused:
            assignments_of(root, bench.selection(), bench.target.kind)
        assert refused.value.facts == {"table": "shop.members", "column": name, "action": action}
    bench.actions = dict.fromkeys(compared & {"email", "code", "room"}, "fixed") | {"nick": "null"}
    rows: list[dict[str, Any]] = [
        {"id": n, "seen": n // 3, "state": "open", "nick": f"{n}"}
        | {name: f"{name}{n}" for name in bench.actions if name != "nick"}
        for n in (1, 2, 3)
    ]
    bench.create({"members": rows})
    assert bench.apply(bench.plan()).rows == 2
    assert [row["email"] for row in bench.rows("members")] == ["erased-1", "erased-2", "email3"]


@pytest.mark.server
def test_keys_of_certain_words_are_refused_where_text_is_no_word(postgres_database: URL) -> None:
    engine, metadata = sa.create_engine(postgres_database), sa.MetaData()
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TYPE word AS ENUM ('a', 'b')")
        connection.exec_driver_sql("CREATE TABLE members (id word PRIMARY KEY, seen int)")
    metadata.reflect(engine)
    engine.dispose()
    bench = Bench(postgres_database, metadata, "members", lambda c: c.seen == 0)
    with pytest.raises(PlanError, match="key column id is neither"):
        closure(bench)
