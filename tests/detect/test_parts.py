"""A table in parts, on real databases: ranges of the key add up to one scan."""

from __future__ import annotations

import json
import random

import pytest
from pydantic import SecretBytes
from sqlalchemy import URL, create_engine, text

from include.governance.detect.part import TablePart
from include.governance.detect.reader import Reader, ScanTerms
from include.governance.detect.scan import scan
from include.governance.detect.table import TableScan
from include.governance.detect.values import Detector
from include.governance.model.control import Control, ScanRule
from include.governance.model.policy import PrivacyPolicy
from include.governance.source.database import Source
from include.governance.source.key_range import KeyRange, ranges
from include.governance.source.rows import Hashing

ROWS = 900
WATCHED = ScanRule(entities=("CREDIT_CARD", "EMAIL_ADDRESS", "PERSON", "JP_MY_NUMBER"))
TERMS = ScanTerms(
    {
        "C1": Control.model_construct(verb="scan", scan=WATCHED),
        "C2": Control.model_construct(verb="scan", scan=ScanRule(undeclared=True)),
    },
    PrivacyPolicy.model_construct(categories={}),
    Hashing(SecretBytes(b"a key of the test"), 100_000),
)


def _rows() -> list[dict[str, object]]:
    chance = random.Random(5)
    names = ["山田太郎", "佐藤 花子", "Mary Jones", "ヤマダ", "倉庫A-1"]
    return [
        {
            "id": 7 + 3 * n,
            "full_name": chance.choice(names),
            "tel": f"090-{chance.randrange(1000, 9999)}-{n:04d}",
            "code": f"{chance.randrange(10**12):012d}",
            "payload": json.dumps(
                {"to": {"mail": f"{n}@a.example"}, "by": {f"user{n}": "青空 陽菜"}}
            ),
            "memo": chance.choice(["特になし", f"{n}@a.example へ連絡", "佐藤様", None, " "]),
            "last_name": chance.choice(
                ["総務部です。", "在庫を確認しました。", "佐藤"] + ["-"] * 7
            ),
        }
        for n in range(ROWS)
    ]


@pytest.fixture
def reader(any_database: URL, detector: Detector) -> Reader:
    engine = create_engine(any_database)
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE people (id INTEGER PRIMARY KEY, full_name VARCHAR(40), tel"
                " VARCHAR(20), code VARCHAR(12), payload TEXT, memo VARCHAR(200),"
                " last_name VARCHAR(40))"
            )
        )
        connection.execute(
            text(
                "INSERT INTO people VALUES"
                " (:id, :full_name, :tel, :code, :payload, :memo, :last_name)"
            ),
            _rows(),
        )
    engine.dispose()
    source = Source("shop", any_database)
    return Reader(source, source.live_table("people"), "people", None, detector, TERMS)


def _in_parts(reader: Reader, parts: tuple[KeyRange, ...], *, defer: bool) -> TableScan:
    """As tasks do it: each part is kept as JSON and joined afterwards."""
    kept = [reader.read(part.of, defer=defer).part().model_dump_json() for part in parts]
    joined = reader.scanner(defer=defer)
    for document in kept:
        joined.absorb(TablePart.model_validate_json(document))
    return joined.finish()


@pytest.mark.parametrize("defer", [True, False])
def test_the_parts_of_a_table_give_the_verdict_of_one_scan(reader: Reader, defer: bool) -> None:
    parts = ranges(reader.source, reader.live, reader.key, ROWS // 4)
    assert len(parts) >= 3
    whole = reader.read(defer=defer).finish()
    joined = _in_parts(reader, parts, defer=defer)
    assert joined.rows == whole.rows == ROWS
    assert joined.classifications == whole.classifications
    assert joined.together == whole.together
    assert {hit.key for hit in joined.hits} == {hit.key for hit in whole.hits}


def test_what_was_taken_for_granted_is_searched_when_the_column_is_of_another_kind(
    reader: Reader,
) -> None:
    quick, thorough = (reader.read(defer=defer).finish() for defer in (True, False))
    staff = {c.column: c for c in thorough.classifications}["last_name"]
    assert quick.unsettled
    assert staff.hits > {c.column: c for c in quick.classifications}["last_name"].hits
    found = scan(reader)
    assert {c.column: c.hits for c in found.classifications}["last_name"] == staff.hits


def test_a_part_holds_no_value_and_no_key(reader: Reader) -> None:
    document = reader.read(defer=True).part().model_dump_json()
    assert not any(str(row[name]) in document for row in _rows() for name in ("full_name", "code"))
    assert "mail" in document
    assert not any(f"user{n}" in document for n in range(ROWS))


def test_a_small_table_and_one_without_a_number_as_key_are_one_part(reader: Reader) -> None:
    assert ranges(reader.source, reader.live, ("id",), ROWS) == ()
    assert ranges(reader.source, reader.live, ("code",), 10) == ()
    assert ranges(reader.source, reader.live, ("id", "code"), 10) == ()
