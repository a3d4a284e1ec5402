"""Scan a table batch by batch and classify its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from include.governance.detect import headers
from include.governance.detect.cells import Reading, texts_of
from include.governance.detect.claims import judged
from include.governance.detect.columns import Claims, ColumnEvidence
from include.governance.detect.entities import Entity
from include.governance.detect.values import Detector
from include.governance.detect.verdict import ColumnVerdict, judge
from include.governance.model.classification import Classification

Key = tuple[object, ...]

MAX_HITS = 10_000


class ColumnInfo(NamedTuple):
    """A column to scan; ``logical_type`` as the contract names it (string, integer, date …)."""

    name: str
    logical_type: str


class RowHit(NamedTuple):
    """A watched kind in one row; ``key`` is the raw primary key and must not leave memory."""

    column: str
    entity: Entity
    key: Key


class TableScan(NamedTuple):
    """The end of a scan.

    ``hits`` are at most as many rows per column and kind as the scanner keeps, so one kind never
    crowds out another; ``together`` counts every row by the columns and kinds it was hit in.
    """

    rows: int
    classifications: tuple[ColumnVerdict, ...]
    hits: tuple[RowHit, ...]
    together: Mapping[frozenset[tuple[str, Entity]], int]

    def rows_with(self, entities: Collection[str]) -> int:
        """How many rows hold at least one of these kinds, exactly."""
        return sum(
            count
            for hits, count in self.together.items()
            if any(entity in entities for _, entity in hits)
        )

    def columns_with(self, entities: Collection[str]) -> tuple[str, ...]:
        """The columns that hold at least one of these kinds, sorted."""
        found = {column for hits in self.together for column, kind in hits if kind in entities}
        return tuple(sorted(found))

    def classified(self, source: str, table: str) -> tuple[Classification, ...]:
        """The verdicts as records of a source and table."""
        return tuple(verdict.classification(source, table) for verdict in self.classifications)


class _Mark(NamedTuple):
    """A watched kind in a column of one row; ``pending`` as in ``Claims``."""

    column: str
    entity: Entity
    pending: bool


class TableScanner:
    """Feed it every batch of a table, then finish.

    Memory is bounded whatever the table: counts and hashes per column, and at most ``max_hits``
    keys per watched column and kind.
    """

    def __init__(
        self,
        columns: Sequence[ColumnInfo],
        detector: Detector,
        *,
        watch: Mapping[str, frozenset[str]],
        max_hits: int = MAX_HITS,
        defer: bool = False,
    ) -> None:
        names = tuple(column.name for column in columns)
        self._detector = detector
        self._max_hits = max_hits
        self._rows = 0
        self._together: Counter[frozenset[_Mark]] = Counter()
        self._columns = [
            _Column(
                ColumnEvidence(column.name, column.logical_type, headers.read(column.name, names)),
                frozenset(Entity(entity) for entity in watch.get(column.name, frozenset())),
                defer=defer,
            )
            for column in columns
        ]

    def feed(self, keys: Sequence[Key], values: Mapping[str, Sequence[object]]) -> None:
        """Take one batch: the primary keys and, by column name, as many values."""
        self._rows += len(keys)
        marks: dict[int, set[_Mark]] = {}
        for column in self._columns:
            cells = values[column.evidence.name]
            if len(cells) != len(keys):
                raise ValueError(f"column {column.evidence.name}: values and keys differ in number")
            for row, found in column.feed(keys, cells, self._detector, self._max_hits):
                marks.setdefault(row, set()).update(found)
        self._together.update(frozenset(found) for found in marks.values())

    def finish(self) -> TableScan:
        """Judge every column; settle which pending rows are hits."""
        verdicts = [judge(column.evidence, len(self._columns)) for column in self._columns]
        hits: list[RowHit] = []
        real: set[_Mark] = set()
        for column, verdict in zip(self._columns, verdicts, strict=True):
            for entity in sorted(column.watched - verdict.ignored):
                confirmed = entity in verdict.confirmed
                keys = column.settle(entity, confirmed=confirmed)[: self._max_hits]
                hits.extend(RowHit(verdict.column, entity, key) for key in keys)
                real.add(_Mark(verdict.column, entity, False))
                if confirmed:
                    real.add(_Mark(verdict.column, entity, True))
        together: Counter[frozenset[tuple[str, Entity]]] = Counter()
        for marks, count in self._together.items():
            together[frozenset((mark.column, mark.entity) for mark in marks & real)] += count
        return TableScan(self._rows, tuple(verdicts), tuple(hits), together)


class _Column:
    """The evidence of a column and the row hits kept for it."""

    def __init__(
        self, evidence: ColumnEvidence, watched: frozenset[Entity], *, defer: bool
    ) -> None:
        self.evidence = evidence
        self.watched = watched
        self._kept: dict[_Mark, list[Key]] = {}
        header = evidence.header
        self._reading = Reading(bool(header.supports), Entity.DATE_OF_BIRTH in header.supports)
        self._defer = defer

    def feed(
        self, keys: Sequence[Key], cells: Sequence[object], detector: Detector, limit: int
    ) -> Iterator[tuple[int, tuple[_Mark, ...]]]:
        """Judge the distinct texts of a batch once; the rows of the batch with watched kinds."""
        texts = texts_of(cells, self._reading)
        self.evidence.rows += texts.rows
        claimed = judged(texts, self.evidence, detector, defer=self._defer)
        marks = [self._marks(claims) for claims in claimed.kinds]
        if not any(marks):
            return
        marked = np.array([bool(several) for several in marks])
        codes = np.append(claimed.codes, 0)[texts.places]
        for row in np.flatnonzero(marked[codes]).tolist():
            found = marks[codes[row]]
            yield row, found
            for mark in found:
                kept = self._kept.setdefault(mark, [])
                if len(kept) < limit:
                    kept.append(keys[row])

    def _marks(self, claims: Claims) -> tuple[_Mark, ...]:
        name = self.evidence.name
        return (
            *(_Mark(name, entity, False) for entity in claims.found & self.watched),
            *(_Mark(name, entity, True) for entity in claims.pending & self.watched),
        )

    def settle(self, entity: Entity, *, confirmed: bool) -> list[Key]:
        """The keys that count for a kind, as far as they were kept."""
        found = self._kept.get(_Mark(self.evidence.name, entity, False), [])
        pending = self._kept.get(_Mark(self.evidence.name, entity, True), [])
        return found + pending if confirmed else found
