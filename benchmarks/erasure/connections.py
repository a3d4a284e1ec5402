"""A connection that knows nothing of governance."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import URL

from benchmarks.erasure.databases import backend
from benchmarks.erasure.timing import Cost


@contextmanager
def plain(url: URL, cost: Cost) -> Iterator[sa.Connection]:
    """Open it, and tell a cost which process of the server works for it."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            for pragma in ("foreign_keys", "secure_delete"):
                connection.exec_driver_sql(f"PRAGMA {pragma} = ON")
        cost.process = backend(connection)
        connection.commit()
        yield connection
