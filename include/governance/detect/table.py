"""Scan a table batch by batch and classify its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from include.governance.detect import headers
from include.governance.detect.cells import text_of
from include.governance.detect.columns import Claims, ColumnEvidence
from include.governance.detect.entities import Entity
from include.governance.detect.values import ALL, Detector
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
    """The end of a scan. ``overflow`` counts exactly the row hits beyond the kept ones.

    ``beyond`` says for which column and kind: one kind never crowds out another.
    """

    rows: int
    classifications: tuple[ColumnVerdict, ...]
    hits: tuple[RowHit, ...]
    overflow: int
    beyond: Mapping[tuple[str, Entity], int]

    def classified(self, source: str, table: str) -> tuple[Classification, ...]:
        """The verdicts as records of a source and table."""
        return tuple(verdict.classification(source, table) for verdict in self.classifications)


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
    ) -> None:
        names = tuple(column.name for column in columns)
        self._detector = detector
        self._max_hits = max_hits
        self._rows = 0
        self._columns = [
            _Column(
                ColumnEvidence(column.name, column.logical_type, headers.read(column.name, names)),
                frozenset(Entity(entity) for entity in watch.get(column.name, frozenset())),
            )
            for column in columns
        ]

    def feed(self, keys: Sequence[Key], values: Mapping[str, Sequence[object]]) -> None:
        """Take one batch: the primary keys and, by column name, as many values."""
        self._rows += len(keys)
        for column in self._columns:
            cells = values[column.evidence.name]
            if len(cells) != len(keys):
                raise ValueError(f"column {column.evidence.name}: values and keys differ in number")
            column.feed(keys, cells, self._detector, self._max_hits)

    def finish(self) -> TableScan:
        """Judge every column; settle which pending rows are hits."""
        verdicts = [judge(column.evidence) for column in self._columns]
        hits: list[RowHit] = []
        beyond: dict[tuple[str, Entity], int] = {}
        total = 0
        for column, verdict in zip(self._columns, verdicts, strict=True):
            for entity in sorted(column.watched - verdict.ignored):
                keys, count = column.settle(entity, confirmed=entity in verdict.confirmed)
                total += count
                kept = keys[: self._max_hits]
                hits.extend(RowHit(verdict.column, entity, key) for key in kept)
                if count > len(kept):
                    beyond[(verdict.column, entity)] = count - len(kept)
        overflow = total - len(hits)
        return TableScan(self._rows, tuple(verdicts), tuple(hits), overflow, beyond)


class _Kept:
    """Keys up to a limit, and the exact number of rows."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.count = 0

    def add(self, key: Key, limit: int) -> None:
        self.count += 1
        if len(self.keys) < limit:
            self.keys.append(key)


class _Column:
    """The evidence of a column and the row hits kept for it."""

    def __init__(self, evidence: ColumnEvidence, watched: frozenset[Entity]) -> None:
        self.evidence = evidence
        self.watched = watched
        self._found = {entity: _Kept() for entity in watched}
        self._pending = {entity: _Kept() for entity in watched}
        header = evidence.header
        self._headed = bool(header.supports)
        self._birth = Entity.DATE_OF_BIRTH in header.supports
        self._entities = ALL - {Entity.PERSON} if header.against else ALL

    def feed(
        self, keys: Sequence[Key], cells: Sequence[object], detector: Detector, limit: int
    ) -> None:
        """Judge the distinct texts of a batch once and note the watched rows."""
        places: dict[str, int] = {}
        counts: list[int] = []
        index: list[int] = []
        for cell in cells:
            text = text_of(cell, headed=self._headed, birth=self._birth)
            self.evidence.rows += cell is not None and (text is None or not _is_blank(text))
            if text is None or _is_blank(text):
                index.append(-1)
                continue
            place = places.setdefault(text, len(counts))
            if place == len(counts):
                counts.append(0)
            counts[place] += 1
            index.append(place)
        texts = list(places)
        claims = self.evidence.add(texts, counts, detector.find(texts, entities=self._entities))
        if self.watched:
            self._note(keys, index, claims, limit)

    def _note(
        self, keys: Sequence[Key], index: list[int], claims: list[Claims], limit: int
    ) -> None:
        for key, place in zip(keys, index, strict=True):
            if place < 0:
                continue
            for entity in claims[place].found & self.watched:
                self._found[entity].add(key, limit)
            for entity in claims[place].pending & self.watched:
                self._pending[entity].add(key, limit)

    def settle(self, entity: Entity, *, confirmed: bool) -> tuple[list[Key], int]:
        """The keys that count for a kind, and how many rows there are in all."""
        found, pending = self._found[entity], self._pending[entity]
        if not confirmed:
            return found.keys, found.count
        return found.keys + pending.keys, found.count + pending.count


def _is_blank(text: str) -> bool:
    return not text or text.isspace()
