"""The store's tables of proof: tombstones, levels of erasure, certificates, and undo keys."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer

from include.governance.store.columns import (
    NAME,
    SOURCE,
    TABLE,
    WORD,
    Utc,
    long_bytes,
    long_text,
    own_table,
    text,
)

TOMBSTONE_EPOCH = own_table(
    "tombstone_epoch",
    Column("number", Integer, primary_key=True, autoincrement=False),
    text("salt", 64, null=True),
    text("check_value", 32),
    Column("begun_at", Utc, nullable=False),
    Column("closed_at", Utc),
    Column("expires_on", Date),
    Column("destroyed_at", Utc),
)

TOMBSTONE = own_table(
    "tombstone",
    text("plan_id", NAME, key=True),
    Column("chunk", Integer, primary_key=True, autoincrement=False),
    text("scope", WORD, key=True),
    Column("epoch", ForeignKey("tombstone_epoch.number"), nullable=False),
    text("place", SOURCE + TABLE),
    Column("actions", long_text(), nullable=False),
    Column("buried_at", Utc, nullable=False),
    Column("hashes", long_bytes(), nullable=False),
    Index(None, "scope", "place"),
)

ERASURE_LEVEL = own_table(
    "erasure_level",
    text("plan_id", NAME, key=True),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("reached_at", Utc, nullable=False),
    Column("document", long_text(), nullable=False),
)

CERTIFICATE = own_table(
    "certificate",
    text("certificate_id", 32, key=True),
    Column("number", Integer, nullable=False),
    text("plan_id", NAME),
    Column("issued_at", Utc, nullable=False),
    Column("document", long_text(), nullable=False),
    text("document_sha256", 64),
    Index(None, "number", unique=True),
    Index(None, "plan_id", unique=True),
)

QUARANTINE_KEY = own_table(
    "quarantine_key",
    text("plan_id", NAME, key=True),
    text("wrapped", 200, null=True),
    Column("made_at", Utc, nullable=False),
    Column("kept_until", Date, nullable=False),
    Column("destroyed_at", Utc),
)

PROOF_TABLES = (TOMBSTONE_EPOCH, TOMBSTONE, ERASURE_LEVEL, CERTIFICATE, QUARANTINE_KEY)
