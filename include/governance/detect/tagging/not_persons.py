"""Names of brands, shops and characters that no person is meant by."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from include.governance.detect.tagging.choice import chosen
from include.governance.detect.text import fold

_LONGEST = 30


def not_persons(text: str) -> list[tuple[int, int]]:
    """Where such names stand in a folded text."""
    japanese, latin = _patterns()
    patterns = (latin,) if text.isascii() else (japanese, latin)
    return [match.span() for pattern in patterns for match in pattern.finditer(text)]


def is_no_person(text: str, start: int, end: int) -> bool:
    """Whether a name found in a folded text is, or is part of, one of these."""
    first = max(0, start - _LONGEST)
    return any(
        begin < end - first and start - first < over
        for begin, over in not_persons(text[first : end + _LONGEST])
    )


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Those of this product and those of the installation, by writing."""
    lines = (Path(__file__).parent / "not_persons.txt").read_text(encoding="utf-8").splitlines()
    own = [line for line in lines if line and not line.startswith("#")]
    names = sorted({fold(name) for name in (*own, *chosen().not_persons)}, key=len, reverse=True)
    japanese = "|".join(re.escape(name) for name in names if not name.isascii())
    latin = "|".join(re.escape(name) for name in names if name.isascii())
    return (
        re.compile(japanese.replace("・", "[・ =]?")),
        re.compile(rf"(?<![A-Za-z])(?:{latin})(?![A-Za-z])", re.IGNORECASE),
    )
