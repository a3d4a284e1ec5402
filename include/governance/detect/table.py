"""Scan a table batch by batch and classify its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from include.governance.detect import headers
from include.governance.detect.cells import Reading, texts_of
from include.governance.detect.claims import judged
from include.governance.detect.columns import Claims, ColumnEvidence
from include.governance.detect.entities import Entity
from include.governance.detect.part import Kept, Mark, TablePart, Together
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
    """A watched kind in one row, which ``key`` names as the scanner was told to name rows."""

    column: str
    entity: Entity
    key: object


class TableScan(NamedTuple):
    """The end of a scan.

    ``hits`` are at most as many rows per column and kind as the scanner keeps, so one kind never
    crowds out another; ``together`` counts every row by the columns and kinds it was hit in.
    ``unsettled``: values were taken for what their header and form said, and the column is not of
    that kind; the table must be read again without ``defer``.
    """

    rows: int
    classifications: tuple[ColumnVerdict, ...]
    hits: tuple[RowHit, ...]
    together: Mapping[frozenset[tuple[str, Entity]], int]
    unsettled: bool

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


class TableScanner:
    """Feed it every batch of a table, then finish.

    Memory is bounded whatever the table: counts and hashes per column, and at most ``max_hits``
    keys per watched column and kind. ``named`` says how a row is named where it is kept, ``key`` is
    of the hashes of values, and ``defer`` as in ``claims.judged``.
    """

    def __init__(
        self,
        columns: Sequence[ColumnInfo],
        detector: Detector,
        *,
        watch: Mapping[str, frozenset[str]],
        max_hits: int = MAX_HITS,
        named: Callable[[Key], object] = tuple,
        key: bytes = b"",
        defer: bool = False,
    ) -> None:
        names = tuple(column.name for column in columns)
        self._detector = detector
        self._max_hits = max_hits
        self._named = named
        self._kept: dict[Mark, list[object]] = {}
        self._rows = 0
        self._together: Counter[frozenset[Mark]] = Counter()
        self._columns = [
            _Column(
                ColumnEvidence(
                    column.name, column.logical_type, headers.read(column.name, names), key
                ),
                frozenset(Entity(entity) for entity in watch.get(column.name, frozenset())),
                defer=defer,
            )
            for column in columns
        ]

    def feed(self, keys: Sequence[Key], values: Mapping[str, Sequence[object]]) -> None:
        """Take one batch: the primary keys and, by column name, as many values."""
        self._rows += len(keys)
        marked: dict[int, set[Mark]] = {}
        for column in self._columns:
            cells = values[column.evidence.name]
            if len(cells) != len(keys):
                raise ValueError(f"column {column.evidence.name}: values and keys differ in number")
            for row, found in column.feed(cells, self._detector):
                marked.setdefault(row, set()).update(found)
                for mark in found:
                    self._keep(mark, keys[row])
        self._together.update(frozenset(found) for found in marked.values())

    def _keep(self, mark: Mark, key: Key) -> None:
        kept = self._kept.setdefault(mark, [])
        if len(kept) < self._max_hits:
            kept.append(self._named(key))

    def part(self) -> TablePart:
        """What was seen so far, to be kept; rows must be named by references."""
        return TablePart(
            rows=self._rows,
            columns=tuple(column.evidence.part() for column in self._columns),
            kept=tuple(Kept(mark=m, refs=tuple(map(str, refs))) for m, refs in self._kept.items()),
            together=tuple(
                Together(marks=tuple(marks), rows=rows) for marks, rows in self._together.items()
            ),
        )

    def absorb(self, part: TablePart) -> None:
        """Add another part of the same table."""
        self._rows += part.rows
        for column, seen in zip(self._columns, part.columns, strict=True):
            column.evidence.absorb(seen)
        for each in part.kept:
            kept = self._kept.setdefault(each.mark, [])
            kept.extend(each.refs[: self._max_hits - len(kept)])
        for together in part.together:
            self._together[frozenset(together.marks)] += together.rows

    def finish(self) -> TableScan:
        """Judge every column; settle which pending rows are hits."""
        verdicts = [judge(column.evidence, len(self._columns)) for column in self._columns]
        hits: list[RowHit] = []
        real: set[Mark] = set()
        for column, verdict in zip(self._columns, verdicts, strict=True):
            for entity in sorted(column.watched - verdict.ignored):
                confirmed = entity in verdict.confirmed
                counting = [
                    Mark(column=verdict.column, entity=entity, pending=pending)
                    for pending in ((False, True) if confirmed else (False,))
                ]
                keys = [key for mark in counting for key in self._kept.get(mark, ())]
                hits.extend(RowHit(verdict.column, entity, key) for key in keys[: self._max_hits])
                real.update(counting)
        together: Counter[frozenset[tuple[str, Entity]]] = Counter()
        for marks, count in self._together.items():
            together[frozenset((mark.column, mark.entity) for mark in marks & real)] += count
        unsettled = any(
            column.evidence.deferred - verdict.confirmed
            for column, verdict in zip(self._columns, verdicts, strict=True)
        )
        return TableScan(self._rows, tuple(verdicts), tuple(hits), together, unsettled)


class _Column:
    """The evidence of a column, and what is watched for in it."""

    def __init__(
        self, evidence: ColumnEvidence, watched: frozenset[Entity], *, defer: bool
    ) -> None:
        self.evidence = evidence
        self.watched = watched
        header = evidence.header
        self._reading = Reading(bool(header.supports), Entity.DATE_OF_BIRTH in header.supports)
        self._defer = defer

    def feed(
        self, cells: Sequence[object], detector: Detector
    ) -> Iterator[tuple[int, tuple[Mark, ...]]]:
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
            yield row, marks[codes[row]]

    def _marks(self, claims: Claims) -> tuple[Mark, ...]:
        name = self.evidence.name
        return tuple(
            Mark(column=name, entity=entity, pending=pending)
            for pending, kinds in ((False, claims.found), (True, claims.pending))
            for entity in kinds & self.watched
        )
