"""Read a text file of named sections: ``[name]``, lines, ``#`` remarks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def sections(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Each section's name with its lines, in order."""
    name, lines = "", list[str]()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            if name:
                yield name, lines
            name, lines = line.strip("[]"), []
        elif line and not line.startswith("#"):
            lines.append(line)
    if name:
        yield name, lines
