"""A connection that knows nothing of governance."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import URL


@contextmanager
def plain(url: URL) -> Iterator[sa.Connection]:
    """Open it."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            for pragma in ("foreign_keys", "secure_delete"):
                connection.exec_driver_sql(f"PRAGMA {pragma} = ON")
        connection.commit()
        yield connection
