"""Small groups, hashes that anybody can make, corrections: on tables of a few rows."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.errors import SourceError
from include.governance.model.contract import Column, Dataset
from include.governance.model.register import RequestRow
from include.governance.rules import deidentified
from include.governance.rules.corrections import Wanted, granted, not_applied
from include.governance.rules.deidentified import known_hashes, small_groups
from include.governance.source.database import Source
from tests.rules.small import HASHING, listing

PERSON = "Taro@Mail.example"


def table(kind: Any, name: str, *columns: Column, subject_key: str | None = None) -> Dataset:
    return Dataset(
        source="own", table=name, name=name, kind=kind, columns=columns, subject_key=subject_key
    )


def filled(folder: Path, *datasets: tuple[Dataset, list[tuple[object, ...]]]) -> Source:
    url = URL.create("sqlite", database=str(folder / "own.db"))
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for dataset, rows in datasets:
            names = ", ".join(column.name for column in dataset.columns)
            connection.exec_driver_sql(f"CREATE TABLE {dataset.table} ({names})")
            marks = ", ".join("?" for _ in dataset.columns)
            for row in rows:
                connection.exec_driver_sql(f"INSERT INTO {dataset.table} VALUES ({marks})", row)
    return Source("own", url)


PERSONS = table(
    "subject_master",
    "persons",
    Column(name="id", logical_type="integer", category="member_id"),
    Column(name="mail", logical_type="string", category="email"),
    Column(name="tel", logical_type="string", category="phone"),
    Column(name="city", logical_type="string", category="address"),
    subject_key="id",
)
PSEUDO = table("pseudonymised", "pseudo", Column(name="p", logical_type="string"), Column(name="y"))


@pytest.mark.parametrize(
    ("held", "known"),
    [
        (hashlib.sha256(b"Taro@Mail.example").hexdigest(), True),
        (hashlib.sha256(b"taro@mail.example").hexdigest().upper(), True),
        (hashlib.md5(b"09012345678", usedforsecurity=False).hexdigest(), True),
        (hashlib.sha512(b"090-1234-5678").hexdigest(), True),
        (hashlib.sha1(b"7", usedforsecurity=False).hexdigest(), True),
        (hmac.new(b"key", b"taro@mail.example", "sha256").hexdigest(), False),
        (hashlib.sha256(b"somebody@else.example").hexdigest(), False),
        ("taro", False),
        (None, False),
    ],
)
def test_a_hash_without_a_key_is_found_and_one_with_a_key_is_not(
    tmp_path: Path, held: str | None, known: bool
) -> None:
    person = (7, PERSON, "090-1234-5678", "港区")
    source = filled(tmp_path, (PERSONS, [person]), (PSEUDO, [(held, 1), ("x", 2)]))
    assert known_hashes(source, PSEUDO, [(source, PERSONS)]) == (("p",) if known else ())


def test_a_rare_hash_is_found_behind_many_other_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deidentified, "_SOME", 3)
    people = [(at, f"{at}@mail.example", None, None) for at in range(9)]
    made = [hashlib.sha256(f"{at}@else.example".encode()).hexdigest() for at in range(9)]
    last = hashlib.sha256(b"8@mail.example").hexdigest()
    source = filled(tmp_path, (PERSONS, people), (PSEUDO, [(h, 1) for h in (*made, last)]))
    assert known_hashes(source, PSEUDO, [(source, PERSONS)]) == ("p",)


def test_each_small_group_is_named_once(tmp_path: Path) -> None:
    anonymous = table(
        "anonymised",
        "anonymous",
        Column(name="band", category="age_band"),
        Column(name="place", category="prefecture"),
        Column(name="spent", category="purchase"),
    )
    rows: list[tuple[object, ...]] = [("20s", "東京都", n) for n in range(5)]
    rows += [("90s", "島根県", 1), ("30s", "東京都", 1), ("30s", "東京都", 2), (None, "東京都", 1)]
    source = filled(tmp_path, (anonymous, rows))
    found = small_groups(source, anonymous, 5, HASHING, listing)
    groups = [("90s", "島根県"), ("30s", "東京都"), (None, "東京都")]
    assert set(found.refs) == {HASHING.ref("own", "anonymous", group) for group in groups}
    assert small_groups(source, anonymous, 2, HASHING, listing).rows == 2
    bare = table("anonymised", "anonymous", Column(name="spent", category="purchase"))
    with pytest.raises(SourceError, match="no column is declared"):
        small_groups(source, bare, 5, HASHING, listing)


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"city": "港区"}, False),
        ({"city": "中央区"}, True),
        ({"city": None}, True),
        ({"email": PERSON}, False),
        ({"email": "new@mail.example"}, True),
    ],
)
def test_a_correction_stands_in_every_copy(
    tmp_path: Path, fields: dict[str, str | None], missing: bool
) -> None:
    copy = table("derived", "copies", Column(name="who"), Column(name="email"), subject_key="who")
    person = (7, PERSON, None, "港区")
    source = filled(tmp_path, (PERSONS, [person, (8, None, None, None)]), (copy, [(7, PERSON)]))
    wanted = Wanted("7", fields)
    assert not_applied(wanted, [PERSONS, copy], lambda _name: source) is missing
    assert not not_applied(Wanted("9", fields), [PERSONS, copy], lambda _name: source)


def test_a_copy_that_was_forgotten_is_found(tmp_path: Path) -> None:
    copy = table("derived", "copies", Column(name="who"), Column(name="city"), subject_key="who")
    source = filled(tmp_path, (PERSONS, [(7, None, None, "港区")]), (copy, [(7, "中央区")]))
    assert not_applied(Wanted("7", {"city": "港区"}), [PERSONS, copy], lambda _name: source)
    with pytest.raises(SourceError, match="are held by no declared table"):
        not_applied(Wanted("7", {"height": "1"}), [PERSONS, copy], lambda _name: source)


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ({"payload": '{"city": "港区"}'}, Wanted("7", {"city": "港区"})),
        ({"payload": '{"city": null}'}, Wanted("7", {"city": None})),
        ({"payload": "{}"}, None),
        ({"payload": None}, None),
        ({"payload": '{"city": "港区"}', "decision": "refused"}, None),
        ({"payload": '{"city": "港区"}', "right": "disclosure"}, None),
        ({"payload": '{"city": "港区"}', "subject_id": None}, None),
    ],
)
def test_only_granted_corrections_want_something(
    row: dict[str, Any], wanted: Wanted | None
) -> None:
    given = {"right": "correction", "decision": "granted", "subject_id": "member:7", **row}
    assert granted(RequestRow(request_id="Q1", **given)) == wanted


@pytest.mark.parametrize("payload", ["city=港区", "[1]", '{"city"'])
def test_what_cannot_be_read_is_no_correction_carried_out(payload: str) -> None:
    row = RequestRow(request_id="Q1", right="correction", decision="granted", payload=payload)
    with pytest.raises(ValueError):
        granted(row)
