"""Judge a column from its evidence: of one kind, free text with kinds in it, or none found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from include.governance.detect.bounds import at_least, upper_bound
from include.governance.detect.columns import ColumnEvidence
from include.governance.detect.entities import CATEGORIES, Entity
from include.governance.detect.shapes import LEAST_SHARE
from include.governance.model.classification import Classification, Outcome, Prevalence

PASS_BY_CHANCE = 0.1
"""Share of random twelve-digit numbers that pass the check digit of My Number."""
CHANCE = 1e-6
"""A population of numbers this unlikely to pass by chance is taken for real."""
CHANCE_OF_FEW = 1.001e-4
"""The same when every number passes: four of four."""

_WITHOUT_HEADER: dict[Entity, float] = {
    Entity.ADDRESS: 0.9,
    Entity.CREDIT_CARD: 0.9,
    Entity.EMAIL_ADDRESS: 0.9,
    Entity.IP_ADDRESS: 0.9,
    Entity.JP_MY_NUMBER: 0.9,
    Entity.JP_POSTAL_CODE: 0.9,
    Entity.PERSON: 0.7,
    Entity.PHONE_NUMBER: 0.9,
}
_FEWEST_ROWS = 5
_LONGEST_NAME = 24


class ColumnVerdict(NamedTuple):
    """What a column holds.

    ``confirmed``: kinds whose pending rows count as real. ``undecoded``: rows that are no text.
    """

    column: str
    outcome: Outcome
    entity: Entity | None
    rows: int
    hits: int
    share: float
    prevalence: tuple[Prevalence, ...]
    bound: float
    confidence: float
    reasons: tuple[str, ...]
    data_category: str | None
    confirmed: frozenset[Entity]
    ignored: frozenset[Entity]
    undecoded: int

    def classification(self, source: str, table: str) -> Classification:
        """The verdict as the record that is stored and reported."""
        return Classification(
            source=source,
            table=table,
            column=self.column,
            outcome=self.outcome,
            entity=None if self.entity is None else str(self.entity),
            data_category=self.data_category,
            rows=self.rows,
            hits=self.hits,
            share=self.share,
            prevalence=self.prevalence,
            bound=self.bound,
            confidence=self.confidence,
            reasons=self.reasons,
        )


def judge(evidence: ColumnEvidence) -> ColumnVerdict:
    """The verdict on everything the column has shown so far."""
    ignored = _ignored(evidence)
    confirmed = frozenset(_confirmed(evidence)) - ignored
    rows_of = _rows_of(evidence, confirmed, ignored)
    entity = _kind_of_column(evidence, confirmed, ignored)
    outcome: Outcome = "column" if entity else "free_text" if rows_of else "none"
    hits = rows_of[entity] if entity else _rows_with_any(evidence, confirmed, ignored)
    return ColumnVerdict(
        column=evidence.name,
        outcome=outcome,
        entity=entity,
        rows=evidence.rows,
        hits=hits,
        share=hits / evidence.rows if evidence.rows else 0.0,
        prevalence=_prevalence(evidence, rows_of),
        bound=upper_bound(hits, evidence.rows),
        confidence=round(_confidence(evidence, outcome, entity, rows_of, confirmed), 3),
        reasons=tuple(_reasons(evidence, outcome, entity, rows_of, confirmed)),
        data_category=_category(evidence, entity),
        confirmed=confirmed,
        ignored=ignored,
        undecoded=evidence.undecoded,
    )


def _ignored(evidence: ColumnEvidence) -> frozenset[Entity]:
    """Names of persons in a list of fixed values, or under a header that speaks against them."""
    if Entity.PERSON in evidence.header.supports:
        return frozenset()
    if evidence.header.against or _is_enumeration(evidence):
        return frozenset({Entity.PERSON})
    return frozenset()


def _is_enumeration(evidence: ColumnEvidence) -> bool:
    distinct = evidence.distinct
    return distinct is not None and 0 < distinct <= 50 and evidence.rows >= max(200, 20 * distinct)


def _confirmed(evidence: ColumnEvidence) -> Iterator[Entity]:
    """Kinds whose pending rows are believed: by header and share, or by population."""
    for entity in Entity:
        whole = _whole_rows(evidence, entity)
        if not whole:
            continue
        if entity in evidence.header.supports:
            if whole >= LEAST_SHARE.get(entity, 0.5) * evidence.rows or entity in _HEADER_IS_ENOUGH:
                yield entity
        elif _population_is_real(evidence, entity):
            yield entity


_HEADER_IS_ENOUGH = frozenset({Entity.JP_MY_NUMBER})


def _population_is_real(evidence: ColumnEvidence, entity: Entity) -> bool:
    """Whether bare numbers pass their check more often than numbers of another kind would."""
    population = evidence.populations.get(entity)
    if population is None or not population.passed:
        return False
    rate = population.passed / population.tried
    if entity is Entity.JP_MY_NUMBER:
        chance = at_least(population.passed, population.tried, PASS_BY_CHANCE)
        return (rate >= 0.3 and chance < CHANCE) or (rate == 1.0 and chance <= CHANCE_OF_FEW)
    return population.tried < 10 or rate >= 0.3


def _whole_rows(evidence: ColumnEvidence, entity: Entity) -> int:
    """Rows whose whole value is of the kind, pending ones included."""
    return sum(n for claims, n in evidence.signatures.items() if entity in claims.whole)


def _rows_of(
    evidence: ColumnEvidence, confirmed: frozenset[Entity], ignored: frozenset[Entity]
) -> dict[Entity, int]:
    rows: dict[Entity, int] = {}
    for claims, count in evidence.signatures.items():
        for entity in (claims.found | (claims.pending & confirmed)) - ignored:
            rows[entity] = rows.get(entity, 0) + count
    return rows


def _rows_with_any(
    evidence: ColumnEvidence, confirmed: frozenset[Entity], ignored: frozenset[Entity]
) -> int:
    return sum(
        count
        for claims, count in evidence.signatures.items()
        if (claims.found | (claims.pending & confirmed)) - ignored
    )


def _kind_of_column(
    evidence: ColumnEvidence, confirmed: frozenset[Entity], ignored: frozenset[Entity]
) -> Entity | None:
    """The one kind that fills the column, if any: by header and share, or by share alone."""
    best: tuple[float, Entity] | None = None
    for entity in frozenset(Entity) - ignored:
        headed = entity in evidence.header.supports
        least = LEAST_SHARE.get(entity, 0.5) if headed else _WITHOUT_HEADER.get(entity)
        whole = sum(
            count
            for claims, count in evidence.signatures.items()
            if entity in claims.whole and (entity in claims.found or entity in confirmed)
        )
        if least is None or not whole or whole < least * evidence.rows:
            continue
        if not headed and not _stands_without_header(evidence, entity):
            continue
        weight = whole / evidence.rows + 0.3 * headed
        best = max(best, (weight, entity)) if best else (weight, entity)
    return best[1] if best else None


def _stands_without_header(evidence: ColumnEvidence, entity: Entity) -> bool:
    """Few rows prove no kind; a column of names is short and has several values."""
    if evidence.rows < _FEWEST_ROWS:
        return False
    if entity is not Entity.PERSON:
        return True
    several = evidence.distinct is None or evidence.distinct >= _FEWEST_ROWS
    return several and evidence.characters / evidence.rows <= _LONGEST_NAME


def _prevalence(evidence: ColumnEvidence, rows_of: dict[Entity, int]) -> tuple[Prevalence, ...]:
    ordered = sorted(rows_of.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(
        Prevalence(
            entity=str(entity),
            data_category=CATEGORIES[entity],
            rows=rows,
            share=rows / evidence.rows,
            upper=upper_bound(rows, evidence.rows),
        )
        for entity, rows in ordered
    )


def _confidence(
    evidence: ColumnEvidence,
    outcome: Outcome,
    entity: Entity | None,
    rows_of: dict[Entity, int],
    confirmed: frozenset[Entity],
) -> float:
    """Independent evidence joined: share of rows, header, check-digit population."""
    if outcome == "none":
        return 0.95 if evidence.rows else 0.0
    if entity is None:
        return max(evidence.scores.get(kind, 0.6) for kind in rows_of)
    doubt = 1.0 - 0.85 * rows_of[entity] / evidence.rows
    if entity in evidence.header.supports:
        doubt *= 0.4
    if entity in confirmed and _population_is_real(evidence, entity):
        doubt *= 0.1
    return 1.0 - doubt


def _reasons(
    evidence: ColumnEvidence,
    outcome: Outcome,
    entity: Entity | None,
    rows_of: dict[Entity, int],
    confirmed: frozenset[Entity],
) -> Iterator[str]:
    """Codes of what decided, in a fixed order."""
    if not evidence.rows:
        yield "no_rows"
    if entity:
        yield "share"
        if entity in evidence.header.supports:
            yield "header"
    if any(_population_is_real(evidence, kind) for kind in confirmed & rows_of.keys()):
        yield "check_digit_population"
    if outcome == "column" and len(rows_of) > 1:
        yield "exceptions"
    if entity is Entity.PERSON and _is_kana(evidence):
        yield "kana_values"
    if any(_refuted(evidence, kind) for kind in evidence.populations if kind not in confirmed):
        yield "unproven_numbers"
    if evidence.undecoded:
        yield "undecoded"
    if evidence.header.against:
        yield "negative_header"
    if _is_enumeration(evidence):
        yield "fixed_values"
    if outcome == "free_text":
        yield "found_in_text"
    if outcome == "none" and evidence.rows:
        yield "nothing_found"


def _refuted(evidence: ColumnEvidence, entity: Entity) -> bool:
    return evidence.populations[entity].passed > 0


def _is_kana(evidence: ColumnEvidence) -> bool:
    return evidence.kana_rows > 0.5 * evidence.rows


def _category(evidence: ColumnEvidence, entity: Entity | None) -> str | None:
    if entity is None:
        return None
    if entity is Entity.PERSON and (evidence.header.kana or _is_kana(evidence)):
        return "kana"
    return CATEGORIES[entity]
