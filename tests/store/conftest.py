"""A store on each database, and the wordings that are not merged into the catalogue yet."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from sqlalchemy import URL

from include.governance import wording
from include.governance.store import Store, migrate

OWN_WORDING = Path(wording.__file__).parent / "store" / "wording_store.yaml"
AT = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True, scope="session")
def _own_wording() -> None:
    if not OWN_WORDING.is_file():
        return
    for group, entries in yaml.safe_load(OWN_WORDING.read_text("utf-8")).items():
        for key, languages in entries.items():
            wording.catalogue().setdefault(f"{group}.{key}", languages)


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
