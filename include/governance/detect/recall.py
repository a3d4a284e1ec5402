"""How much of each kind the recognisers find: what a negative proves is weaker by that much."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import yaml

from include.governance.detect.bounds import upper_bound
from include.governance.detect.entities import Entity

FILE = Path(__file__).parent / "recall.yaml"
"""Counts of labelled values; ``python -m benchmarks.detection recall --data FOLDER`` writes it.

Development has seen these texts, so the counts are an estimate for others.
"""
FEWEST = 30
"""With fewer labelled values than this nothing is known of a kind."""


class Counted(NamedTuple):
    """How many of the labelled values of a kind were found."""

    found: int
    labelled: int

    @property
    def least(self) -> float:
        """The share that is found at least, at 95 %."""
        return 1.0 - upper_bound(self.labelled - self.found, self.labelled)


def _read() -> dict[Entity, float]:
    counts = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    counted = {Entity(kind): Counted(**each) for kind, each in counts.items()}
    return {kind: each.least for kind, each in counted.items() if each.labelled >= FEWEST}


_LEAST = _read()
_UNKNOWN = min(_LEAST.values())
"""A kind that nobody has labelled enough of is held to be found no better than any other."""


def least_recall(entities: Collection[Entity]) -> float:
    """The share of values that is found of whichever of these kinds is found least."""
    return min((_LEAST.get(entity, _UNKNOWN) for entity in entities), default=1.0)
