"""JSON, arrays and bytes in columns of real databases: what is in them is named by path."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import URL, create_engine, text

from include.governance.pipeline.scan import scan_source
from tests.pipeline.company import Declared, workspace

TYPES = {
    "sqlite": ("JSON", "TEXT", "BLOB"),
    "postgresql": ("JSONB", "TEXT[]", "BYTEA"),
    "mysql": ("JSON", "TEXT", "BLOB"),
}
ROWS = 20
NONE = {"dataCategory": "none"}


def test_what_is_inside_of_a_column_is_named_by_its_path(tmp_path: Path, any_database: URL) -> None:
    engine = create_engine(any_database)
    kinds = TYPES[engine.dialect.name]
    native = engine.dialect.name == "postgresql"
    with engine.begin() as connection:
        columns = ", ".join(
            f"{n} {k}" for n, k in zip(("payload", "tags", "raw"), kinds, strict=True)
        )
        connection.execute(text(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {columns})"))
        rows = [
            {
                "id": n,
                "payload": json.dumps({"items": [{"to": {"email": f"u{n}@m.example"}, "qty": n}]}),
                "tags": tags if native else json.dumps(tags),
                "raw": f"担当: 山田 太郎 090-1234-{n:04d}".encode("cp932"),
            }
            for n in range(ROWS)
            for tags in [["new", f"090-9876-{n:04d}"]]
        ]
        connection.execute(text("INSERT INTO t VALUES (:id, :payload, :tags, :raw)"), rows)
    engine.dispose()
    declared = [("id", "integer", NONE), ("payload", "object", NONE), ("tags", "array", NONE)]
    own = workspace(tmp_path, any_database, [Declared("t", declared, ["id"])])
    (found,) = scan_source(own, "shop")
    (undeclared,) = [r for r in found.results if r.rule == "undeclared"]
    assert set(undeclared.kinds) >= {
        "payload.items[].to.email: email",
        "tags[]: phone",
        "raw: name",
        "raw: phone",
    }
    counted = {c.column: (c.rows, c.hits) for c in found.classifications if c.within}
    assert counted == {
        "payload.items[].to.email": (ROWS, ROWS),
        "payload.items[].qty": (ROWS, 0),
        "tags[]": (2 * ROWS, ROWS),
    }
