"""Collect what the rows of one column show, batch by batch, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from include.governance.detect.entities import Entity
from include.governance.detect.given_names import has_given_name, is_full_name
from include.governance.detect.headers import Header
from include.governance.detect.hit import Hit
from include.governance.detect.populations import Populations, trial
from include.governance.detect.shapes import headed, is_kana
from include.governance.detect.text import fold
from include.governance.source.encoding import REPLACEMENT

MOST_DISTINCT = 1_000
"""Distinct values that are counted; a column with more is not an enumeration."""

_LONGEST_SHAPE = 120
_LONGEST_NAME = 24


class Claims(NamedTuple):
    """What one value shows.

    ``found``: kinds with proof in the value. ``pending``: kinds that hold only if the column turns
    out to be of that kind. ``whole``: kinds that fill the value.
    """

    found: frozenset[Entity]
    pending: frozenset[Entity]
    whole: frozenset[Entity]


NOTHING = Claims(frozenset(), frozenset(), frozenset())


class ColumnEvidence:
    """The counts of one column. Holds hashes of values, never a value."""

    def __init__(self, name: str, logical_type: str, header: Header) -> None:
        self.name = name
        self.logical_type = logical_type
        self.header = header
        self.rows = 0
        self.undecoded = 0
        self.kana_rows = 0
        self.known_names = 0
        self.characters = 0
        self.signatures: Counter[Claims] = Counter()
        self.scores: dict[Entity, float] = {}
        self.populations = Populations()
        self._distinct: set[int] = set()

    @property
    def distinct(self) -> int | None:
        """How many distinct texts were seen, None when more than are counted."""
        return None if len(self._distinct) > MOST_DISTINCT else len(self._distinct)

    def add(
        self, texts: Sequence[str], counts: Sequence[int], hits: Sequence[tuple[Hit, ...]]
    ) -> list[Claims]:
        """Add the distinct texts of a batch with their row counts; say what each one claims."""
        claims: list[Claims] = []
        for text, count, found in zip(texts, counts, hits, strict=True):
            if len(self._distinct) <= MOST_DISTINCT:
                self._distinct.add(hash(text))
            self.characters += len(text) * count
            self.undecoded += count * (REPLACEMENT in text)
            claim = self._claim(text, count, found)
            self.signatures[claim] += count
            claims.append(claim)
        return claims

    def _claim(self, text: str, count: int, hits: tuple[Hit, ...]) -> Claims:
        for hit in hits:
            self.scores[hit.entity] = max(hit.score, self.scores.get(hit.entity, 0.0))
        if len(text) > _LONGEST_SHAPE:
            return Claims(frozenset(hit.entity for hit in hits), frozenset(), frozenset())
        value = fold(text).strip()
        found = {hit.entity for hit in hits}
        whole = {hit.entity for hit in hits if hit.covers(text)}
        pending = set(headed(value, self.header))
        tried = trial(value)
        if tried is not None:
            self.populations.add(value, tried)
            if tried.passed:
                pending.add(tried.form.entity)
            if tried.form.bare and tried.form.entity not in self.header.supports:
                found.discard(tried.form.entity)
        self._look_at_name(value, count, found, pending)
        headed_name = Entity.PERSON in self.header.supports and len(value) <= _LONGEST_NAME
        if Entity.PERSON in found and (headed_name or Entity.PERSON in pending):
            whole.add(Entity.PERSON)  # a recogniser may know one half of a name
        if Entity.PERSON in pending or Entity.PERSON in whole:
            self.kana_rows += count * is_kana(value)
        pending -= found
        if not (found or pending):
            return NOTHING
        return Claims(frozenset(found), frozenset(pending), frozenset(whole & found) | pending)

    def _look_at_name(
        self, value: str, count: int, found: set[Entity], pending: set[Entity]
    ) -> None:
        """Count what shows itself as a name; a name in Latin letters waits for its column."""
        if self.header.against:
            return
        latin = is_full_name(value)
        if latin:
            pending.add(Entity.PERSON)
        known = has_given_name(value) if latin else is_kana(value) and " " in value
        self.known_names += count * (known or Entity.PERSON in found)
