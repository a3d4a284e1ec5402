"""The product's own tables in a target database: plans, chunks and the receipts of what went.

They stand beside the data, so that a change and its receipt are one transaction. ``body`` and
``row_keys`` columns hold row keys, which are personal data: they are emptied when the certificate
is issued.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    update,
)
from sqlalchemy.dialects import mysql

PREFIX = "daicho_erasure_"
_EXACT = "utf8mb4_bin"
_METADATA = MetaData()
_LONG = Text().with_variant(mysql.LONGTEXT(collation=_EXACT), "mysql", "mariadb")
_NAME = String(190).with_variant(mysql.VARCHAR(190, collation=_EXACT), "mysql", "mariadb")
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
HOLD = Table(
    f"{PREFIX}hold",
    _METADATA,
    Column("hold_id", _NAME, primary_key=True),
    Column("table_name", _NAME, nullable=False),
    Column("row_key", _LONG, nullable=False),
    Column("placed_at", DateTime(timezone=True), nullable=False),
    Column("released_at", DateTime(timezone=True), nullable=True),
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
    """Forget the keys of a plan whose certificate was issued; digests and counts stay."""
    keys = {"body": None, "row_keys": None}
    connection.execute(update(CHUNK).where(CHUNK.c.plan_id == plan_id).values(keys))
    connection.execute(update(DONE).where(DONE.c.plan_id == plan_id).values(body=None))
