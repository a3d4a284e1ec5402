"""Runs, results, classifications, findings, plans and watermarks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from include.governance.store.columns import MARIADB, Utc, long_bytes, long_text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _runs()
    _findings()
    _plans()
    lock = op.create_table("write_lock", _text("name", 50, key=True), **MARIADB)
    op.bulk_insert(lock, [{"name": "finding"}, {"name": "run"}])


def downgrade() -> None:
    """Drop the tables."""
    for name in ("write_lock", "watermark", "plan_step", "plan", "finding_event", "finding"):
        op.drop_table(name)
    for name in ("classification", "rule_result", "run"):
        op.drop_table(name)


def _text(
    name: str, length: int, *refers: sa.ForeignKey, key: bool = False, null: bool = False
) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), *refers, primary_key=key, nullable=null)


def _of_run() -> sa.Column[str]:
    return _text("run_id", 255, sa.ForeignKey("run.run_id", ondelete="CASCADE"), key=True)


def _position() -> sa.Column[int]:
    return sa.Column("position", sa.Integer, primary_key=True, autoincrement=False)


def _runs() -> None:
    op.create_table(
        "run",
        _text("run_id", 255, key=True),
        _text("verb", 50),
        _text("scope", 255),
        sa.Column("as_of", sa.Date, nullable=False),
        _text("policy_version", 255),
        _text("status", 50),
        sa.Column("started_at", Utc, nullable=False),
        sa.Column("finished_at", Utc),
        sa.Column("counts", long_text(), nullable=False),
        **MARIADB,
    )
    op.create_index("ix_run_verb_scope", "run", ["verb", "scope"])
    op.create_table(
        "rule_result",
        _of_run(),
        _text("source", 100, key=True),
        _text("table_name", 200, key=True),
        _position(),
        _text("control", 50),
        _text("rule", 150),
        _text("status", 50),
        sa.Column("row_count", sa.Integer, nullable=False),
        sa.Column("document", long_text(), nullable=False),
        sa.Column("row_refs", long_bytes(), nullable=False),
        **MARIADB,
    )
    op.create_table(
        "classification",
        _of_run(),
        _text("source", 100, key=True),
        _text("table_name", 200, key=True),
        _position(),
        _text("column_name", 255),
        sa.Column("document", long_text(), nullable=False),
        **MARIADB,
    )


def _findings() -> None:
    op.create_table(
        "finding",
        _text("fingerprint", 255, key=True),
        _text("control", 50),
        _text("severity", 50),
        _text("source", 100),
        _text("table_name", 200),
        _text("status", 50),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("first_seen", sa.Date, nullable=False),
        sa.Column("last_seen", sa.Date, nullable=False),
        sa.Column("judged_on", sa.Date, nullable=False),
        sa.Column("document", long_text(), nullable=False),
        sa.Column("row_refs", long_bytes(), nullable=False),
        sa.Column("decision", long_text()),
        sa.Column("decided_refs", long_bytes()),
        **MARIADB,
    )
    op.create_index("ix_finding_status", "finding", ["status"])
    op.create_table(
        "finding_event",
        sa.Column("event_id", sa.Integer, primary_key=True),
        _text("fingerprint", 255, sa.ForeignKey("finding.fingerprint")),
        _text("run_id", 255, null=True),
        sa.Column("at", Utc, nullable=False),
        _text("actor", 255),
        _text("action", 50),
        _text("from_status", 50, null=True),
        _text("to_status", 50),
        _text("role", 50, null=True),
        sa.Column("until", sa.Date),
        sa.Column("reason", long_text()),
        sa.Column("row_count", sa.Integer, nullable=False),
        **MARIADB,
    )
    op.create_index("ix_finding_event_fingerprint", "finding_event", ["fingerprint"])


def _plans() -> None:
    op.create_table(
        "plan",
        _text("digest", 255, key=True),
        sa.Column("document", long_text(), nullable=False),
        _text("document_sha256", 64),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        _text("policy_version", 255),
        **MARIADB,
    )
    op.create_table(
        "plan_step",
        _text("digest", 255, sa.ForeignKey("plan.digest"), key=True),
        _position(),
        _text("source", 100),
        _text("table_name", 200),
        _text("action", 50),
        sa.Column("row_count", sa.Integer, nullable=False),
        **MARIADB,
    )
    op.create_table(
        "watermark",
        _text("name", 255, key=True),
        sa.Column("value", long_text(), nullable=False),
        **MARIADB,
    )
