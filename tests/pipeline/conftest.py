"""Servers with privileges; property tests have no time limit, for a busy machine is no failure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.pipeline.grants import Server

settings.register_profile("daicho", deadline=None)
settings.load_profile("daicho")


@pytest.fixture(params=["postgres_database", "mariadb_database"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A database of each engine that keeps privileges."""
    found = Server(request.getfixturevalue(request.param), tmp_path)
    try:
        found.prepare()
        yield found
    finally:
        found.drop()
