"""An entry has no place for personal data, and one form only."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from include.governance.ledger.entry import (
    NOTHING_BEFORE,
    ChunkApplied,
    Entry,
    Record,
    TableCount,
    canonical,
    read_record,
)
from include.governance.ledger.fields import table_name
from tests.ledger.made import AT, chunk, digest, one_of_each

PERSONAL = [
    "taro.yamada@example.jp",
    "090-1234-5678",
    "09012345678",
    "+819012345678",
    "山田太郎",
    "ヤマダ タロウ",
    "やまだ",
    "Taro Yamada",
    "1234 5678 9012",
    "123456789012",
    "4111111111111111",
    "〒150-0001",
    "東京都渋谷区神宮前1-2-3",
    "1980-04-01",
    "ﾀﾛｳ",
    "orders\n",
    "orders; taro",
    "",
]
NUMBERS = [9012345678, 123456789012, 4111111111111111, -1, 1.5, True, "3"]
BIRTHDAYS = [date(1980, 4, 1), datetime(1980, 4, 1, tzinfo=UTC), "1980-04-01"]


def fields(entry: BaseModel) -> list[str]:
    return [name for name in type(entry).model_fields if name not in ("kind", "tables", "checks")]


CASES = [(entry, name) for entry in one_of_each() for name in fields(entry)] + [
    (chunk(0).tables[0], name) for name in TableCount.model_fields
]


def ids(value: object) -> str:
    return value if isinstance(value, str) else type(value).__name__


@pytest.mark.parametrize(("entry", "name"), CASES, ids=ids)
def test_no_field_takes_personal_data(entry: BaseModel, name: str) -> None:
    given = {field: getattr(entry, field) for field in type(entry).model_fields}
    given = {k: v for k, v in given.items() if v is not None}
    type(entry)(**given)
    values: list[object] = [*PERSONAL, *NUMBERS, *BIRTHDAYS, [PERSONAL[0]], (PERSONAL[4],)]
    for value in values:
        with pytest.raises(ValidationError) as caught:
            type(entry)(**given | {name: value})
        assert str(value) not in str(caught.value) or str(value) in ("", "3", "-1", "1.5", "True")


@pytest.mark.parametrize("entry", one_of_each(), ids=ids)
def test_no_entry_takes_another_field(entry: BaseModel) -> None:
    with pytest.raises(ValidationError):
        type(entry)(**entry.model_dump() | {"note": "call Yamada"})


def text_fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Every part of a JSON schema that is a text."""
    found = [schema] if schema.get("type") == "string" else []
    for part in schema.values():
        for each in part if isinstance(part, list) else [part]:
            if isinstance(each, dict):
                found += text_fields(each)
    return found


def test_no_text_field_is_free() -> None:
    """A field added later is one of the allowed kinds, or this fails."""
    free = [
        each
        for each in text_fields(Record.model_json_schema())
        if not ({"pattern", "enum", "const"} & set(each) or each.get("format") in FORMATS)
    ]
    assert [each["title"] for each in free] == ["Table", "Table"]  # by ``fields.Name``


FORMATS = {"date-time", "date"}


def record(entry: Entry, seq: int = 0) -> Record:
    return Record(seq=seq, previous=NOTHING_BEFORE, entry=entry)


@pytest.mark.parametrize("entry", one_of_each(), ids=ids)
def test_an_entry_reads_back(entry: Entry) -> None:
    line = canonical(record(entry))
    assert read_record(line) == record(entry)
    assert b"\n" not in line
    assert json.loads(line)["entry"]["kind"] == entry.kind


def test_the_form_is_fixed() -> None:
    """The bytes of version 1: a change here breaks every ledger in the field."""
    zeros = "0" * 64
    assert canonical(record(chunk(7))).decode() == (
        '{"entry":{"at":"2026-11-22T13:00:00.000000Z","chunk":7,"kind":"chunk_applied",'
        f'"mode":"fast","plan":"{digest("plan")}","receipt_digest":"{digest("receipt7")}",'
        '"roots_applied":498,"roots_planned":500,"roots_skipped":2,'
        f'"run":"{digest("run")[:32]}","tables":'
        f'[{{"action":"delete","digest":"{digest("o7")}","rows":1204,"table":"orders"}},'
        f'{{"action":"delete","digest":"{digest("c7")}","rows":498,"table":"customers"}}]}},'
        f'"previous":"{zeros}","seq":0,"version":1}}'
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b":", b": "),
        (b'"version":1', b'"version":2'),
        (b'"seq":0', b'"seq":0,"seq":0'),
        (b'"chunk":7', b'"chunk":7.0'),
        (b'"chunk":7', b'"chunk":"7"'),
        (b".000000Z", b"Z"),
        (b".000000Z", b".000000+00:00"),
        (b"chunk_applied", b"chunk_forgotten"),
        (b"}", b"} "),
        (b'"fast"', b'"f\\u0061st"'),
        (b'"orders"', b'"ord\xffers"'),
    ],
)
def test_no_other_form_is_read(old: bytes, new: bytes) -> None:
    with pytest.raises(ValueError):
        read_record(canonical(record(chunk(7))).replace(old, new))


def test_a_model_made_unchecked_does_not_become_bytes_that_read_back() -> None:
    entry = chunk(0).model_copy(update={"run": "taro.yamada@example.jp"})
    with pytest.raises(ValueError):
        read_record(canonical(record(entry)))
    with pytest.raises(ValueError):
        canonical(record(chunk(0).model_copy(update={"chunk": "taro@example.jp"})))


def test_moments_are_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    for at in (AT.replace(tzinfo=None), AT.astimezone(tokyo)):
        with pytest.raises(ValidationError):
            chunk_at(at)


def chunk_at(at: datetime) -> ChunkApplied:
    return ChunkApplied(**{**dict(chunk(0)), "at": at})


def test_roots_add_up() -> None:
    with pytest.raises(ValidationError):
        ChunkApplied(**{**dict(chunk(0)), "roots_skipped": 3})


@pytest.mark.parametrize("name", ["orders", "order_items_2024", "a"])
def test_a_plain_table_name_stays(name: str) -> None:
    assert table_name(name) == name


@given(st.text())
def test_any_table_name_gets_a_form_that_an_entry_takes(name: str) -> None:
    count = TableCount(table=table_name(name), action="delete", rows=1, digest=digest("x"))
    assert count.table == name or count.table.startswith("t_")
