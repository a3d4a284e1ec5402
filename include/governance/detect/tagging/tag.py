"""What a model that finds names says about a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from include.governance.detect.entities import Entity


class Tag(NamedTuple):
    """One span that a model has found."""

    entity: Entity
    start: int
    end: int
    score: float


class Tagger(Protocol):
    """A model that finds names; it sees several texts at once, because that costs half."""

    def tag(self, texts: Sequence[str]) -> list[tuple[Tag, ...]]:
        """The spans in each text."""


class NoTagger:
    """Finds nothing: only patterns and dictionaries are used."""

    def tag(self, texts: Sequence[str]) -> list[tuple[Tag, ...]]:
        """No span in any text."""
        return [() for _ in texts]
