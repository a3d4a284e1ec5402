"""What parts of large tables have shown, until a scan has joined them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from include.governance.store.columns import MARIADB, long_text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "scan_part",
        sa.Column("source", sa.String(100), primary_key=True, nullable=False),
        sa.Column("place", sa.String(300), primary_key=True, nullable=False),
        sa.Column("number", sa.Integer, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("run_id", sa.String(255), nullable=False),
        sa.Column("document", long_text(), nullable=False),
        **MARIADB,
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("scan_part")
