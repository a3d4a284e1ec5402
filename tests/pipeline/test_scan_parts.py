"""Large tables in parts: what tasks keep of them gives the scan that reads them whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text

from include.governance.pipeline.record import Recorder
from include.governance.pipeline.scan_parts import kept_parts
from include.governance.source.database import Source
from include.governance.store.scan_parts import ScanParts
from tests.pipeline.company import Declared, recorder, workspace

ROWS = 60
NONE = {"dataCategory": "none"}
COLUMNS = [("id", "integer", NONE), ("note", "string", {"dataCategory": "email"})]


@pytest.fixture
def own(tmp_path: Path, any_database: URL) -> Recorder:
    engine = create_engine(any_database)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (id INTEGER PRIMARY KEY, note VARCHAR(60))"))
        rows = [{"id": n, "note": f"u{n}@m.example カード4111111111111111"} for n in range(ROWS)]
        connection.execute(text("INSERT INTO t VALUES (:id, :note)"), rows)
    engine.dispose()
    opened = workspace(tmp_path, any_database, [Declared("t", COLUMNS, ["id"])])
    settings = opened.settings.model_copy(update={"part_rows": 10})
    return recorder(replace(opened, settings=settings))


def _judged(own: Recorder) -> tuple[object, object]:
    own.scan("shop")
    return own.store.results("run"), own.store.classifications(own.as_of)


def _read(own: Recorder, but: int | None = None) -> int:
    parts = own.divide("shop")
    return sum(own.read_part(p.model_dump(mode="json")) for p in parts if p.number != but)


def test_parts_that_tasks_read_give_what_one_scan_gives(
    own: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _judged(own)
    assert _read(own) == ROWS
    with monkeypatch.context() as patched:
        patched.setattr(Source, "columns", None)  # nothing is read again
        assert _judged(own) == whole
    assert ScanParts(own.store).of("run", "shop", "t") == {}, "parts are let go of once joined"


def test_a_table_of_which_a_part_is_missing_is_read_whole(own: Recorder) -> None:
    whole = _judged(own)
    assert _read(own, but=1) < ROWS
    assert _judged(own) == whole


def test_parts_of_another_run_are_not_joined(own: Recorder) -> None:
    _read(own)
    assert list(kept_parts(ScanParts(own.store), "another", "shop")("t")) == []
