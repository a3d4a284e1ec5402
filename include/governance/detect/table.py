"""Scan a table batch by batch and classify its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from include.governance.detect import headers
from include.governance.detect.columns import ColumnEvidence
from include.governance.detect.entities import Entity
from include.governance.detect.part import Kept, Mark, TablePart, Together
from include.governance.detect.paths import JsonPaths
from include.governance.detect.values import Detector
from include.governance.detect.verdict import ColumnVerdict, judge
from include.governance.detect.watched import Marked, WatchedColumn
from include.governance.model.classification import Classification

Key = tuple[object, ...]

MAX_HITS = 10_000


class ColumnInfo(NamedTuple):
    """A column to scan; ``logical_type`` as the contract names it (string, integer, date …)."""

    name: str
    logical_type: str


class RowHit(NamedTuple):
    """A watched kind in a column of one row, which ``key`` names as the scanner was told to."""

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

    def rows_of(self, column: str) -> int:
        """How many rows hold a watched kind in a column, its paths included."""
        named = {v.column for v in self.classifications if column in (v.column, v.within)}
        return sum(
            count
            for hits, count in self.together.items()
            if not named.isdisjoint(each for each, _ in hits)
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
            cells = values[column.name]
            if len(cells) != len(keys):
                raise ValueError(f"column {column.name}: values and keys differ in number")
            for row, found in column.feed(cells, self._detector):
                marked.setdefault(row, set()).update(found)
        for row, marks in sorted(marked.items()):
            for mark in marks:
                self._keep(mark, keys[row])
        self._together.update(frozenset(found) for found in marked.values())

    def _keep(self, mark: Mark, key: Key) -> None:
        kept = self._kept.setdefault(mark, [])
        if len(kept) < self._max_hits:
            kept.append(self._named(key))

    def _keep_all(self, mark: Mark, refs: Sequence[object]) -> None:
        kept = self._kept.setdefault(mark, [])
        kept.extend(refs[: self._max_hits - len(kept)])

    def _settle(self) -> list[WatchedColumn]:
        """The columns and their paths, none of them named by a key that could be a value."""
        settled = [one for column in self._columns for one in column.settle()]
        names = {mark.column for marks in self._together for mark in marks} | {
            mark.column for mark in self._kept
        }
        ends = {
            name: end
            for column in self._columns
            for name in names
            if (end := column.paths.renamed(name)) != name
        }
        if ends:
            self._rename(ends)
        return settled

    def _rename(self, ends: Mapping[str, str]) -> None:
        """Let marks bear the names that paths have in the end."""

        def ended(mark: Mark) -> Mark:
            return mark.model_copy(update={"column": ends.get(mark.column, mark.column)})

        kept, self._kept = self._kept, {}
        for mark, refs in kept.items():
            self._keep_all(ended(mark), refs)
        together, self._together = self._together, Counter()
        for marks, rows in together.items():
            self._together[frozenset(map(ended, marks))] += rows

    def part(self) -> TablePart:
        """What was seen so far, to be kept; rows must be named by references."""
        self._settle()
        return TablePart(
            rows=self._rows,
            columns=tuple(column.own.evidence.part() for column in self._columns),
            paths=tuple(part for column in self._columns for part in column.paths.parts()),
            kept=tuple(Kept(mark=m, refs=tuple(map(str, refs))) for m, refs in self._kept.items()),
            together=tuple(
                Together(marks=tuple(marks), rows=rows) for marks, rows in self._together.items()
            ),
        )

    def absorb(self, part: TablePart) -> None:
        """Add another part of the same table."""
        self._rows += part.rows
        by_name = {column.own.evidence.name: column for column in self._columns}
        for column, seen in zip(self._columns, part.columns, strict=True):
            column.own.evidence.absorb(seen)
        for path in part.paths:
            by_name[path.column].paths.absorb(path)
        for each in part.kept:
            self._keep_all(each.mark, each.refs)
        for together in part.together:
            self._together[frozenset(together.marks)] += together.rows

    def finish(self) -> TableScan:
        """Judge every column; settle which pending rows are hits."""
        judges = self._settle()
        verdicts = [judge(each.evidence, len(judges)) for each in judges]
        hits: list[RowHit] = []
        real: set[Mark] = set()
        for each, verdict in zip(judges, verdicts, strict=True):
            for entity in sorted(each.watched - verdict.ignored):
                confirmed = entity in verdict.confirmed
                counting = [
                    Mark(column=verdict.column, entity=entity, pending=pending)
                    for pending in ((False, True) if confirmed else (False,))
                ]
                keys = [key for mark in counting for key in self._kept.get(mark, ())]
                where = verdict.within or verdict.column
                hits.extend(RowHit(where, entity, key) for key in keys[: self._max_hits])
                real.update(counting)
        together: Counter[frozenset[tuple[str, Entity]]] = Counter()
        for marks, count in self._together.items():
            together[frozenset((mark.column, mark.entity) for mark in marks & real)] += count
        unsettled = any(
            each.evidence.deferred - verdict.confirmed
            for each, verdict in zip(judges, verdicts, strict=True)
        )
        return TableScan(self._rows, tuple(verdicts), tuple(hits), together, unsettled)


class _Column:
    """A column as a whole, and the paths of the JSON that it may hold."""

    def __init__(
        self, evidence: ColumnEvidence, watched: frozenset[Entity], *, defer: bool
    ) -> None:
        self.own = WatchedColumn(evidence, watched, defer=defer)
        self.paths = JsonPaths(self.own)
        self.name = evidence.name

    def feed(self, cells: Sequence[object], detector: Detector) -> Iterator[Marked]:
        """Judge the texts of a batch, and the leaves of those that are JSON."""
        texts = self.own.texts(cells)
        yield from self.own.feed(texts, detector)
        yield from self.paths.feed(texts, detector)

    def settle(self) -> list[WatchedColumn]:
        """The column and its paths."""
        return [self.own, *self.paths.settle()]
