"""Names of brands, shops and characters that no person is meant by."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from include.governance.detect.tagging.choice import chosen
from include.governance.detect.text import fold

_JOINTS = str.maketrans("", "", "・ =-")


def not_persons(text: str) -> list[tuple[int, int]]:
    """Where such names in Latin letters stand in a folded text."""
    return [match.span() for match in _names()[1].finditer(text)]


def is_no_person(name: str) -> bool:
    """Whether a name found in a folded text is one of these."""
    return name.translate(_JOINTS).casefold() in _names()[0]


@lru_cache(maxsize=1)
def _names() -> tuple[frozenset[str], re.Pattern[str]]:
    """Those of this product and those of the installation, and a pattern of the Latin ones."""
    lines = (Path(__file__).parent / "not_persons.txt").read_text(encoding="utf-8").splitlines()
    own = [line for line in lines if line and not line.startswith("#")]
    names = sorted({fold(name) for name in (*own, *chosen().not_persons)}, key=len, reverse=True)
    latin = "|".join(re.escape(name) for name in names if name.isascii())
    return (
        frozenset(name.translate(_JOINTS).casefold() for name in names),
        re.compile(rf"(?<![A-Za-z])(?:{latin})(?![A-Za-z])", re.IGNORECASE),
    )
