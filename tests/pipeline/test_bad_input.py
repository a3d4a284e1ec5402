"""Bad tables through all verbs: what each control says, and that nothing bad is ever green."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from include.governance.model.result import RuleResult
from include.governance.pipeline.everything import run_everything
from include.governance.pipeline.workspace import ConfigurationMistakes, open_workspace
from include.governance.wording import catalogue, say
from tests.pipeline.company import Declared, recorder, settings, workspace
from tests.source import tables

CANARY = "canary-77aa@leak.example"
CLOCKS = ["last_login", "last_purchase", "registered"]
COLUMNS = [
    ("id", "integer", {"dataCategory": "member_id"}),
    ("email", "string", {"dataCategory": "email"}),
    ("birth", "date", {"dataCategory": "date_of_birth"}),
    ("status", "string", {"dataCategory": "status"}),
    ("login", "timestamp", {"dataCategory": "usage", "clock": CLOCKS}),
]
WORDS = {
    "owner": "EC",
    "entity": "member",
    "purposes": ["P1", "P7"],
    "recordClasses": [{"record_class": "member_inactive"}],
}
MEMBERS = Declared("members", COLUMNS, ["id"], words=WORDS)
CREATE = (
    "CREATE TABLE members (id INTEGER PRIMARY KEY, email TEXT, birth DATE, status TEXT,"
    " login TIMESTAMP)"
)
ROW = f"INSERT INTO members VALUES (1, '{CANARY}', '1980-01-01', 'active', '2026-01-01 00:00:00')"


@dataclass(frozen=True)
class Bad:
    """A database, and what it comes to: (control, status, reason, rows) among the results."""

    id: str
    statements: Sequence[str]
    expected: Sequence[tuple[str, str, str | None, int]]
    outcome: str = "error"


FINE = ("S6-10a", "pass", None, 0)
TABLE = [
    Bad("as promised", [CREATE, ROW], [FINE, ("S6-19", "pass", None, 0)], "pass"),
    Bad(
        "table missing",
        ["CREATE TABLE other (id INTEGER)", "INSERT INTO other VALUES (1)"],
        [(c, "error", "table_missing", 0) for c in ("S1-02", "S6-01", "S6-10a", "S6-19", "S2-00")],
    ),
    Bad(
        "column dropped",
        [CREATE, ROW, "ALTER TABLE members DROP COLUMN login"],
        [
            *(("S6-10a", "error", "column_missing", 0), ("S6-01", "pass", None, 0)),
            ("S1-02", "error", "column_gone", 0),
        ],
    ),
    Bad(
        "column dropped that no rule reads",
        [CREATE, ROW, "ALTER TABLE members DROP COLUMN status"],
        [("S1-02", "error", "column_gone", 0), ("S1-02", "pass", None, 0), FINE],
    ),
    Bad(
        "column renamed",
        [CREATE, ROW, "ALTER TABLE members RENAME COLUMN email TO mail"],
        [("S1-02", "fail", None, 1), ("S6-01", "error", "expectation_not_evaluated", 0), FINE],
    ),
    Bad(
        "key renamed",
        [CREATE, ROW, "ALTER TABLE members RENAME COLUMN id TO member"],
        [("S1-02", "error", "column_gone", 0), ("S1-04", "error", "column_gone", 0)],
    ),
    Bad("empty source", [CREATE], [("S1-02", "error", "source_empty", 0), FINE]),
    Bad("no table at all", [], [("S1-02", "error", "source_empty", 0)]),
    Bad(
        "one empty table of two",
        [CREATE, "CREATE TABLE other (id INTEGER)", "INSERT INTO other VALUES (1)"],
        [FINE, ("S6-01", "pass", None, 0)],
        "pass",
    ),
    Bad(
        "no date",
        [CREATE, ROW, "UPDATE members SET login = NULL"],
        [("S6-19", "fail", None, 1), FINE],
        "fail",
    ),
    Bad(
        "dates to come",
        [CREATE, ROW, "UPDATE members SET login = '2099-01-01 00:00:00', birth = '2099-01-01'"],
        [("S6-19", "fail", None, 1), ("S6-01", "fail", None, 1), FINE],
        "fail",
    ),
    Bad(
        "dates that are none",
        [CREATE, ROW, "UPDATE members SET login = 'yesterday'"],
        [("S6-19", "fail", None, 1), FINE],
        "fail",
    ),
    Bad(
        "a clock of whole numbers",
        [CREATE.replace("login TIMESTAMP", "login INTEGER"), ROW, "UPDATE members SET login = 1"],
        [("S6-10a", "error", "clock_type", 0), ("S6-19", "error", "clock_type", 0)],
    ),
    Bad(
        "broken UTF-8",
        [CREATE, ROW, "UPDATE members SET status = CAST(x'ff41fe' AS TEXT)"],
        [FINE, ("S1-02", "pass", None, 0)],
        "pass",
    ),
    Bad(
        "broken UTF-8 where a pattern is asked for",
        [CREATE, ROW, "UPDATE members SET email = CAST(x'ff41fe' AS TEXT)"],
        [("S6-01", "error", "expectation_not_evaluated", 0), FINE],
    ),
    Bad(
        "NUL, a million letters, bytes",
        [
            CREATE,
            ROW,
            "INSERT INTO members SELECT 2, 'a' || char(0) || 'b', NULL, 'x', '2026-01-01'",
            f"INSERT INTO members SELECT 3, '{'長' * 1_000_000}', NULL, x'00ff', '2026-01-01'",
        ],
        [FINE, ("S6-01", "fail", None, 2)],
        "fail",
    ),
    Bad(
        "five hundred columns",
        [
            CREATE,
            ROW,
            f"CREATE TABLE wide ({', '.join(f'c{n} TEXT' for n in range(500))})",
            f"INSERT INTO wide (c0, c499) VALUES ('x', '{CANARY}')",
        ],
        [("S1-02", "fail", None, 1)],
        "fail",
    ),
]


def _told(results: Sequence[RuleResult]) -> None:
    """Every reason has a sentence in both languages, and nothing holds a value."""
    for result in results:
        assert CANARY not in result.model_dump_json()
        if result.reason:
            english = say(f"error.{result.reason}", "en", **result.facts)
            assert english != say(f"error.{result.reason}", "ja", **result.facts)
            assert set(catalogue()[f"error.{result.reason}"]) == {"en", "ja"}
        assert (result.status in ("error", "skip")) == (result.reason is not None)


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.id)
def test_a_bad_table_ends_in_the_right_word(
    case: Bad, sqlite_database: URL, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with tables.writing(sqlite_database) as connection:
        for statement in case.statements:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("PRAGMA user_version = 1")  # the file is there
    run = recorder(workspace(tmp_path, sqlite_database, [MEMBERS]))
    with caplog.at_level("DEBUG"):
        outcome, results = run_everything(run, lambda *_: None)
    said = {(r.control, r.status, r.reason, r.rows) for r in results}
    assert set(case.expected) <= said
    assert outcome.result == case.outcome
    assert CANARY not in caplog.text
    _told(results)


def test_a_source_that_does_not_answer_is_an_error_of_every_control(tmp_path: Path) -> None:
    url = URL.create("postgresql+psycopg", "u", "p", "127.0.0.1", 9, "d")
    outcome, results = run_everything(
        recorder(workspace(tmp_path, url, [MEMBERS])), lambda *_: None
    )
    assert outcome.result == "error"
    judged = [r for r in results if r.source == "shop"]
    of_contract = {"S9-01"}  # judged by what contracts declare, whoever answers
    assert {r.status for r in judged if r.control not in of_contract} <= {"error", "skip"}
    unmapped = {"relation_not_mapped", "field_not_mapped"}
    assert {r.reason for r in judged if r.status == "skip"} <= unmapped
    assert {"S1-02", "S6-01", "S6-10a", "S6-19"} <= {r.control for r in judged}
    _told(results)


def test_a_table_without_a_key_counts_each_row(tmp_path: Path, sqlite_database: URL) -> None:
    """An empty key is the same for all rows: they would have been one."""
    tables.run(
        sqlite_database,
        CREATE.replace(" PRIMARY KEY", ""),
        *([ROW.replace("'active'", "'マイナンバー 1234 5678 9018'")] * 3),
    )
    nameless = Declared("members", COLUMNS, [], words=WORDS)
    _, results = run_everything(
        recorder(workspace(tmp_path, sqlite_database, [nameless])), lambda *_: None
    )
    [found] = [r for r in results if r.control == "S2-00"]
    assert (found.status, found.rows, found.row_refs) == ("fail", 3, ())


Change = Callable[[str], str]
SUITE = Path(settings(Path()).expectations) / "clause_6_accuracy.json"


@pytest.mark.parametrize("name", ["S9-99", "S6-10a"])
def test_a_suite_of_a_control_nobody_declares_is_refused(
    name: str, tmp_path: Path, sqlite_database: URL
) -> None:
    tables.run(sqlite_database, CREATE, ROW)
    folder = tmp_path / "suites"
    folder.mkdir()
    (folder / "x.json").write_text(
        SUITE.read_text("utf-8").replace('"S6-04"', f'"{name}"'), "utf-8"
    )
    opened = workspace(tmp_path, sqlite_database, [MEMBERS])
    changed = opened.settings.model_copy(update={"expectations": folder})
    with pytest.raises(ConfigurationMistakes) as raised:
        open_workspace(changed, opened.connect)
    found = {mistake.code for mistake in raised.value.mistakes}
    assert found == {"suite_control", "control_without_suite"}
