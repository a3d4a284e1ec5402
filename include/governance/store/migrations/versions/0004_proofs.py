"""Tombstones of erased rows with their epochs, levels of erasure, and certificates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from include.governance.store.columns import MARIADB, Utc, long_bytes, long_text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "tombstone_epoch",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(64)),
        sa.Column("check_value", sa.String(32), nullable=False),
        sa.Column("begun_at", Utc, nullable=False),
        sa.Column("closed_at", Utc),
        sa.Column("expires_on", sa.Date),
        sa.Column("destroyed_at", Utc),
        **MARIADB,
    )
    op.create_table(
        "tombstone",
        sa.Column("plan_id", sa.String(255), primary_key=True, nullable=False),
        sa.Column("chunk", sa.Integer, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("scope", sa.String(50), primary_key=True, nullable=False),
        sa.Column(
            "epoch",
            sa.Integer,
            sa.ForeignKey("tombstone_epoch.number", name="fk_tombstone_epoch"),
            nullable=False,
        ),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("actions", long_text(), nullable=False),
        sa.Column("buried_at", Utc, nullable=False),
        sa.Column("hashes", long_bytes(), nullable=False),
        **MARIADB,
    )
    op.create_index("ix_tombstone_scope_place", "tombstone", ["scope", "place"])
    op.create_table(
        "erasure_level",
        sa.Column("plan_id", sa.String(255), primary_key=True, nullable=False),
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("reached_at", Utc, nullable=False),
        sa.Column("document", long_text(), nullable=False),
        **MARIADB,
    )
    op.create_table(
        "certificate",
        sa.Column("certificate_id", sa.String(32), primary_key=True, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("plan_id", sa.String(255), nullable=False),
        sa.Column("issued_at", Utc, nullable=False),
        sa.Column("document", long_text(), nullable=False),
        sa.Column("document_sha256", sa.String(64), nullable=False),
        **MARIADB,
    )
    op.create_index("ix_certificate_number", "certificate", ["number"], unique=True)
    op.create_index("ix_certificate_plan_id", "certificate", ["plan_id"], unique=True)
    op.execute(sa.text("INSERT INTO write_lock (name) VALUES ('proof')"))


def downgrade() -> None:
    """Drop the tables."""
    op.execute(sa.text("DELETE FROM write_lock WHERE name = 'proof'"))
    for name in ("certificate", "erasure_level", "tombstone", "tombstone_epoch"):
        op.drop_table(name)
