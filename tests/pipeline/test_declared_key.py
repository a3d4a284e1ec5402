"""A declared key that names no single row is an error, and rows are counted all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from include.governance.errors import SourceMismatch
from include.governance.pipeline.everything import run_everything
from include.governance.wording import say
from tests.pipeline.company import Declared, recorder, workspace
from tests.source import tables

VISITS = Declared(
    "visits",
    [
        ("shop", "string", {"dataCategory": "none"}),
        ("no", "integer", {"dataCategory": "none"}),
        ("note", "string", {"dataCategory": "inquiry"}),
        ("closed", "timestamp", {"dataCategory": "inquiry", "clock": "closed"}),
    ],
    ["shop"],
    kind="free_text",
    words={
        "owner": "EC",
        "entity": "inquiry",
        "purposes": ["P6"],
        "recordClasses": [{"record_class": "inquiry"}],
    },
)
CREATE = "CREATE TABLE visits (shop CHAR(1), no INTEGER, note VARCHAR(60), closed TIMESTAMP{key})"
ROWS = [
    f"INSERT INTO visits VALUES ('{shop}', {no}, 'マイナンバー 1234 5678 9018', '2010-01-01')"
    for shop, no in (("A", 1), ("A", 2), ("B", 1))
]


@pytest.mark.parametrize(
    ("key", "reason", "status", "due"),
    [
        (", PRIMARY KEY (shop, no)", "key_disagrees", "error", ("error", 0)),
        ("", "key_repeats", "skip", ("fail", 3)),
    ],
    ids=["another-key", "no-key"],
)
def test_a_key_that_repeats_is_said_and_hides_no_row(
    key: str, reason: str, status: str, due: tuple[str, int], any_database: URL, tmp_path: Path
) -> None:
    tables.run(any_database, CREATE.format(key=key), *ROWS)
    run = recorder(workspace(tmp_path, any_database, [VISITS]))
    outcome, results = run_everything(run, lambda *_: None)
    found = {(r.control, r.rule): r for r in results if r.table == "visits"}
    wrong = found["S1-02", "key"]
    assert (wrong.status, wrong.reason) == (status, reason)
    for language in ("en", "ja"):
        assert "visits" in say(f"error.{reason}", language, **wrong.facts)
    assert found["S2-00", "found"].rows == 3
    assert (
        found["S6-10c", "inquiry"].status,
        found["S6-10c", "inquiry"].rows,
    ) == due
    assert outcome.result == due[0]
    if reason == "key_disagrees":
        with pytest.raises(SourceMismatch, match="shop, no"):
            run.plan_facts("shop")


def test_a_key_that_only_the_contract_knows_is_enough(any_database: URL, tmp_path: Path) -> None:
    tables.run(any_database, CREATE.format(key=""), ROWS[0], ROWS[2])
    run = recorder(workspace(tmp_path, any_database, [VISITS]))
    _, results = run_everything(run, lambda *_: None)
    assert not [r for r in results if r.reason in ("key_disagrees", "key_repeats")]
