"""One detector for all tests of the package."""

from __future__ import annotations

import pytest

from include.governance.detect.values import Detector


@pytest.fixture(scope="session")
def detector() -> Detector:
    return Detector()
