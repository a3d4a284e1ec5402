"""The tables of the governance store; ``own_tables`` names them so that scans leave them out."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer

from include.governance.store import disposal_schema, proof_schema, register_schema
from include.governance.store.columns import (
    CONTROL,
    NAME,
    RULE,
    RUN,
    SOURCE,
    TABLE,
    WORD,
    Utc,
    long_bytes,
    long_text,
    metadata,
    own_table,
    text,
)

#: The newest migration; a test keeps it equal to the head of ``migrations/versions``.
VERSION = "0007"
VERSION_TABLE = "daicho_schema_version"

RUN_TABLE = own_table(
    "run",
    text("run_id", RUN, key=True),
    text("verb", WORD),
    text("scope", NAME),
    Column("as_of", Date, nullable=False),
    text("policy_version", NAME),
    text("status", WORD),
    Column("started_at", Utc, nullable=False),
    Column("finished_at", Utc),
    Column("counts", long_text(), nullable=False),
    Index(None, "verb", "scope"),
)

RULE_RESULT = own_table(
    "rule_result",
    Column("run_id", ForeignKey("run.run_id", ondelete="CASCADE"), primary_key=True),
    text("source", SOURCE, key=True),
    text("table_name", TABLE, key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    text("control", CONTROL),
    text("rule", RULE),
    text("status", WORD),
    Column("row_count", Integer, nullable=False),
    Column("document", long_text(), nullable=False),
    Column("row_refs", long_bytes(), nullable=False),
)

CLASSIFICATION = own_table(
    "classification",
    Column("run_id", ForeignKey("run.run_id", ondelete="CASCADE"), primary_key=True),
    text("source", SOURCE, key=True),
    text("table_name", TABLE, key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    text("column_name", NAME),
    Column("document", long_text(), nullable=False),
)

SCAN_PART = own_table(
    "scan_part",
    text("source", SOURCE, key=True),
    text("place", SOURCE + TABLE, key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    text("run_id", RUN),
    Column("document", long_text(), nullable=False),
)

SCAN_EVIDENCE = own_table(
    "scan_evidence",
    text("source", SOURCE, key=True),
    text("place", SOURCE + TABLE, key=True),
    Column("document", long_text(), nullable=False),
)

FINDING = own_table(
    "finding",
    text("fingerprint", NAME, key=True),
    text("control", CONTROL),
    text("severity", WORD),
    text("source", SOURCE),
    text("table_name", TABLE),
    text("status", WORD),
    Column("due", Date, nullable=False),
    Column("first_seen", Date, nullable=False),
    Column("last_seen", Date, nullable=False),
    Column("judged_on", Date, nullable=False),
    Column("document", long_text(), nullable=False),
    Column("row_refs", long_bytes(), nullable=False),
    Column("decision", long_text()),
    Column("decided_refs", long_bytes()),
    Index(None, "status"),
)

FINDING_EVENT = own_table(
    "finding_event",
    Column("event_id", Integer, primary_key=True),
    Column("fingerprint", ForeignKey("finding.fingerprint"), nullable=False, index=True),
    text("run_id", RUN, null=True),
    Column("at", Utc, nullable=False),
    text("actor", NAME),
    text("action", WORD),
    text("from_status", WORD, null=True),
    text("to_status", WORD),
    text("role", WORD, null=True),
    Column("until", Date),
    Column("reason", long_text()),
    Column("row_count", Integer, nullable=False),
)

PLAN = own_table(
    "plan",
    text("digest", NAME, key=True),
    Column("document", long_text(), nullable=False),
    text("document_sha256", 64),
    Column("created_at", Utc, nullable=False),
    Column("as_of", Date, nullable=False),
    text("policy_version", NAME),
)

PLAN_STEP = own_table(
    "plan_step",
    Column("digest", ForeignKey("plan.digest"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    text("source", SOURCE),
    text("table_name", TABLE),
    text("action", WORD),
    Column("row_count", Integer, nullable=False),
)

WATERMARK = own_table(
    "watermark", text("name", NAME, key=True), Column("value", long_text(), nullable=False)
)

WRITE_LOCK = own_table("write_lock", text("name", WORD, key=True))


#: Made here so that ``metadata`` is complete wherever it is imported.
REGISTERS = register_schema.REGISTER_TABLES
DISPOSALS = disposal_schema.DISPOSAL_TABLES
PROOFS = proof_schema.PROOF_TABLES


def own_tables() -> frozenset[str]:
    """Every table the store makes, its version table included."""
    return frozenset(metadata.tables) | {VERSION_TABLE}


__all__ = ["VERSION", "VERSION_TABLE", "metadata", "own_tables"]
