"""What breaks a rule is counted whole, whether it comes in one answer or in many."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from include.governance.errors import SourceError
from include.governance.model.contract import Column, Dataset
from include.governance.rules import listing as module
from include.governance.rules.listing import listed
from include.governance.source.database import Source
from tests.rules.small import HASHING, listing
from tests.source.tables import run

DATASET = Dataset(
    source="main",
    table="t",
    name="t",
    kind="transaction",
    columns=(Column(name="id"),),
    primary_key=("id",),
)
QUERY = sa.select(sa.column("id")).select_from(sa.table("t"))


@pytest.mark.parametrize("rows", [0, 2, 3, 4, 9])
def test_every_row_is_counted(
    any_database: sa.URL, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 3)
    values = [f"INSERT INTO t VALUES ({number})" for number in range(rows)]
    run(any_database, "CREATE TABLE t (id INTEGER PRIMARY KEY)", *values)
    found = listed(Source("main", any_database), DATASET, QUERY, HASHING, listing)
    assert (found.rows, len(found.refs)) == (rows, rows)


def test_what_the_library_could_not_list_or_saw_otherwise_is_an_error(tmp_path: Path) -> None:
    url = sa.URL.create("sqlite", database=str(tmp_path / "d.db"))
    run(url, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    source = Source("main", url)
    with pytest.raises(SourceError) as none:
        listed(source, DATASET, QUERY, HASHING, lambda *_: None)
    assert none.value.code == "expectation_not_evaluated"
    many = [(number,) for number in range(module.AT_ONCE + 1)]
    with pytest.raises(SourceError) as fewer:
        listed(source, DATASET, QUERY, HASHING, lambda *_: many)
    assert fewer.value.facts == {"counted": module.AT_ONCE + 1, "found": 0}
