"""Collect what the rows of one column show, batch by batch, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from include.governance.detect.entities import Entity
from include.governance.detect.given_names import has_given_name, is_full_name, is_name_word
from include.governance.detect.headers import Header
from include.governance.detect.hit import Hit
from include.governance.detect.mark import keyed_mark
from include.governance.detect.part import ClaimRows, ColumnPart
from include.governance.detect.populations import Populations, trial
from include.governance.detect.shapes import fills_address, headed, is_fixed_line, is_kana
from include.governance.detect.spaced_names import is_spaced_name
from include.governance.detect.text import fold
from include.governance.source.encoding import REPLACEMENT

MOST_DISTINCT = 1_000
"""Distinct values that are counted; a column with more is not an enumeration."""

_LOOKS = frozenset({Entity.ADDRESS, Entity.PERSON})
"""Kinds that things have, too: what is nothing else in Latin letters waits for its column."""
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
    """The counts of one column. Holds keyed hashes of values, never a value.

    ``deferred`` are kinds that header and form explained, so that nobody searched those values.
    ``within`` is the column of which this is a path inside of its JSON.
    """

    def __init__(
        self,
        name: str,
        logical_type: str,
        header: Header,
        key: bytes = b"",
        within: str | None = None,
    ) -> None:
        self.name = name
        self.within = within
        self.logical_type = logical_type
        self.header = header
        self.rows = 0
        self.undecoded = 0
        self.kana_rows = 0
        self.known_names = 0
        self.characters = 0
        self.signatures: Counter[Claims] = Counter()
        self.scores: dict[Entity, float] = {}
        self.deferred: set[Entity] = set()
        self.populations = Populations(key)
        self._key = key
        self._distinct: set[int] = set()

    def inside(self, name: str, header: Header) -> ColumnEvidence:
        """The evidence, yet empty, of a path inside of this column's JSON."""
        return ColumnEvidence(name, self.logical_type, header, self._key, within=self.name)

    @property
    def distinct(self) -> int | None:
        """How many distinct texts were seen, None when more than are counted."""
        return None if len(self._distinct) > MOST_DISTINCT else len(self._distinct)

    def note(self, texts: pa.Array, counts: npt.NDArray[np.int64]) -> None:
        """Add the distinct texts of a batch with their row counts, whatever they claim."""
        if len(self._distinct) <= MOST_DISTINCT:
            some = texts.slice(0, MOST_DISTINCT + 1).to_pylist()
            self._distinct.update(keyed_mark(self._key, text) for text in some)
        self.characters += int(pc.utf8_length(texts).to_numpy() @ counts)
        damaged = pc.match_substring(texts, REPLACEMENT).to_numpy(zero_copy_only=False)
        self.undecoded += int(counts[damaged].sum())

    def add(self, kinds: Sequence[Claims], rows: Sequence[int]) -> None:
        """Add how many rows make each of these claims."""
        for claims, count in zip(kinds, rows, strict=True):
            if count:
                self.signatures[claims] += count

    def part(self) -> ColumnPart:
        """What was seen so far, to be kept."""
        return ColumnPart(
            name=self.name,
            rows=self.rows,
            undecoded=self.undecoded,
            kana_rows=self.kana_rows,
            known_names=self.known_names,
            characters=self.characters,
            signatures=tuple(
                ClaimRows(**{k: sorted(v) for k, v in claims._asdict().items()}, rows=rows)
                for claims, rows in self.signatures.items()
            ),
            scores=self.scores,
            deferred=tuple(sorted(self.deferred)),
            populations=self.populations.samples(),
            distinct=tuple(sorted(self._distinct)[: MOST_DISTINCT + 1]),
        )

    def absorb(self, part: ColumnPart) -> None:
        """Add what other rows of the same column have shown."""
        self.rows += part.rows
        self.undecoded += part.undecoded
        self.kana_rows += part.kana_rows
        self.known_names += part.known_names
        self.characters += part.characters
        for each in part.signatures:
            claims = Claims(frozenset(each.found), frozenset(each.pending), frozenset(each.whole))
            self.signatures[claims] += each.rows
        self.deferred.update(part.deferred)
        self.populations.absorb(part.populations)
        self._distinct.update(part.distinct)
        for entity, score in part.scores.items():
            self.surest(entity, score)

    def surest(self, entity: Entity, score: float) -> None:
        """Remember the best score of a kind."""
        self.scores[entity] = max(score, self.scores.get(entity, 0.0))

    def claim(self, text: str, count: int, hits: tuple[Hit, ...]) -> Claims:
        """What one text of so many rows claims, with what was found in it."""
        for hit in hits:
            self.surest(hit.entity, hit.score)
        if len(text) > _LONGEST_SHAPE:
            return Claims(frozenset(hit.entity for hit in hits), frozenset(), frozenset())
        value = fold(text).strip()
        found = {hit.entity for hit in hits}
        if self.header.site and is_fixed_line(value):
            found.discard(Entity.PHONE_NUMBER)
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
        whole |= found & pending  # a recogniser may know a part of what fills the value
        if Entity.ADDRESS in found and fills_address(value):
            whole.add(Entity.ADDRESS)
        if Entity.PERSON in found & self.header.supports and len(value) <= _LONGEST_NAME:
            whole.add(Entity.PERSON)
        if value.isascii():
            alone = whole & found & _LOOKS
            found -= alone
            pending |= alone
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
            if is_spaced_name(value):
                pending.add(Entity.PERSON)
                self.known_names += count
            return
        latin = is_full_name(value)
        if latin:
            pending.add(Entity.PERSON)
        one_word = Entity.PERSON in self.header.supports and is_name_word(value)
        known = has_given_name(value) if latin or one_word else is_kana(value) and " " in value
        self.known_names += count * (known or Entity.PERSON in found)
