"""An empty store, in SQLite or in a database of each kind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import URL

from include.governance.store import Store, migrate

AT = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)


@pytest.fixture
def store(sqlite_database: URL) -> Store:
    """An empty store in a SQLite file."""
    migrate.upgrade(sqlite_database)
    return Store(sqlite_database)


@pytest.fixture
def any_store(any_database: URL) -> Store:
    """An empty store in a database of each kind in turn."""
    migrate.upgrade(any_database)
    return Store(any_database)
