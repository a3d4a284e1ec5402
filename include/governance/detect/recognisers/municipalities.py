"""The municipalities of Japan, and where one is named in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path


def _read() -> Iterator[str]:
    """Each name, and as it is written without its county or city: 軽井沢町, 中京区."""
    text = (Path(__file__).parent / "municipalities.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    for name in (name for line in lines for name in line.split()):
        yield name
        city, county = name.find("市"), name.find("郡")
        if name.endswith("区") and city > 0:
            yield name[city + 1 :]
        if name.endswith(("町", "村")) and county > 0:
            yield name[county + 1 :]


_NAMES = frozenset(_read())
_LONGEST = max(map(len, _NAMES))
_END = re.compile("[市区町村]")


def municipalities(text: str) -> Iterator[tuple[int, int]]:
    """Where each municipality stands, the longest name that ends at a place."""
    for match in _END.finditer(text):
        end = match.end()
        for start in range(max(0, end - _LONGEST), end - 1):
            if text[start:end] in _NAMES:
                yield start, end
                break
