"""One column, or one path of its JSON, being read: its evidence and what is watched for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from include.governance.detect.cells import Reading, Texts, texts_of
from include.governance.detect.claims import judged
from include.governance.detect.columns import Claims, ColumnEvidence
from include.governance.detect.entities import Entity
from include.governance.detect.part import Mark
from include.governance.detect.values import Detector

Marked = tuple[int, tuple[Mark, ...]]
"""The place of a cell in its batch, and the marks that it bears."""


class WatchedColumn:
    """The evidence of a column and the kinds that are watched for; ``defer`` as in ``claims``."""

    def __init__(
        self, evidence: ColumnEvidence, watched: frozenset[Entity], *, defer: bool
    ) -> None:
        self.evidence = evidence
        self.watched = watched
        self.defer = defer
        header = evidence.header
        self._reading = Reading(bool(header.supports), Entity.DATE_OF_BIRTH in header.supports)

    def beside(self, evidence: ColumnEvidence) -> WatchedColumn:
        """Another evidence, watched for the same."""
        return WatchedColumn(evidence, self.watched, defer=self.defer)

    def texts(self, cells: Sequence[object]) -> Texts:
        """The distinct texts of a batch, read as the header says."""
        return texts_of(cells, self._reading)

    def feed(self, texts: Texts, detector: Detector) -> Iterator[Marked]:
        """Judge the distinct texts of a batch once; the cells of the batch with watched kinds."""
        self.evidence.rows += texts.rows
        claimed = judged(texts, self.evidence, detector, defer=self.defer)
        marks = [self._marks(claims) for claims in claimed.kinds]
        if not any(marks):
            return
        marked = np.array([bool(several) for several in marks])
        codes = np.append(claimed.codes, 0)[texts.places]
        for row in np.flatnonzero(marked[codes]).tolist():
            yield row, marks[codes[row]]

    def _marks(self, claims: Claims) -> tuple[Mark, ...]:
        name = self.evidence.name
        return tuple(
            Mark(column=name, entity=entity, pending=pending)
            for pending, kinds in ((False, claims.found), (True, claims.pending))
            for entity in kinds & self.watched
        )
