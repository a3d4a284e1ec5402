"""Words from which columns are made: names, places and things in English and Japanese."""

from __future__ import annotations

from pathlib import Path

from benchmarks.detection.sections import sections

WORDS = Path(__file__).parent / "words.txt"

POOLS: dict[str, tuple[str, ...]] = {
    name: tuple(word for line in lines for word in line.split(" | "))
    for name, lines in sections(WORDS)
}
"""The words of each pool, by its name in ``words.txt``."""
