"""A cell reads the same on every engine, and one that cannot be read is counted."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.model.contract import Column, Dataset
from include.governance.rules.derive import Tables
from include.governance.rules.place import Place, places
from include.governance.rules.relation import CellKind, Relation, RelationField, relations
from include.governance.source.clocks import Zone
from include.governance.source.database import Source
from include.governance.store.register_rows import STORE
from include.governance.store.register_schema import REGISTER_TABLES

#: Kind, what stands there as text, and what is read; no value is not understood.
WRITTEN: list[tuple[CellKind, str | None, str | int | None, bool]] = [
    (CellKind.DAY, "2026-11-30", "2026-11-30", True),
    (CellKind.DAY, " 2026/11/30 ", "2026-11-30", True),
    (CellKind.DAY, "2026-11-29T15:00:00Z", "2026-11-30", True),
    (CellKind.DAY, "2026-11-29T14:59:59.9+00:00", "2026-11-29", True),
    (CellKind.DAY, "2026-11-30 23:59+09:00", "2026-11-30", True),
    (CellKind.DAY, "", None, True),
    (CellKind.DAY, None, None, True),
    (CellKind.DAY, "30.11.2026", None, False),
    (CellKind.DAY, "2026-02-30", None, False),
    (CellKind.DAY, "0001-01-01", None, False),
    (CellKind.MOMENT, "2026-11-30", "2026-11-30T00:00:00.000000", True),
    (CellKind.MOMENT, "2026-11-30 09:05", "2026-11-30T09:05:00.000000", True),
    (CellKind.MOMENT, "2026-11-30t09:05:07,25", "2026-11-30T09:05:07.250000", True),
    (CellKind.MOMENT, "2026-12-31T15:05:07.123456789z", "2027-01-01T00:05:07.123456", True),
    (CellKind.MOMENT, "2026-11-30T09:05:07+0900", "2026-11-30T09:05:07.000000", True),
    (CellKind.MOMENT, "yesterday", None, False),
    (CellKind.FLAG, "Yes", 1, True),
    (CellKind.FLAG, " 有 ", 1, True),
    (CellKind.FLAG, "0", 0, True),
    (CellKind.FLAG, "FALSE", 0, True),
    (CellKind.FLAG, "maybe", None, False),
    (CellKind.NUMBER, " 12 ", 12, True),
    (CellKind.NUMBER, "-3.00", -3, True),
    (CellKind.NUMBER, "1.5", None, False),
    (CellKind.NUMBER, "many", None, False),
    (CellKind.TEXT, " ", None, True),
    (CellKind.TEXT, "A ", "A ", True),
    (CellKind.SUBJECT, "member:10", "10", True),
    (CellKind.SUBJECT, "other:10", "other:10", True),
    (CellKind.CONTACT, " User@MAIL.example ", "user@mail.example", True),
    (CellKind.WORDS, "[1, 2]", None, False),
    (CellKind.WORDS, '["a"', None, False),
]
LISTS = {
    '["name", "e\\"mail", " ", "住所"]': ["name", 'e"mail', "住所"],
    "name, email ,,": ["name", "email"],
    "[]": [],
    '["\\u6c0f\\u540d"]': ["氏名"],
    "": [],
}


def test_text_is_read_as_what_it_says(any_database: URL) -> None:
    columns = [f"c{at}" for at in range(len(WRITTEN))]
    relation = Relation(
        name="cells",
        entities=("cell",),
        fields={c: RelationField(kind=k) for c, (k, *_) in zip(columns, WRITTEN, strict=True)},
    )
    own = [sa.Column(name, sa.String(60)) for name in columns]
    source, place = _filled(
        any_database, own, [dict(zip(columns, (w[1] for w in WRITTEN), strict=True))]
    )
    tables = Tables(Zone("Asia/Tokyo"), ("member",))
    doubts = tables.doubts(source, place, relation, columns)
    assert doubts == {c: 1 for c, w in zip(columns, WRITTEN, strict=True) if not w[3]}
    lists = [c for c, w in zip(columns, WRITTEN, strict=True) if w[0] is CellKind.WORDS]
    fields = [c for c in columns if c not in lists]
    [row] = _rows(source, tables.rows(source, place, relation, fields))
    assert row == tuple(w[2] for w in WRITTEN if w[0] is not CellKind.WORDS)


def test_types_of_the_database_are_read_as_text_is(any_database: URL) -> None:
    instant = sa.DateTime(timezone=any_database.get_backend_name() == "postgresql")
    own = [
        sa.Column("day", sa.Date()),
        sa.Column("at", instant),
        sa.Column("safe", sa.Boolean()),
        sa.Column("number", sa.Numeric(9, 2)),
        sa.Column("person", sa.Integer()),
    ]
    kinds = (CellKind.DAY, CellKind.MOMENT, CellKind.FLAG, CellKind.NUMBER, CellKind.SUBJECT)
    fields = {c.name: RelationField(kind=k) for c, k in zip(own, kinds, strict=True)}
    relation = Relation(name="typed", entities=("cell",), fields=fields)
    zone = "+09:00" if any_database.get_backend_name() == "postgresql" else ""
    cells = {"day": "2026-11-30", "at": f"2026-11-30 09:05:07{zone}", "safe": 1, "number": 7}
    source, place = _filled(any_database, own, [{**cells, "person": 10}, {}])
    tables = Tables(Zone("Asia/Tokyo"), ())
    assert tables.doubts(source, place, relation, fields) == {}
    assert sorted(_rows(source, tables.rows(source, place, relation, fields)), key=str) == [
        ("2026-11-30", "2026-11-30T09:05:07.000000", 1, 7, "10"),
        (None,) * 5,
    ]


def test_a_list_is_read_word_by_word(any_database: URL) -> None:
    own = [sa.Column("job_id", sa.Integer()), sa.Column("categories", sa.String(90))]
    rows = [{"job_id": at, "categories": text} for at, text in enumerate(LISTS)]
    source, place = _filled(any_database, own, rows)
    relation = relations()["jobs__categories"]
    tables = Tables(Zone("Asia/Tokyo"), ())
    assert tables.doubts(source, place, relation, relation.fields) == {}
    found = _rows(source, tables.rows(source, place, relation, relation.fields))
    wanted = [(str(at), word) for at, words in enumerate(LISTS.values()) for word in words]
    assert sorted(found) == sorted(wanted)


def _filled(
    url: URL, columns: list[sa.Column], rows: list[dict[str, object]]
) -> tuple[Source, Place]:
    table = sa.Table("cells", sa.MetaData(), *columns)
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    table.metadata.create_all(engine)
    with engine.begin() as connection:
        for row in rows:
            names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
            text = f"INSERT INTO cells ({names}) VALUES ({marks})"
            text = text if row else f"INSERT INTO cells ({columns[0].name}) VALUES (NULL)"
            boolean = {n: bool(v) if n == "safe" else v for n, v in row.items()}
            connection.execute(sa.text(text), boolean)
    dataset = Dataset(
        source="main",
        table="cells",
        name="cells",
        kind="register",
        columns=tuple(Column(name=column.name) for column in columns),
    )
    return Source("main", url), Place(dataset, {c.name: c.name for c in columns})


def _rows(source: Source, query: sa.Select[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [tuple(row) for batch in source.rows(query, "cells") for row in batch]


def test_what_the_store_keeps_of_a_register_is_read_as_a_mapped_table_is(any_database: URL) -> None:
    relation = relations()["transfers"]
    table = REGISTER_TABLES["transfers"]
    kept = {
        "transfer_id": "T1",
        "transferred_at": datetime(2026, 11, 30, 9, 5, 7, 250_000),  # noqa: DTZ001 - local time
        "categories": '["name","email"]',
        "row_count": 3,
        "subject_id": "member:10",
        "encrypted": False,
    }
    engine = sa.create_engine(any_database, poolclass=sa.NullPool)
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(table.insert(), [kept])
    source, [place] = Source(STORE, any_database), places(relation, ())
    tables = Tables(Zone("Asia/Tokyo"), ("member",))
    assert tables.doubts(source, place, relation, kept) == {}
    assert _rows(source, tables.rows(source, place, relation, kept)) == [
        ("T1", "2026-11-30T09:05:07.250000", '["name","email"]', 3, "10", 0)
    ]
