"""Decide what to believe of a column's evidence: by share of rows, header and population."""

from __future__ import annotations

from functools import cached_property

from include.governance.detect.columns import ColumnEvidence
from include.governance.detect.entities import CATEGORIES, NOT_PERSONAL, Entity
from include.governance.detect.shapes import LEAST_SHARE
from include.governance.model.classification import Outcome

_NOT_PERSONAL = frozenset(each for each in Entity if CATEGORIES[each] == NOT_PERSONAL)
_USUAL = 0.5
"""Share of rows that a header needs where ``LEAST_SHARE`` says nothing else."""
_WITHOUT_HEADER: dict[Entity, float] = {
    Entity.ADDRESS: 0.7,
    Entity.CREDIT_CARD: 0.7,
    Entity.EMAIL_ADDRESS: 0.7,
    Entity.IBAN_CODE: 0.7,
    Entity.IP_ADDRESS: 0.7,
    Entity.JP_MY_NUMBER: 0.7,
    Entity.JP_POSTAL_CODE: 0.9,
    Entity.MAC_ADDRESS: 0.7,
    Entity.PERSON: 0.7,
    Entity.PHONE_NUMBER: 0.7,
    Entity.US_SSN: 0.7,
}
_HEADER_IS_ENOUGH = frozenset({Entity.JP_MY_NUMBER})
_KNOWN_NAMES = 0.5
_KNOWN_NAMES_HINTED = 0.3
_KNOWN_NAMES_OF_PERSONS = 0.1
"""Share of the rows with a known name, by what header and neighbours say."""
_KNOWN_NAMES_OF_MANY = 0.2
"""The same where nearly every row is another text of the form of a name."""
_NEARLY_ALL = 0.9
_MANY_ROWS = 20
_FEWEST_ROWS = 5
_SHORTEST_LATIN_NAME = 8
"""Signs of a value on average; names in kanji are shorter."""
_LONGEST_NAME = 32
_MOST_FIXED = 50
_FEWEST_FIXED = 200
_REPEATS = 20


class Belief:
    """What holds of one column; everything is worked out once, when it is asked for."""

    def __init__(self, evidence: ColumnEvidence) -> None:
        self.evidence = evidence

    @property
    def outcome(self) -> Outcome:
        """One kind, free text with kinds in it, or nothing."""
        return "column" if self.entity else "free_text" if self.rows_of else "none"

    @cached_property
    def is_enumeration(self) -> bool:
        """Whether few values repeat all over, as those of a list to choose from do."""
        distinct, rows = self.evidence.distinct, self.evidence.rows
        if distinct is None or not 0 < distinct <= _MOST_FIXED:
            return False
        return rows >= max(_FEWEST_FIXED, _REPEATS * distinct)

    @property
    def is_kana(self) -> bool:
        """Whether most values are written in kana."""
        return self.evidence.kana_rows > 0.5 * self.evidence.rows

    @cached_property
    def ignored(self) -> frozenset[Entity]:
        """What is not personal; names in a list of fixed values, or where the header says no."""
        header = self.evidence.header
        against = header.against and not self._belies_header
        if Entity.PERSON not in header.supports and (against or self.is_enumeration):
            return _NOT_PERSONAL | {Entity.PERSON}
        return _NOT_PERSONAL

    @cached_property
    def _belies_header(self) -> bool:
        """Whether a column that is named after things is full of full names of persons."""
        full = self.evidence.known_names >= _KNOWN_NAMES * self.evidence.rows
        return full and self.evidence.rows >= _MANY_ROWS and self._fills(Entity.PERSON)

    @cached_property
    def confirmed(self) -> frozenset[Entity]:
        """Kinds whose pending rows are believed."""
        return frozenset(filter(self._is_confirmed, frozenset(Entity) - self.ignored))

    def _is_confirmed(self, entity: Entity) -> bool:
        whole = self._whole_rows(entity)
        if not whole:
            return False
        if entity in self.evidence.header.supports:
            least = LEAST_SHARE.get(entity, _USUAL) * self.evidence.rows
            return entity in _HEADER_IS_ENOUGH or (whole >= least and not self._refuted(entity))
        if entity is Entity.PERSON:
            return self._fills(entity) and self.names_are_known
        if entity is Entity.ADDRESS:
            return self._fills(entity)
        return self.is_proven(entity)

    def _refuted(self, entity: Entity) -> bool:
        """Whether a column named after a customer or recipient holds names of companies."""
        evidence = self.evidence
        if entity is not Entity.PERSON or evidence.header.own_name or evidence.header.kana:
            return False
        known = evidence.known_names >= _KNOWN_NAMES_OF_PERSONS * evidence.rows
        return evidence.rows >= _FEWEST_ROWS and not known

    def is_proven(self, entity: Entity) -> bool:
        """Whether the column's numbers pass their check more often than others would."""
        return self.evidence.populations.prove(entity, alone=not self._fills(entity))

    def _fills(self, entity: Entity) -> bool:
        return self._whole_rows(entity) >= _WITHOUT_HEADER.get(entity, 1.0) * self.evidence.rows

    @cached_property
    def names_are_known(self) -> bool:
        """Whether enough of the values are known as names; a few rows prove nothing."""
        evidence = self.evidence
        if evidence.rows < _FEWEST_ROWS or not self._has_several_short_values:
            return False
        least = _KNOWN_NAMES
        if evidence.header.hints:
            beside = evidence.header.beside_persons
            least = _KNOWN_NAMES_OF_PERSONS if beside else _KNOWN_NAMES_HINTED
        if self._is_all_full_names:
            role = evidence.header.role
            least = min(least, _KNOWN_NAMES_OF_PERSONS if role else _KNOWN_NAMES_OF_MANY)
        return evidence.known_names >= least * evidence.rows

    @cached_property
    def _is_all_full_names(self) -> bool:
        """Whether nearly every row is another text of the form of a name in Latin letters."""
        evidence = self.evidence
        many = evidence.distinct is None or evidence.distinct >= _NEARLY_ALL * evidence.rows
        return (
            many
            and evidence.rows >= _MANY_ROWS
            and evidence.characters >= _SHORTEST_LATIN_NAME * evidence.rows
            and self._whole_rows(Entity.PERSON) >= _NEARLY_ALL * evidence.rows
        )

    @property
    def _has_several_short_values(self) -> bool:
        evidence = self.evidence
        several = evidence.distinct is None or evidence.distinct >= _FEWEST_ROWS
        return several and evidence.characters / evidence.rows <= _LONGEST_NAME

    @cached_property
    def rows_of(self) -> dict[Entity, int]:
        """How many rows hold each kind."""
        rows: dict[Entity, int] = {}
        for claims, count in self.evidence.signatures.items():
            for entity in (claims.found | (claims.pending & self.confirmed)) - self.ignored:
                rows[entity] = rows.get(entity, 0) + count
        return rows

    @cached_property
    def rows_with_any(self) -> int:
        """How many rows hold a kind at all."""
        return sum(
            count
            for claims, count in self.evidence.signatures.items()
            if (claims.found | (claims.pending & self.confirmed)) - self.ignored
        )

    @cached_property
    def entity(self) -> Entity | None:
        """The one kind that fills the column, if any: by header and share, or by share alone."""
        rows, supports = self.evidence.rows, self.evidence.header.supports
        best: tuple[float, Entity] | None = None
        for entity in frozenset(Entity) - self.ignored:
            headed = entity in supports
            whole = self._whole_rows(entity, found_only=entity not in self.confirmed)
            least = LEAST_SHARE.get(entity, _USUAL) if headed else _WITHOUT_HEADER.get(entity)
            if least is None or not whole or whole < least * rows:
                continue
            if headed or self._stands_alone(entity):
                candidate = (whole / rows + 0.3 * headed, entity)
                best = max(best, candidate) if best else candidate
        return best[1] if best else None

    def _stands_alone(self, entity: Entity) -> bool:
        """Few rows prove no kind; a column of names is short and has several values."""
        if self.evidence.rows < _FEWEST_ROWS:
            return False
        return entity is not Entity.PERSON or self._has_several_short_values

    def _whole_rows(self, entity: Entity, *, found_only: bool = False) -> int:
        """Rows whose whole value is of the kind."""
        return sum(
            count
            for claims, count in self.evidence.signatures.items()
            if entity in claims.whole and (entity in claims.found or not found_only)
        )
