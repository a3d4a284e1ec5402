"""The product's own tables in a target database: plans, chunks and the receipts of what went.

They stand beside the data, so that a change and its receipt are one transaction. ``body`` and
``row_keys`` columns hold row keys, which are personal data. When the certificate is issued they
are emptied, and with them goes every hash from which a key could be guessed, and its seed.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    select,
    update,
)
from sqlalchemy.dialects import mysql

PREFIX = "daicho_erasure_"
PURGED = "purged"
_EXACT = "utf8mb4_bin"
_METADATA = MetaData()
_LONG = Text().with_variant(mysql.LONGTEXT(collation=_EXACT), "mysql", "mariadb")
_NAME = String(190).with_variant(mysql.VARCHAR(190, collation=_EXACT), "mysql", "mariadb")
_BYTES = LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")
_HEX = String(64)
_OPTIONS: dict[str, Any] = {"mysql_engine": "InnoDB", "mariadb_engine": "InnoDB"}

PLAN = Table(
    f"{PREFIX}plan",
    _METADATA,
    Column("plan_id", _NAME, primary_key=True),
    Column("spec", _LONG, nullable=False),
    Column("digest", _HEX, nullable=False),
    Column("state", String(16), nullable=False),
    **_OPTIONS,
)
CHUNK = Table(
    f"{PREFIX}chunk",
    _METADATA,
    Column("plan_id", _NAME, primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("state", String(8), nullable=False),
    Column("roots", Integer, nullable=False),
    Column("body", _LONG, nullable=True),
    Column("row_keys", _LONG, nullable=True),
    Column("body_sha256", _HEX, nullable=False),
    **_OPTIONS,
)
EXPECT = Table(
    f"{PREFIX}expect",
    _METADATA,
    Column("plan_id", _NAME, primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("step", _NAME, primary_key=True),
    Column("row_count", BigInteger, nullable=False),
    Column("set_hash", String(32), nullable=False),
    **_OPTIONS,
)
DONE = Table(
    f"{PREFIX}done",
    _METADATA,
    Column("plan_id", _NAME, primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("roots", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("reasons", _LONG, nullable=False),
    Column("body", _LONG, nullable=True),
    Column("way", String(16), nullable=False),
    Column("runner", _NAME, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    **_OPTIONS,
)
RECEIPT = Table(
    f"{PREFIX}receipt",
    _METADATA,
    Column("plan_id", _NAME, primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("step", _NAME, primary_key=True),
    Column("row_count", BigInteger, nullable=False),
    Column("set_hash", String(32), nullable=False),
    **_OPTIONS,
)
QUARANTINE = Table(
    f"{PREFIX}quarantine",
    _METADATA,
    Column("plan_id", _NAME, primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("parts", Integer, nullable=False),
    Column("step", _NAME, nullable=False),
    Column("table_name", _NAME, nullable=False),
    Column("row_count", BigInteger, nullable=False),
    Column("body", _BYTES, nullable=False),
    **_OPTIONS,
)
UNDONE = Table(
    f"{PREFIX}undone",
    _METADATA,
    Column("plan_id", _NAME, primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("row_count", BigInteger, nullable=False),
    Column("person", _NAME, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    **_OPTIONS,
)
DELAY = Table(
    f"{PREFIX}delay",
    _METADATA,
    Column("plan_id", _NAME, primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("obstacle", String(32), nullable=False),
    **_OPTIONS,
)
SELECTION = Table(
    f"{PREFIX}selection",
    _METADATA,
    Column("selection_id", _NAME, primary_key=True),
    Column("body", _LONG, nullable=False),
    **_OPTIONS,
)


def own_tables() -> frozenset[str]:
    """Names that scans leave out."""
    return frozenset(_METADATA.tables)


def create_tables(connection: Connection) -> None:
    """Make the tables that are not there yet."""
    _METADATA.create_all(connection, checkfirst=True)


def purge(connection: Connection, plan_id: str) -> None:
    """Forget the keys of a plan whose certificate was issued; its digest and counts stay."""
    values: dict[Table, dict[str, str | None]] = {
        CHUNK: {"body": None, "row_keys": None, "body_sha256": ""},
        DONE: {"body": None},
        EXPECT: {"set_hash": ""},
        RECEIPT: {"set_hash": ""},
    }
    for table, emptied in values.items():
        connection.execute(update(table).where(table.c.plan_id == plan_id).values(emptied))
    own = PLAN.c.plan_id == plan_id
    if spec := connection.scalar(select(PLAN.c.spec).where(own)):
        left = json.dumps(_without_hashes(json.loads(spec)), ensure_ascii=False)
        connection.execute(update(PLAN).where(own).values(spec=left, state=PURGED))


def _without_hashes(spec: dict[str, Any]) -> dict[str, Any]:
    """What a plan says, less what leads back to keys: the seed and all that is made with it."""
    kept = {name: value for name, value in spec.items() if name not in ("seed", "tables")}
    condition = {k: v for k, v in spec["predicate"].items() if k != "parameters_sha256"}
    steps = [{k: v for k, v in step.items() if k != "set_hash"} for step in spec["steps"]]
    return kept | {"predicate": condition, "steps": steps}
