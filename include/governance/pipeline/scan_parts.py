"""Divide large tables by their key, for tasks to read side by side, and join what they found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from include.governance.detect.part import TablePart
from include.governance.errors import SourceMismatch
from include.governance.model.base import Model
from include.governance.pipeline.scan import Asked, Parts, asked, reader_of
from include.governance.pipeline.workspace import Workspace
from include.governance.source.database import Source
from include.governance.source.key_range import KeyRange, ranges
from include.governance.store.scan_parts import ScanParts


class Part(Model):
    """A part of a place: number ``number`` of ``within``."""

    source: str
    place: str
    number: int
    of: int
    within: KeyRange


def divided(workspace: Workspace, name: str) -> Iterator[Part]:
    """The parts of the large tables of a source; what cannot be divided is left to the scan.

    So is what is only appended to: a scan reads of it what is new.
    """
    source = workspace.source(name)
    for each in _tables(workspace, source):
        try:
            reader, _ = reader_of(workspace, source, each)
            found = ranges(source, reader.live, reader.key, workspace.settings.part_rows)
        except SourceMismatch:
            continue
        for number, within in enumerate(found):
            yield Part(source=name, place=reader.place, number=number, of=len(found), within=within)


def read_part(workspace: Workspace, parts: ScanParts, run_id: str, part: Part) -> int:
    """Read a part and keep what it shows; the number of its rows."""
    source = workspace.source(part.source)
    for each in _tables(workspace, source):
        reader, _ = reader_of(workspace, source, each)
        if reader.place == part.place:
            seen = reader.read(part.within.of, defer=True).part()
            document = f"{part.of}\n{seen.model_dump_json()}"
            parts.keep(run_id, part.source, part.place, part.number, document)
            return seen.rows
    raise SourceMismatch("table_missing", source=source.name, table=part.place)


def kept_parts(parts: ScanParts, run_id: str, source: str) -> Parts:
    """The parts that a run's tasks have kept, by place; none where one of them is missing."""

    def of(place: str) -> Sequence[TablePart]:
        found = parts.of(run_id, source, place)
        split = [found[number].split("\n", 1) for number in sorted(found)]
        if any(int(count) != len(split) for count, _ in split):
            return ()
        return [TablePart.model_validate_json(document) for _, document in split]

    return of


def _tables(workspace: Workspace, source: Source) -> Iterator[Asked]:
    for each in asked(workspace, source):
        appended = each.dataset is not None and each.dataset.append_only is not None
        if each.place and each.place.holds_data and not appended:
            yield each
