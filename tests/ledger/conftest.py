"""Ledgers to test with."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog

from include.governance.ledger.log import Ledger
from tests.ledger import made


@pytest.fixture(autouse=True)
def own_log() -> None:
    """Forget the standard error that a command of an earlier test logged to."""
    structlog.reset_defaults()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ledger"


@pytest.fixture
def ledger(folder: Path) -> Ledger:
    """Twelve entries under the checkpoints 0, 3, 4, 9 and 12."""
    return made.ledger(folder, 3, 1, 5, 3)
