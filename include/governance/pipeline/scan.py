"""scan: what do the tables really hold, and does it break a control?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from include.governance.detect.appended import Evidence, appended
from include.governance.detect.covering import covering, scan_controls, undeclared_control
from include.governance.detect.gone import gone, not_judged, without
from include.governance.detect.memory import Memory
from include.governance.detect.part import TablePart
from include.governance.detect.reader import Reader, ScanTerms
from include.governance.detect.scan import Scanned, scan, scan_appended, scan_sample
from include.governance.detect.values import Detector
from include.governance.errors import SourceError, SourceMismatch
from include.governance.model.contract import Column, Dataset
from include.governance.model.result import RuleResult
from include.governance.pipeline.views import Views
from include.governance.pipeline.workspace import Workspace
from include.governance.source.database import Source
from include.governance.source.places import Place
from include.governance.source.sample import Sample


@dataclass(frozen=True)
class Asked:
    """A place to look at under the name it is reported by, with its contract if it has one."""

    label: str
    place: Place | None
    dataset: Dataset | None


Parts = Callable[[str], Sequence[TablePart]]
"""What tasks have read of a place, by its name; nothing where they have not read all of it."""


def _no_parts(_place: str) -> Sequence[TablePart]:
    return ()


def _nothing_seen(_place: str) -> Evidence | None:
    return None


@dataclass(frozen=True)
class Ways:
    """How the tables of a source are read.

    Those that are only appended to from what earlier scans have ``seen`` on, by the ``day``; those
    of which there are ``parts`` by these; all of them in a ``sample``, if one is wanted.
    """

    day: date | None = None
    seen: Callable[[str], Evidence | None] = _nothing_seen
    parts: Parts = _no_parts
    sample: Sample | None = None


EVERY_ROW = Ways()


def scan_source(workspace: Workspace, name: str, ways: Ways = EVERY_ROW) -> Iterator[Scanned]:
    """Every place of a source that holds data, declared or not, one after another.

    Views and tables of other servers are scanned when a contract declares them. Other views are
    judged by what they show of declared tables; other tables of other servers are named. A declared
    table or column that is not there, and a source without a single row, are errors, but that a
    sample may have chosen none. Raises SourceUnavailable when the source does not answer.
    """
    source = workspace.source(name)
    views = Views(workspace, source, undeclared_control(scan_controls(workspace.controls)))
    rows = 0
    for _, several in groupby(sorted(asked(workspace, source), key=_label), key=_label):
        found = _joined([_scanned(workspace, source, each, ways, views) for each in several])
        rows += found.rows
        yield found
    if not rows and ways.sample is None:
        yield Scanned("", 0, (), (_empty(workspace, name),))


def asked(workspace: Workspace, source: Source) -> Iterator[Asked]:
    """What a scan of the source looks at, the declared tables first."""
    there, own = source.places(), workspace.left_out(source)
    claimed: set[Place] = set()
    for dataset in workspace.of_source(source.name):
        place = next((p for p in there if p.is_named(dataset.schema_name, dataset.table)), None)
        claimed |= {place} if place else set()
        yield Asked(dataset.table, place, dataset)
    for place in there:
        is_own = place.schema is None and place.name in own
        if place not in claimed and not is_own and (place.holds_data or place.shows_data):
            yield Asked(place.label, place, None)


def _label(each: Asked) -> str:
    return each.label


def _joined(several: Sequence[Scanned]) -> Scanned:
    """Places of one label are reported as one: nothing that one holds hides behind another."""
    if len(several) == 1:
        return several[0]
    return Scanned(
        several[0].table,
        sum(each.rows for each in several),
        tuple(c for each in several for c in each.classifications),
        tuple(r for each in several for r in each.results),
        read=any(each.read for each in several),
    )


def _scanned(
    workspace: Workspace, source: Source, each: Asked, ways: Ways, views: Views
) -> Scanned:
    """One place; what cannot be read is an error for every control that looks at it."""
    terms, place, dataset = _terms(workspace), each.place, each.dataset
    if place and place.kind == "foreign_table" and dataset is None:
        return Scanned(each.label, 0, (), (_only_named(source, place, terms),), read=False)
    try:
        if place and place.kind == "view" and dataset is None:
            return Scanned(each.label, 0, (), (views.judged(place),), read=False)
        reader, missing = reader_of(workspace, source, each)
        found = _read(reader, each, ways)
        errors = not_judged(dataset, missing, terms) if dataset else ()
        return replace(found, results=(*found.results, *errors))
    except SourceError as error:
        if error.retryable:
            raise
        failed = tuple(_failed(source.name, each.label, dataset, error, terms))
        return Scanned(each.label, 0, (), failed)


def _read(reader: Reader, each: Asked, ways: Ways) -> Scanned:
    if ways.sample and each.place and each.place.holds_data:
        return scan_sample(reader, ways.sample)
    table = appended(reader, ways.day) if ways.day else None
    if table:
        return scan_appended(table, ways.seen(reader.place))
    return scan(reader, ways.parts(reader.place))


def reader_of(
    workspace: Workspace, source: Source, each: Asked
) -> tuple[Reader, tuple[Column, ...]]:
    """What reads a place, and the declared columns that it does not have."""
    place, dataset = each.place, each.dataset
    schema = place.schema if place else dataset.schema_name if dataset else None
    if place is None and schema is None:
        raise SourceMismatch("table_missing", source=source.name, table=each.label)
    live = source.live_table(place.name if place else each.label, schema)
    missing = gone(dataset, live) if dataset else ()
    there = without(dataset, missing) if dataset and missing else dataset
    terms, detector = _terms(workspace), _detector(workspace)
    return Reader(source, live, each.label, there, detector, terms), missing


def _detector(workspace: Workspace) -> Detector:
    """One that remembers, beside the store, what it has searched before."""
    settings = workspace.settings
    return Detector(Memory(settings.scan_memory, settings.key.get_secret_value()))


def _only_named(source: Source, place: Place, terms: ScanTerms) -> RuleResult:
    return RuleResult(
        control=undeclared_control(terms.controls),
        rule=place.kind,
        source=source.name,
        table=place.label,
        status="skip",
        reason="foreign_table_not_scanned",
        facts={"source": source.name, "table": place.label},
    )


def _terms(workspace: Workspace) -> ScanTerms:
    return ScanTerms(
        scan_controls(workspace.controls), workspace.rulebook.policy, workspace.hashing
    )


def _failed(
    source: str, table: str, dataset: Dataset | None, error: SourceError, terms: ScanTerms
) -> Iterator[RuleResult]:
    looking = {name for name, _ in covering(dataset, terms.controls)}
    for control in sorted(looking | {undeclared_control(terms.controls)}):
        yield RuleResult(
            control=control,
            rule="scan",
            source=source,
            table=table,
            status="error",
            reason=error.code,
            facts=dict(error.facts),
        )


def _empty(workspace: Workspace, source: str) -> RuleResult:
    return RuleResult(
        control=undeclared_control(scan_controls(workspace.controls)),
        rule="scan",
        source=source,
        table="",
        status="error",
        reason="source_empty",
        facts={"source": source},
    )
