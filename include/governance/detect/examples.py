"""A few masked examples of what a column was judged by; for a terminal, never kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from include.governance.detect.cells import Reading, texts_of
from include.governance.detect.entities import Entity
from include.governance.detect.masking import masked
from include.governance.detect.values import Detector
from include.governance.model.classification import Classification


class Example(NamedTuple):
    """One find of a column, masked; the text around it is never shown."""

    column: str
    entity: Entity
    shown: str


def examples(
    found: Classification, batches: Iterable[Sequence[object]], detector: Detector, count: int
) -> Iterator[Example]:
    """At most ``count`` different ones, read until there are as many."""
    seen: set[Example] = set()
    for cells in batches:
        texts = texts_of(cells, Reading(headed=True, birth=True)).values.to_pylist()
        for text, hits in zip(texts, detector.find(texts), strict=True):
            for entity, piece in _pieces(found, text, [(h.entity, h.start, h.end) for h in hits]):
                example = Example(found.column, entity, masked(piece, entity))
                if example not in seen:
                    seen.add(example)
                    yield example
                if len(seen) >= count:
                    return


def _pieces(
    found: Classification, text: str, spans: Sequence[tuple[Entity, int, int]]
) -> Iterator[tuple[Entity, str]]:
    """The finds in a value that the verdict names; a value that only its header explains, whole."""
    named = {part.entity for part in found.prevalence}
    for entity, start, end in spans:
        if entity in named:
            yield entity, text[start:end]
    if not spans and found.entity is not None:
        yield Entity(found.entity), text
