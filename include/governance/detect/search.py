"""Search many values: plain ones by their form, candidates by Presidio's recognisers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from include.governance.detect.adjudicate import Question, adjudicated, to_ask
from include.governance.detect.bits import Bits, bits_of, members
from include.governance.detect.entities import Entity
from include.governance.detect.hit import Hit
from include.governance.detect.memory import Memory
from include.governance.detect.prefilter import candidates
from include.governance.detect.tagging.reading import reading_ahead
from include.governance.detect.text import origins
from include.governance.detect.whole import plain, whole_hit

WINDOW = 4_000
"""Characters of a long value that are judged at a time."""
MARGIN = 300
"""Characters of overlap on each side, longer than any single find with its context."""
_LONGEST = WINDOW + 2 * MARGIN
# On equal scores the more specific kind wins an overlap.
_RANK = {
    entity: rank
    for rank, entity in enumerate(
        (
            Entity.EMAIL_ADDRESS,
            Entity.CREDIT_CARD,
            Entity.JP_MY_NUMBER,
            Entity.JP_DRIVER_LICENSE,
            Entity.JP_PASSPORT,
            Entity.JP_RESIDENCE_CARD,
            Entity.JP_BANK_ACCOUNT,
            Entity.IBAN_CODE,
            Entity.US_SSN,
            Entity.JP_CORPORATE_NUMBER,
            Entity.JP_HEALTH_INSURER,
            Entity.JP_PENSION,
            Entity.DATE_OF_BIRTH,
            Entity.ADDRESS,
            Entity.BUSINESS_PHONE,
            Entity.PHONE_NUMBER,
            Entity.JP_POSTAL_CODE,
            Entity.MAC_ADDRESS,
            Entity.IP_ADDRESS,
            Entity.CARD_SECURITY_CODE,
            Entity.PERSON,
            Entity.US_ZIP_CODE,
            Entity.URL,
            Entity.LOCATION,
            Entity.ORGANIZATION,
            Entity.TITLE,
            Entity.NRP,
            Entity.AGE,
            Entity.DATE_TIME,
        )
    )
}


class _Piece(NamedTuple):
    """A window of a folded value; a find counts if it starts in ``core_start``–``core_end``."""

    offset: int
    core_start: int
    core_end: int
    text: str


class Found(NamedTuple):
    """What each of many values holds.

    ``kinds`` are sets of kinds as bits. ``hits`` are the spans, by place, of the values that were
    looked at one by one; any other value is a whole of its kind.
    """

    kinds: Bits
    hits: dict[int, tuple[Hit, ...]]

    def spans(self, place: int, text: str) -> tuple[Hit, ...]:
        """The hits in one value."""
        if place in self.hits:
            return self.hits[place]
        return tuple(whole_hit(kind, text) for kind in members(int(self.kinds[place])))


def search(
    texts: pa.Array,
    folded: pa.Array,
    entities: frozenset[Entity],
    explained: Bits | None = None,
    memory: Memory | None = None,
) -> Found:
    """What an array of texts, also given folded, holds.

    ``explained`` are kinds, by text, that are not looked for where no other one is likely;
    ``memory`` spares searching what was searched before.
    """
    wanted = bits_of(entities)
    settled, kinds = plain(folded)
    kinds &= wanted
    left = np.flatnonzero(~settled)
    likely = candidates(
        folded.take(pa.array(left)), wanted, None if explained is None else explained[left]
    )
    found = Found(kinds, {})
    chosen = np.flatnonzero(likely)
    places = left[chosen]
    originals = texts.take(pa.array(places)).to_pylist()
    bits = likely[chosen].tolist()
    known = _Known(memory, originals, bits)
    unknown = [at for at, hits in enumerate(known.hits) if hits is None]
    unsearched = folded.take(pa.array(places[unknown]))
    whole = pc.utf8_length(unsearched).to_numpy() <= _LONGEST
    asked = to_ask(unsearched, likely[chosen][unknown], whole)
    searched = unsearched.to_pylist()
    with reading_ahead(
        [text for text, each in zip(searched, asked, strict=True) if _is_read(text, each)]
    ):
        for at, candidate, questions in zip(unknown, searched, asked, strict=True):
            known.learn(at, _judged(originals[at], candidate, questions))
    known.keep()
    for place, hits in zip(places.tolist(), known.hits, strict=True):
        if hits:
            found.hits[place] = hits
            kinds[place] = bits_of(hit.entity for hit in hits)
    return found


class _Known:
    """What is remembered of candidates, and what is learnt of the others."""

    def __init__(self, memory: Memory | None, texts: list[str], kinds: list[int]) -> None:
        self._memory = memory
        self._learnt: dict[bytes, tuple[Hit, ...]] = {}
        self.hits: list[tuple[Hit, ...] | None] = [None] * len(texts)
        self._marks: list[bytes] = []
        if memory:
            self._marks = list(map(memory.mark, texts, kinds))
            before = memory.known(self._marks)
            self.hits = [before.get(mark) for mark in self._marks]

    def learn(self, at: int, hits: tuple[Hit, ...]) -> None:
        self.hits[at] = hits
        if self._marks:
            self._learnt[self._marks[at]] = hits

    def keep(self) -> None:
        if self._memory and self._learnt:
            self._memory.keep(self._learnt)


def _is_read(text: str, asked: Sequence[Question]) -> bool:
    """Whether a model has to read the text as a whole."""
    return len(text) <= _LONGEST and any(question.is_read for question in asked)


def _judged(text: str, folded: str, asked: Sequence[Question]) -> tuple[Hit, ...]:
    """What a candidate holds, in places of the text as it was written."""
    if len(folded) <= _LONGEST:
        hits = list(adjudicated(folded, asked))
    else:
        hits = [hit for piece in _cut(folded) for hit in _analyse(piece, asked)]
    if not hits:
        return ()
    if len(text) != len(folded):
        places = origins(text)
        hits = [hit._replace(start=places[hit.start], end=places[hit.end]) for hit in hits]
    return resolved(hits)


def _cut(text: str) -> Iterator[_Piece]:
    for core in range(0, len(text), WINDOW):
        start = max(0, core - MARGIN)
        yield _Piece(start, core, core + WINDOW, text[start : core + WINDOW + MARGIN])


def _analyse(piece: _Piece, asked: Sequence[Question]) -> Iterator[Hit]:
    for hit in adjudicated(piece.text, asked):
        start = piece.offset + hit.start
        if piece.core_start <= start < piece.core_end:
            yield hit._replace(start=start, end=piece.offset + hit.end)


def resolved(hits: list[Hit]) -> tuple[Hit, ...]:
    """Of overlapping hits keep the surest, then the more specific, then the longer."""
    if len(hits) < 2:
        return tuple(hits)
    care = [hit for hit in hits if hit.entity is Entity.SPECIAL_CARE]
    rest = [hit for hit in hits if hit.entity is not Entity.SPECIAL_CARE]
    rest.sort(key=lambda hit: (-hit.score, _RANK[hit.entity], hit.start - hit.end))
    kept: list[Hit] = []
    taken: set[int] = set()
    for hit in rest:
        span = range(hit.start, hit.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(hit)
    return tuple(sorted(kept + care, key=lambda hit: (hit.start, hit.end, hit.entity)))
