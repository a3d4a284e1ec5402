"""Names of brands, shops and characters that no person is meant by."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from include.governance.detect.tagging.choice import chosen
from include.governance.detect.text import fold

_LONGEST = 24
_KATAKANA = re.compile("[ァ-ヺ]")


def not_persons(text: str) -> list[tuple[int, int]]:
    """Where such names in Latin letters stand in a folded text."""
    return [match.span() for match in _patterns()[1].finditer(text)]


def is_no_person(text: str, start: int, end: int) -> bool:
    """Whether a name found in a folded text is one of these, or a part of one."""
    japanese, latin = _patterns()
    pattern = latin if text[start].isascii() else japanese
    if pattern is japanese and not _KATAKANA.match(text, start):
        return pattern.match(text, start) is not None
    first = max(0, start - _LONGEST)
    return any(
        match.start() < end and start < match.end()
        for match in pattern.finditer(text, first, end + _LONGEST)
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
