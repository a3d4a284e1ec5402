"""Find personal data in loose values: distinct values only, candidates only, any length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from include.governance.detect.entities import Entity
from include.governance.detect.hit import Hit
from include.governance.detect.text import fold, origins
from include.governance.detect.whole import whole_hit

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

WINDOW = 4_000
"""Characters of a long value that are judged at a time."""
MARGIN = 300
"""Characters of overlap on each side, longer than any single find with its context."""

ALL: frozenset[Entity] = frozenset(Entity)
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
            Entity.JP_HEALTH_INSURER,
            Entity.JP_PENSION,
            Entity.DATE_OF_BIRTH,
            Entity.ADDRESS,
            Entity.PHONE_NUMBER,
            Entity.JP_POSTAL_CODE,
            Entity.IP_ADDRESS,
            Entity.CARD_SECURITY_CODE,
            Entity.PERSON,
        )
    )
}


class _Piece(NamedTuple):
    """A window of a folded value; a find counts if it starts in ``core_start``–``core_end``."""

    owner: int
    offset: int
    core_start: int
    core_end: int
    text: str


class Detector:
    """Finds personal data in values. Holds no value and no result between calls."""

    def find(
        self, values: Sequence[str], *, entities: frozenset[Entity] = ALL
    ) -> list[tuple[Hit, ...]]:
        """The hits in each value, by position, not overlapping but for special-care words.

        Equal values are judged once; cost is linear in the length of a value. NUL and lone
        surrogates are taken as harmless signs. No exception carries a value.
        """
        places: dict[str, int] = {}
        index = [places.setdefault(value, len(places)) for value in values]
        found = self._find_distinct(list(places), entities)
        return [found[place] for place in index]

    def _find_distinct(
        self, values: list[str], entities: frozenset[Entity]
    ) -> list[tuple[Hit, ...]]:
        found: list[tuple[Hit, ...]] = [()] * len(values)
        pieces: list[_Piece] = []
        for owner, value in enumerate(values):
            text = fold(value)
            whole = whole_hit(text)
            if whole is None:
                pieces.extend(_cut(owner, text))
            elif whole and whole.entity in entities:
                found[owner] = (whole,)
        hits: dict[int, list[Hit]] = {}
        for piece, kinds in self._candidates(pieces, entities):
            hits.setdefault(piece.owner, []).extend(_analyse(piece, kinds))
        for owner, several in hits.items():
            places = origins(values[owner])
            own = [hit._replace(start=places[hit.start], end=places[hit.end]) for hit in several]
            found[owner] = _resolve(own)
        return found

    def _candidates(
        self, pieces: list[_Piece], entities: frozenset[Entity]
    ) -> Iterator[tuple[_Piece, list[str]]]:
        if not pieces:
            return
        from include.governance.detect.prefilter import candidates

        lists: dict[frozenset[Entity], list[str]] = {}
        for piece, kinds in zip(pieces, candidates([piece.text for piece in pieces]), strict=True):
            wanted = lists.setdefault(kinds, sorted(kinds & entities))
            if wanted:
                yield piece, wanted


def _cut(owner: int, text: str) -> Iterator[_Piece]:
    if len(text) <= WINDOW + 2 * MARGIN:
        yield _Piece(owner, 0, 0, len(text), text)
        return
    for core in range(0, len(text), WINDOW):
        start = max(0, core - MARGIN)
        yield _Piece(owner, start, core, core + WINDOW, text[start : core + WINDOW + MARGIN])


def _analyse(piece: _Piece, kinds: list[str]) -> Iterator[Hit]:
    for result in _engine().analyze(piece.text, language="ja", entities=kinds):
        start = piece.offset + result.start
        if piece.core_start <= start < piece.core_end:
            end = piece.offset + result.end
            yield Hit(Entity(result.entity_type), start, end, result.score)


def _engine() -> AnalyzerEngine:
    from include.governance.detect.analyzer import analyzer

    return analyzer()


def _resolve(hits: list[Hit]) -> tuple[Hit, ...]:
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
