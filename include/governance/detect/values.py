"""Find personal data in loose values; what it needs is loaded at first use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from include.governance.detect.entities import CATEGORIES, NOT_PERSONAL, Entity
from include.governance.detect.hit import Hit

if TYPE_CHECKING:
    import pyarrow as pa

    from include.governance.detect.bits import Bits
    from include.governance.detect.memory import Memory
    from include.governance.detect.search import Found

ALL: frozenset[Entity] = frozenset(
    entity for entity, category in CATEGORIES.items() if category != NOT_PERSONAL
)
"""Every kind of personal data; a kind that is none is looked for only when it is asked for."""


class Detector:
    """Finds personal data in values. Holds no value; ``memory`` keeps results by keyed hash."""

    def __init__(self, memory: Memory | None = None) -> None:
        self._memory = memory

    def find(
        self, values: Sequence[str], *, entities: frozenset[Entity] = ALL
    ) -> list[tuple[Hit, ...]]:
        """The hits in each value, by position, not overlapping but for special-care words.

        Equal values are judged once; cost is linear in the length of a value. NUL and lone
        surrogates are taken as harmless signs. No exception carries a value.
        """
        from include.governance.detect.cells import as_written
        from include.governance.detect.folding import folded

        places: dict[str, int] = {}
        index = [places.setdefault(value, len(places)) for value in values]
        distinct = list(places)
        texts = as_written(distinct)
        found = self.found(texts, folded(texts), entities)
        return [found.spans(place, distinct[place]) for place in index]

    def found(
        self,
        texts: pa.Array,
        folded: pa.Array,
        entities: frozenset[Entity],
        explained: Bits | None = None,
    ) -> Found:
        """What an array of texts, also given folded, holds.

        ``explained`` are kinds, by text, that are not looked for where no other one is likely.
        """
        from include.governance.detect.search import search

        return search(texts, folded, entities, explained, self._memory)
