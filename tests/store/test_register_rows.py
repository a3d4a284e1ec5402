"""Register rows come from the store and from a company's own tables alike, typed."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from include.governance.contract.load import load_folder
from include.governance.errors import StoreError
from include.governance.model.contract import Column, Dataset
from include.governance.model.period import Period
from include.governance.model.register import REGISTERS, HoldRow, RequestRow, TransferRow
from include.governance.model.register_row import FieldKind
from include.governance.source.database import Source
from include.governance.store import Store
from include.governance.store.register_read import read_value
from include.governance.store.register_rows import (
    Reading,
    RegisterEntry,
    fields_of,
    register_rows,
    unknown_fields,
)
from include.governance.store.registers import Registers
from tests.store.conftest import AT

ROOT = Path(__file__).resolve().parents[2]
TOKYO = ZoneInfo("Asia/Tokyo")


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


READING = Reading(TOKYO, hashed)
OWN = sa.MetaData()
TRANSFERS = sa.Table(
    "our transfers",
    OWN,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True)),
    sa.Column("columns", sa.String(100)),
    sa.Column("member", sa.Integer),
    sa.Column("encrypted", sa.Integer),
    sa.Column("row_count", sa.Numeric(10, 0)),
    sa.Column("unrelated", sa.String(10)),
)


def dataset(table: str, register: str, key: tuple[str, ...], **columns: str | None) -> Dataset:
    return Dataset(
        source="ops",
        table=table,
        name=table,
        kind="register",
        fills_register=register,
        primary_key=key,
        columns=tuple(Column(name=name, register_field=to) for name, to in columns.items()),
    )


MAPPED = dataset(
    "our transfers",
    "transfers",
    ("id",),
    id="transfer_id",
    at="transferred_at",
    columns="categories",
    member="subject_id",
    encrypted=None,
    row_count=None,
    unrelated=None,
)


def test_rows_of_an_own_table_are_typed_and_say_where_they_lie(any_database: sa.URL) -> None:
    engine = sa.create_engine(any_database)
    OWN.create_all(engine)
    moment = datetime(2026, 11, 30, 9, 0, tzinfo=TOKYO)
    if any_database.get_backend_name() != "postgresql":
        moment = moment.replace(tzinfo=None)
    insert = TRANSFERS.insert()
    with engine.begin() as connection:
        connection.execute(insert.values(id=1, at=moment, columns='["name", "order"]', member=10))
        connection.execute(insert.values(id=2, encrypted=1, row_count=50, columns="name,email"))
    engine.dispose()
    sources = {"ops": Source("ops", any_database)}
    first, second = register_rows(TransferRow, None, [MAPPED], sources, READING)
    assert first.row == TransferRow(
        transfer_id="1",
        transferred_at=datetime(2026, 11, 30, 9, 0),  # noqa: DTZ001 local time
        categories=("name", "order"),
        subject_id="10",
    )
    assert (first.source, first.table, first.key) == ("ops", "our transfers", (1,))
    assert (second.row.encrypted, second.row.row_count) == (True, 50)
    assert second.unreadable == ()


def sqlite_source(tmp_path: Path, *statements: str) -> dict[str, Source]:
    url = sa.URL.create("sqlite", database=str(tmp_path / "ops.db"))
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()
    return {"ops": Source("ops", url)}


REQUESTS = dataset(
    "dsr",
    "requests",
    ("n",),
    n="request_id",
    email="requester_contact",
    received="received_on",
    closed="closed_on",
    fee_yen=None,
)


def test_a_contact_in_an_own_table_is_hashed_and_bad_values_are_named(tmp_path: Path) -> None:
    sources = sqlite_source(
        tmp_path,
        "CREATE TABLE dsr (n INTEGER, email TEXT, received TEXT, closed TEXT, fee_yen TEXT)",
        "INSERT INTO dsr VALUES (1, 'taro@mail.example', '2026-11-30', '2026-11-30T23:00', '0')",
        "INSERT INTO dsr VALUES (2, '', 'some day', '', 'free')",
    )
    good, bad = register_rows(RequestRow, None, [REQUESTS], sources, READING)
    assert good.row.requester_contact == hashed("taro@mail.example")
    assert (good.row.received_on, good.row.closed_on) == (date(2026, 11, 30), date(2026, 11, 30))
    assert good.row.fee_yen == 0
    assert (bad.row.request_id, bad.row.requester_contact, bad.row.closed_on) == ("2", None, None)
    assert bad.unreadable == ("received_on", "fee_yen")


def test_the_store_and_own_tables_are_one_register(store: Store, tmp_path: Path) -> None:
    registers = Registers(store, Period.parse("P6M"))
    kept = HoldRow(
        hold_id="H1",
        table_name="orders",
        reason="dispute",
        approver="CPO",
        placed_on=date(2026, 11, 1),
        review_due=date(2027, 1, 1),
    )
    registers.add(kept, "officer", AT)
    sources = sqlite_source(
        tmp_path,
        "CREATE TABLE holds (hold_id TEXT, review_due TEXT)",
        "INSERT INTO holds VALUES ('H9', '2026-10-21')",
    )
    own = dataset("holds", "holds", ("hold_id",), hold_id=None, review_due=None)
    other = dataset("elsewhere", "reviews", (), review=None)
    entries = list(register_rows(HoldRow, registers, [own, other], sources, READING))
    assert entries == [
        RegisterEntry(kept, "store", "register_holds", ("H1",)),
        RegisterEntry(
            HoldRow(hold_id="H9", review_due=date(2026, 10, 21)), "ops", "holds", ("H9",)
        ),
    ]


@pytest.mark.parametrize(
    ("mapped", "code"),
    [
        (dataset("t", "holds", (), hold_id=None, why="no_such_field"), "register_field_unknown"),
        (dataset("t", "holds", (), reason=None), "register_key_unmapped"),
        (dataset("t", "holds", (), hold_id=None), "register_source_missing"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(mapped: Dataset, code: str) -> None:
    with pytest.raises(StoreError) as refused:
        list(register_rows(HoldRow, None, [mapped], {}, READING))
    assert refused.value.code == code


def test_every_contract_that_fills_a_register_fits_it() -> None:
    contracts, _ = load_folder(ROOT / "include" / "contracts", ROOT)
    filling = [
        (REGISTERS[each.fills_register], each)
        for contract in contracts
        for each in contract.datasets
        if each.fills_register in REGISTERS
    ]
    assert len(filling) == len(REGISTERS)
    for model, each in filling:
        assert unknown_fields(model, each) == (), each.id
        assert model.key_field in fields_of(model, each), each.id
        assert set(fields_of(model, each).values()) == {column.name for column in each.columns}


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        (FieldKind.DAY, "2026-11-30", date(2026, 11, 30)),
        (FieldKind.DAY, "2026/11/30", date(2026, 11, 30)),
        (FieldKind.DAY, "2026-11-29T23:30:00Z", date(2026, 11, 30)),
        (FieldKind.DAY, datetime(2026, 11, 30, 1, 0), date(2026, 11, 30)),  # noqa: DTZ001
        (FieldKind.MOMENT, date(2026, 11, 30), datetime(2026, 11, 30)),  # noqa: DTZ001
        (FieldKind.MOMENT, "2026-11-30 00:30:00+00:00", datetime(2026, 11, 30, 9, 30)),  # noqa: DTZ001
        (FieldKind.NUMBER, 3.0, 3),
        (FieldKind.FLAG, "No", False),
        (FieldKind.FLAG, 1, True),
        (FieldKind.WORDS, "name, email ,", ("name", "email")),
        (FieldKind.WORDS, ["a"], ("a",)),
        (FieldKind.WORDS, "[]", ()),
        (FieldKind.KEY, 7, "7"),
        (FieldKind.KEY, "", None),
    ],
)
def test_values_are_read_as_their_kind(kind: FieldKind, value: object, read: object) -> None:
    assert read_value(kind, value, TOKYO) == read


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FieldKind.DAY, "tomorrow"),
        (FieldKind.DAY, 20261130),
        (FieldKind.MOMENT, 1.5),
        (FieldKind.NUMBER, True),
        (FieldKind.NUMBER, 1.5),
        (FieldKind.NUMBER, float("inf")),
        (FieldKind.NUMBER, "1e3"),
        (FieldKind.FLAG, 2),
        (FieldKind.FLAG, "maybe"),
        (FieldKind.WORDS, '["a", 1]'),
        (FieldKind.WORDS, "[broken"),
        (FieldKind.WORDS, 5),
    ],
)
def test_values_of_another_kind_are_not_guessed(kind: FieldKind, value: object) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        read_value(kind, value, TOKYO)
