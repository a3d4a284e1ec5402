"""Plans of disposals, the signed decisions about them, and stored selections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from include.governance.store.columns import MARIADB, Utc, long_text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "disposal_plan",
        sa.Column("plan_id", sa.String(255), primary_key=True, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(50), nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("table_name", sa.String(200), nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("reference", sa.String(255)),
        sa.Column("state", sa.String(50), nullable=False),
        sa.Column("changed_at", Utc, nullable=False),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("document", long_text(), nullable=False),
        sa.Column("document_sha256", sa.String(64), nullable=False),
        sa.Column("proof", long_text()),
        **MARIADB,
    )
    op.create_table(
        "disposal_decision",
        sa.Column(
            "plan_id",
            sa.String(255),
            sa.ForeignKey("disposal_plan.plan_id", name="fk_disposal_decision_plan_id"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("no", sa.Integer, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("note", long_text(), nullable=False),
        **MARIADB,
    )
    op.create_table(
        "disposal_selection",
        sa.Column("selection_id", sa.String(255), primary_key=True, nullable=False),
        sa.Column("document", long_text(), nullable=False),
        **MARIADB,
    )
    op.execute(sa.text("INSERT INTO write_lock (name) VALUES ('disposal')"))


def downgrade() -> None:
    """Drop the tables."""
    op.execute(sa.text("DELETE FROM write_lock WHERE name = 'disposal'"))
    for name in ("disposal_decision", "disposal_selection", "disposal_plan"):
        op.drop_table(name)
