"""The same row has the same name in every database, and counts stay exact."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from include.governance.model.reference import row_ref
from include.governance.source.database import Source
from include.governance.source.rows import Hashing, RowRefs, hashed, matching
from tests.source import tables
from tests.source.tables import HASHING, SECRET

MEMBER = uuid.UUID("3f2b1c00-0000-4000-8000-0000000000ab")
TYPES = {
    "sqlite": ("BLOB", "VARCHAR(36)", "NUMERIC"),
    "postgresql": ("BYTEA", "UUID", "NUMERIC(12,4)"),
    "mysql": ("VARBINARY(8)", "CHAR(36)", "DECIMAL(12,4)"),
}
KEYS: dict[str, tuple[Any, str]] = {
    "i": (2**40, "1099511627776"),
    "t": ("会員|10' \\ 😀", "会員|10' \\ 😀"),
    "d": (dt.date(2024, 2, 29), "2024-02-29"),
    "b": (b"\x00\xff|", "00ff7c"),
    "u": (str(MEMBER), str(MEMBER)),
    "n": (10.5, "10.5"),
}


@pytest.fixture
def keyed(any_database: URL) -> Source:
    """One row, and a column of each type that may be a key."""
    raw, unique, number = TYPES[any_database.get_backend_name()]
    tables.run(
        any_database,
        "CREATE TABLE k (i BIGINT NOT NULL, t VARCHAR(40), d DATE,"
        f" b {raw}, u {unique}, n {number})",
    )
    columns = sa.table("k", *(sa.column(name) for name in KEYS))
    values = {name: value for name, (value, _) in KEYS.items()}
    if any_database.get_backend_name() == "sqlite":
        values["d"] = values["d"].isoformat()
    with tables.writing(any_database) as connection:
        connection.execute(columns.insert().values(values))
    return Source("shop", any_database)


def test_a_row_has_the_same_name_in_every_database(keyed: Source) -> None:
    for name, (_, text) in KEYS.items():
        found = matching(keyed, tables.dataset("k", KEYS, [name]), sa.true(), HASHING)
        expected = row_ref(SECRET, "shop", "k", (text,))
        assert found == RowRefs(1, (expected,)), name


def test_composite_keys_have_their_parts_in_the_contracts_order(keyed: Source) -> None:
    for names in (["i", "d", "u"], ["u", "i"]):
        found = matching(keyed, tables.dataset("k", KEYS, names), sa.true(), HASHING)
        assert found.refs == (row_ref(SECRET, "shop", "k", [KEYS[n][1] for n in names]),)


def test_rows_stay_exact_when_references_are_cut(any_database: URL) -> None:
    tables.run(any_database, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    with tables.writing(any_database) as connection:
        numbers = [{"id": n} for n in range(12_345)]
        connection.execute(sa.table("t", sa.column("id")).insert(), numbers)
    source = Source("shop", any_database)
    for limit in (0, 1, 100):
        found = matching(
            source, tables.dataset("t", ["id"]), sa.true(), Hashing(HASHING.secret, limit)
        )
        assert (found.rows, len(found.refs)) == (12_345, limit)
        assert list(found.refs) == sorted(found.refs)
    assert matching(source, tables.dataset("t", ["id"], []), sa.true(), HASHING) == RowRefs(12_345)


def test_rows_are_counted_whatever_their_keys_say() -> None:
    dataset = tables.dataset("t", ["id"])
    found = hashed(dataset, [(1,), (2,), (1,), (Decimal("1.0"),)], HASHING)
    assert (found.rows, len(found.refs)) == (4, 2)
    assert hashed(dataset, [(), (), ()], HASHING) == RowRefs(3)
    assert hashed(dataset, [], HASHING) == RowRefs()
