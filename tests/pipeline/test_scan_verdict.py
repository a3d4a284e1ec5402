"""A person's verdict in a contract silences what the person saw, and nothing more."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL

from include.governance.pipeline.scan import scan_source
from tests.pipeline.company import Declared, workspace
from tests.source import tables

VERDICT = {
    "kinds": ["EMAIL_ADDRESS"],
    "hits": 30,
    "rows": 30,
    "by": "DO",
    "day": "2026-11-20",
    "reason": "made-up addresses of a test list",
}
MAILS = [(n, f"u{n}@m.example") for n in range(30)]
CARDS = [(n, "4111-1111-1111-1111") for n in range(40, 43)]


def test_a_verdict_wins_until_another_kind_is_found(sqlite_database: URL, tmp_path: Path) -> None:
    tables.run(sqlite_database, "CREATE TABLE t (id INTEGER PRIMARY KEY, c TEXT)")
    none = {"dataCategory": "none"}
    columns = [("id", "integer", none), ("c", "string", none | {"verdict": VERDICT})]
    own = workspace(tmp_path, sqlite_database, [Declared("t", columns, ["id"])])
    seen = []
    for rows in (MAILS, CARDS):
        tables.run(
            sqlite_database, *(f"INSERT INTO t VALUES ({n}, '{value}')" for n, value in rows)
        )
        (found,) = scan_source(own, "shop")
        (undeclared,) = [r for r in found.results if r.rule == "undeclared"]
        standing = {c.column: c.standing for c in found.classifications}
        seen.append((undeclared.status, undeclared.columns, standing["c"]))
    assert seen == [("pass", (), "stands"), ("fail", ("c",), "contradicted")]
