"""Sets of kinds as bits of whole numbers, so that Arrow and NumPy handle many values at once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from include.governance.detect.entities import Entity

Bits = npt.NDArray[np.int64]

_BIT = {entity: 1 << place for place, entity in enumerate(Entity)}


def bits_of(entities: Iterable[Entity]) -> int:
    """The number that stands for these kinds."""
    return sum(_BIT[entity] for entity in entities)


@lru_cache(maxsize=4096)
def members(bits: int) -> frozenset[Entity]:
    """The kinds that a number stands for."""
    return frozenset(entity for entity, bit in _BIT.items() if bits & bit)


def none_of(length: int) -> Bits:
    """No kind for any of so many values."""
    return np.zeros(length, dtype=np.int64)
