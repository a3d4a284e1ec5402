"""The store's tables of disposals: plans, signed decisions, selections; no key, no value."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer

from include.governance.store.columns import (
    NAME,
    SOURCE,
    TABLE,
    WORD,
    Utc,
    long_text,
    own_table,
    text,
)

DISPOSAL_PLAN = own_table(
    "disposal_plan",
    text("plan_id", NAME, key=True),
    text("digest", 64),
    text("kind", WORD),
    text("source", SOURCE),
    text("table_name", TABLE),
    Column("as_of", Date, nullable=False),
    text("reference", NAME, null=True),
    text("state", WORD),
    Column("changed_at", Utc, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("document", long_text(), nullable=False),
    text("document_sha256", 64),
    Column("proof", long_text()),
)

DISPOSAL_DECISION = own_table(
    "disposal_decision",
    Column("plan_id", ForeignKey("disposal_plan.plan_id"), primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("note", long_text(), nullable=False),
)

DISPOSAL_SELECTION = own_table(
    "disposal_selection",
    text("selection_id", NAME, key=True),
    Column("document", long_text(), nullable=False),
)

DISPOSAL_TABLES = (DISPOSAL_PLAN, DISPOSAL_DECISION, DISPOSAL_SELECTION)
