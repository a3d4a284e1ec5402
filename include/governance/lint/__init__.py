"""Find what is wrong or missing in the files that people write, before anything runs."""

from include.governance.lint.drift import drift
from include.governance.lint.everything import lint

__all__ = ["drift", "lint"]
