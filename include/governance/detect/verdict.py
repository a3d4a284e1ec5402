"""Judge a column from its evidence: of one kind, free text with kinds in it, or none found."""

from __future__ import annotations

from typing import NamedTuple

from include.governance.detect.belief import Belief
from include.governance.detect.bounds import ALPHA, upper_bound
from include.governance.detect.columns import ColumnEvidence
from include.governance.detect.entities import CATEGORIES, Entity
from include.governance.detect.reasons import confidence, reasons
from include.governance.detect.recall import least_recall
from include.governance.model.classification import Classification, Outcome, Prevalence


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
    within: str | None

    def classification(self, source: str, table: str) -> Classification:
        """The verdict as the record that is stored and reported."""
        return Classification(
            source=source,
            table=table,
            column=self.column,
            within=self.within,
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


def judge(evidence: ColumnEvidence, columns: int = 1) -> ColumnVerdict:
    """The verdict on everything the column has shown so far.

    ``columns`` are judged together: each bound is so much stricter that all of them hold at 95 %.
    """
    belief = Belief(evidence)
    alpha = ALPHA / columns
    hits = belief.rows_of[belief.entity] if belief.entity else belief.rows_with_any
    looked_for = frozenset(Entity) - belief.ignored if belief.entity is None else {belief.entity}
    return ColumnVerdict(
        column=evidence.name,
        outcome=belief.outcome,
        entity=belief.entity,
        rows=evidence.rows,
        hits=hits,
        share=hits / evidence.rows if evidence.rows else 0.0,
        prevalence=_prevalence(belief, alpha),
        bound=upper_bound(hits, evidence.rows, alpha, recall=least_recall(looked_for)),
        confidence=round(confidence(belief), 3),
        reasons=tuple(reasons(belief)),
        data_category=_category(belief),
        confirmed=belief.confirmed,
        ignored=belief.ignored,
        undecoded=evidence.undecoded,
        within=evidence.within,
    )


def _prevalence(belief: Belief, alpha: float) -> tuple[Prevalence, ...]:
    rows = belief.evidence.rows
    ordered = sorted(belief.rows_of.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(
        Prevalence(
            entity=str(entity),
            data_category=CATEGORIES[entity],
            rows=count,
            share=count / rows,
            upper=upper_bound(count, rows, alpha, recall=least_recall({entity})),
        )
        for entity, count in ordered
    )


def _category(belief: Belief) -> str | None:
    if belief.entity is None:
        return None
    if belief.entity is Entity.PERSON and (belief.evidence.header.kana or belief.is_kana):
        return "kana"
    return CATEGORIES[belief.entity]
