"""Keys of the rows that an undo window keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from include.governance.store.columns import MARIADB, Utc

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "quarantine_key",
        sa.Column("plan_id", sa.String(255), primary_key=True, nullable=False),
        sa.Column("wrapped", sa.String(200)),
        sa.Column("made_at", Utc, nullable=False),
        sa.Column("kept_until", sa.Date, nullable=False),
        sa.Column("destroyed_at", Utc),
        **MARIADB,
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("quarantine_key")
