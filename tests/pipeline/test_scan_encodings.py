"""Personal data in old encodings is found wherever a database keeps it, and binary is said."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL

from include.governance.model.result import RuleResult
from include.governance.pipeline.scan import scan_source
from include.governance.wording import say
from tests.pipeline.company import Declared, workspace
from tests.source import tables

NOTE = "うつ病で通院中の山田太郎様 電話090-1234-5678"
BYTES = {"sqlite": "BLOB", "postgresql": "BYTEA", "mysql": "VARBINARY(200)"}
#: Columns of text that hold other bytes than they say; a strict server has none.
TEXT = {"sqlite": "TEXT", "mysql": "VARCHAR(200) CHARACTER SET latin1"}
ENCODINGS = ("utf-8", "cp932", "euc_jp", "utf-16")
IMAGE = bytes(range(128, 256)) + b"\x00\x01\x02"


def _hex(raw: bytes, kind: str) -> str:
    return f"'\\x{raw.hex()}'" if kind == "postgresql" else f"x'{raw.hex()}'"


def _fill(url: URL) -> None:
    kind = url.get_backend_name()
    text = TEXT.get(kind, "TEXT")
    rows = {n: NOTE.encode(encoding) for n, encoding in enumerate(ENCODINGS)} | {9: IMAGE}
    tables.run(
        url,
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, raw {BYTES[kind]}, note {text})",
        *(f"INSERT INTO t (id, raw) VALUES ({n}, {_hex(raw, kind)})" for n, raw in rows.items()),
    )
    if kind in TEXT:
        cast = "CAST({} AS TEXT)" if kind == "sqlite" else "{}"
        for n, encoding in enumerate(ENCODINGS[:3]):
            note = cast.format(_hex(NOTE.encode(encoding), kind))
            tables.run(url, f"INSERT INTO t (id, note) VALUES ({20 + n}, {note})")


def test_no_encoding_hides_personal_data(any_database: URL, tmp_path: Path) -> None:
    _fill(any_database)
    none = {"dataCategory": "none"}
    columns = [("id", "integer", none), ("raw", "string", none), ("note", "string", none)]
    own = workspace(tmp_path, any_database, [Declared("t", columns, ["id"])])
    (found,) = scan_source(own, "shop")
    results: dict[tuple[str, str], RuleResult] = {(r.control, r.rule): r for r in found.results}
    expected = 4 + (3 if any_database.get_backend_name() in TEXT else 0)
    assert results["S1-04", "found"].rows == expected
    assert "raw" in results["S1-02", "undeclared"].columns
    undecoded = results["S1-02", "undecoded"]
    assert (undecoded.status, undecoded.columns) == ("skip", ("raw",))
    assert (undecoded.facts["columns"], undecoded.facts["values"]) == ("raw", 1)
    assert "shop.t" in say(f"error.{undecoded.reason}", "ja", **undecoded.facts)
    (raw,) = [c for c in found.classifications if c.column == "raw"]
    assert "undecoded" in raw.reasons
