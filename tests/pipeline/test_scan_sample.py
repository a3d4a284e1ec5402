"""A sample of every table: what is found is there, and what is not is never a pass."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text

from include.governance.detect.scan import Scanned
from include.governance.pipeline.scan import Ways, scan_source
from include.governance.pipeline.workspace import Workspace
from include.governance.source.sample import Sample
from tests.pipeline.company import Declared, workspace

ROWS = 2_000
NONE = {"dataCategory": "none"}
TABLES = {"cards": "4111111111111111", "goods": "倉庫"}


def _sampled(own: Workspace, sample: Sample) -> dict[str, Scanned]:
    return {found.table: found for found in scan_source(own, "shop", Ways(sample=sample))}


def test_rows_are_chosen_by_chance_and_nothing_found_is_no_pass(
    tmp_path: Path, any_database: URL
) -> None:
    engine = create_engine(any_database)
    with engine.begin() as connection:
        for name, note in TABLES.items():
            connection.execute(
                text(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, note VARCHAR(20))")
            )
            rows = [{"id": n, "note": note} for n in range(ROWS)]
            connection.execute(text(f"INSERT INTO {name} VALUES (:id, :note)"), rows)
        connection.execute(text("CREATE VIEW seen AS SELECT * FROM goods"))
    engine.dispose()
    columns = [("id", "integer", NONE), ("note", "string", NONE)]
    declared = [Declared(name, columns, ["id"]) for name in (*TABLES, "seen")]
    own = workspace(tmp_path, any_database, declared)
    found = _sampled(own, Sample(share=0.25, rows=None, seed=1))
    assert 0.2 * ROWS < found["goods"].rows < 0.3 * ROWS
    assert found["goods"].rows == _sampled(own, Sample(0.25, None, 1))["goods"].rows
    assert 400 < _sampled(own, Sample(None, 500, 2))["goods"].rows < 600
    assert found["seen"].rows == ROWS, "what shows other tables' rows is read whole"
    of_cards = {(r.rule, r.status) for r in found["cards"].results}
    assert {("undeclared", "fail"), ("found", "fail")} <= of_cards
    cards = [r for r in found["cards"].results if (r.rule, r.status) == ("found", "fail")]
    assert {(r.rows, r.facts["rows"], r.facts["of"]) for r in cards} == {
        (found["cards"].rows, found["cards"].rows, ROWS)
    }
    unseen = [r for r in found["goods"].results if r.rule == "undeclared"]
    assert [(r.status, r.reason) for r in unseen] == [("skip", "sampled")]
    assert unseen[0].facts["of"] == ROWS
    assert unseen[0].facts["rows"] == found["goods"].rows
    by_rule = {(r.rule, r.status) for r in found["goods"].results}
    assert ("found", "pass") not in by_rule
    assert "sampled" not in {r.reason for r in found["seen"].results}


@pytest.mark.parametrize("everything", [Sample(1.0, None), Sample(None, 10)])
def test_a_table_of_no_rows_proves_nothing(tmp_path: Path, everything: Sample) -> None:
    url = URL.create("sqlite", database=str(tmp_path / "shop.db"))
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE goods (id INTEGER PRIMARY KEY)"))
    own = workspace(tmp_path, url, [Declared("goods", [("id", "integer", NONE)], ["id"])])
    (result,) = [r for r in _sampled(own, everything)["goods"].results if r.rule == "undeclared"]
    assert (result.reason, result.facts["bound"]) == ("sampled", "100.0000%")
