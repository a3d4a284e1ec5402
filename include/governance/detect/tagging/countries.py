"""Names of countries in English, and of their people."""

from __future__ import annotations

import re
from pathlib import Path


def _read() -> tuple[list[str], list[str]]:
    text = (Path(__file__).parent / "countries.txt").read_text(encoding="utf-8")
    lines = [line.split("|") for line in text.splitlines() if not line.startswith("#")]
    return [name for name, _ in lines], [word for _, people in lines for word in people.split()]


def _any(words: list[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_COUNTRIES, _PEOPLES = _read()
COUNTRY = re.compile(rf"(?<![A-Za-z])(?:{_any(_COUNTRIES)})(?![A-Za-z])")
PEOPLE = re.compile(
    rf"(?<![A-Za-z])(?:{_any(_PEOPLES)}|{_any([word.lower() for word in _PEOPLES])})s?(?![A-Za-z])"
)
