"""Read a few masked examples of each verdict out of the sources, when somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select

from include.governance.detect.examples import Example, examples
from include.governance.detect.values import Detector
from include.governance.model.classification import Classification
from include.governance.pipeline.scan import asked
from include.governance.pipeline.workspace import Workspace
from include.governance.source.database import Source, named
from include.governance.source.places import Place


def examples_of(
    workspace: Workspace, verdicts: Iterable[Classification], count: int
) -> Iterator[tuple[Classification, Example]]:
    """Each verdict that found something, with at most ``count`` examples; nothing is kept.

    Raises SourceUnavailable when a source does not answer.
    """
    detector = Detector()
    for verdict in verdicts:
        if verdict.outcome == "none" or verdict.within:
            continue
        source = workspace.source(verdict.source)
        for each in asked(workspace, source):
            if each.label == verdict.table and each.place:
                cells = _cells(source, each.place, verdict.column)
                for example in examples(verdict, cells, detector, count):
                    yield verdict, example


def _cells(source: Source, place: Place, column: str) -> Iterator[Sequence[object]]:
    table = named(place.name, (column,), place.schema)
    query = select(table.c[column]).where(table.c[column].is_not(None))
    for batch in source.rows(query, place.label):
        yield [row[0] for row in batch]
