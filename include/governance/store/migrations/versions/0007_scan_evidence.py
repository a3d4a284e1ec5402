"""What scans have seen of tables that are only appended to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from include.governance.store.columns import MARIADB, long_text

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "scan_evidence",
        sa.Column("source", sa.String(100), primary_key=True, nullable=False),
        sa.Column("place", sa.String(300), primary_key=True, nullable=False),
        sa.Column("document", long_text(), nullable=False),
        **MARIADB,
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("scan_evidence")
