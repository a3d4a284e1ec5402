"""How much of each kind the recognisers find: what a negative proves is weaker by that much."""

from __future__ import annotations

from collections.abc import Collection

from include.governance.detect.entities import Entity

_OF_FIXED_FORM = 0.95
"""Kinds with a form or a check digit; ``python -m benchmarks.detection`` measures no less."""
_RECALL: dict[Entity, float] = {
    Entity.ADDRESS: 0.85,
    Entity.PERSON: 0.8,
    Entity.SPECIAL_CARE: 0.8,
}


def least_recall(entities: Collection[Entity]) -> float:
    """The share of values that is found of whichever of these kinds is found least."""
    return min((_RECALL.get(entity, _OF_FIXED_FORM) for entity in entities), default=1.0)
