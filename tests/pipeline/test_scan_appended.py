"""Tables that are only appended to: what was seen of past days is not read again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text

from include.governance.model.classification import Classification
from include.governance.model.result import RuleResult
from include.governance.pipeline.record import Recorder
from include.governance.store.scan_evidence import ScanEvidence
from tests.pipeline.company import Declared, recorder, workspace
from tests.source.tables import AS_OF

PAST, TODAY = 40, 10
COLUMNS = [
    ("id", "integer", {"dataCategory": "none"}),
    ("at", "timestamp", {"dataCategory": "none", "clock": "occurred"}),
    ("note", "string", {"dataCategory": "none"}),
]
WORDS = {"appendOnly": {"clock": "occurred"}}


@dataclass
class Log:
    """A table of events, and a recorder of scans."""

    url: URL
    own: Recorder
    runs: int = 0

    def run(self, *statements: str) -> None:
        engine = create_engine(self.url)
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    def add(self, first: int, number: int, day: date, note: str = "倉庫") -> None:
        rows = ", ".join(f"({first + n}, '{day} 09:00:00', '{note}')" for n in range(number))
        self.run(f"INSERT INTO log (id, at, note) VALUES {rows}")

    def scan(self, *, days: int = 0, full: bool = False) -> int:
        """Scan so many days later; the number of rows that were not read again."""
        self.runs += 1
        day = AS_OF + timedelta(days=days)
        self.own = replace(self.own, run_id=f"run-{self.runs}", as_of=day)
        return self.own.scan("shop", full=full).get("seen_before", 0)

    def judged(self) -> tuple[tuple[Classification, ...], tuple[RuleResult, ...]]:
        """The verdicts, whatever was read for them, and the results."""
        found = self.own.store.classifications(self.own.as_of)
        plain = tuple(each.model_copy(update={"since": None}) for each in found)
        return plain, self.own.results("scan", "shop")


def _made(folder: Path, url: URL) -> Log:
    own = recorder(workspace(folder, url, [Declared("log", COLUMNS, ["id"], "log", WORDS)]))
    made = Log(url, own)
    made.run("CREATE TABLE log (id INTEGER PRIMARY KEY, at TIMESTAMP NULL, note VARCHAR(60))")
    made.add(1, PAST, AS_OF - timedelta(days=2))
    made.add(101, TODAY, AS_OF)
    return made


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return _made(tmp_path, URL.create("sqlite", database=str(tmp_path / "shop.db")))


@pytest.fixture
def any_log(tmp_path: Path, any_database: URL) -> Log:
    return _made(tmp_path, any_database)


def test_only_what_is_new_is_read_and_the_verdict_is_that_of_all_rows(any_log: Log) -> None:
    log = any_log
    assert log.scan() == 0
    log.add(201, 5, AS_OF, "4111111111111111")
    log.run("INSERT INTO log (id, note) VALUES (300, 'u@m.example')")
    assert log.scan() == PAST
    assert {c.since for c in log.own.store.classifications(AS_OF)} == {AS_OF}
    joined, results = log.judged()
    assert log.scan(full=True) == 0
    assert (joined, results) == log.judged()
    note = next(c for c in joined if c.column == "note")
    assert (note.rows, note.hits) == (PAST + TODAY + 6, 6)
    assert sorted(r.rows for r in results if r.status == "fail") == [1, 6]


def test_the_day_after_the_day_before_is_joined(log: Log) -> None:
    log.scan()
    log.add(201, 7, AS_OF + timedelta(days=1))
    assert log.scan(days=1) == PAST
    assert log.scan(days=2) == PAST + TODAY
    assert log.judged()[0][0].rows == PAST + TODAY + 7


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("DELETE FROM log WHERE id = 3", id="gone"),
        pytest.param("INSERT INTO log VALUES (9999, '2026-11-01 00:00:00', 'x')", id="late"),
        pytest.param("ALTER TABLE log ADD COLUMN other VARCHAR(9)", id="another column"),
    ],
)
def test_everything_is_read_again_when_what_was_seen_is_not_what_is_there(
    log: Log, statement: str
) -> None:
    log.scan()
    log.run(statement)
    assert log.scan() == 0


def test_everything_is_read_again_under_another_contract_and_for_an_earlier_day(
    log: Log, tmp_path: Path
) -> None:
    log.scan()
    assert log.scan(days=-1) == 0
    assert log.scan() == PAST
    other = [*COLUMNS[:2], ("note", "string", {"dataCategory": "email"})]
    table = Declared("log", other, ["id"], "log", WORDS)
    log.own = replace(log.own, workspace=workspace(tmp_path, log.url, [table]))
    assert log.scan() == 0


def test_what_is_kept_holds_no_value_and_is_nothing_where_it_cannot_be_read(log: Log) -> None:
    log.run("UPDATE log SET note = 'canary@leak.example'")
    log.scan()
    kept = ScanEvidence(log.own.store)
    document = kept.of("shop", "log")
    assert document is not None
    assert "canary" not in document
    kept.keep("shop", "log", "{}")
    assert log.scan() == 0
