"""Where in a value personal data was found; never the text itself."""

from __future__ import annotations

from typing import NamedTuple

from include.governance.detect.entities import Entity


class Hit(NamedTuple):
    """One span of one value: ``start`` and ``end`` count characters, ``score`` is 0–1."""

    entity: Entity
    start: int
    end: int
    score: float

    def covers(self, value: str) -> bool:
        """Whether the span is the whole value but for surrounding blanks and one stray sign."""
        stripped = value.strip()
        lead = len(value) - len(value.lstrip())
        return self.start <= lead and self.end >= lead + len(stripped) - 1


THRESHOLD = 0.4
"""A span below this score is no finding: it lacks the context its kind needs."""
