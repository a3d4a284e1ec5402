"""Which declared tables were read and which were not; what was not read is never green."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from include.governance.model.classification import Classification
from include.governance.model.control import Control
from include.governance.model.result import RuleResult
from include.governance.model.text import Text
from include.governance.report.given import ReportInput, TableScan
from include.governance.report.model import Coverage, SourceScope, Unreached
from include.governance.report.phrases import both, reason

Place = tuple[str, str]
#: Rules of the scan that name what holds no data of its own.
NOT_READ = ("view", "foreign_table")


def coverage(given: ReportInput) -> Coverage:
    """Declared tables against scanned ones."""
    declared = {(d.source, d.table) for d in given.datasets}
    scanned = {(s.source, s.table): s.rows for s in given.scanned}
    failed = _failed(given.results, given.controls)
    unreached = tuple(_unreached(declared, scanned, failed))
    return Coverage(
        declared=len(declared),
        scanned=len(declared & set(scanned) - set(failed)),
        undeclared=len(set(scanned) - declared - set(failed)),
        rows=sum(rows for place, rows in scanned.items() if place not in failed),
        unreached=unreached,
        sources=tuple(_sources(given, declared, scanned, failed)),
    )


def _sources(
    given: ReportInput,
    declared: Iterable[Place],
    scanned: Mapping[Place, int],
    failed: Mapping[Place, Text],
) -> Iterator[SourceScope]:
    """Source by source, with what the scan skipped because its data lies elsewhere."""
    declared, read = set(declared), {p: n for p, n in scanned.items() if p not in failed}
    skipped = {
        (r.source, r.table)
        for r in given.results
        if r.status == "skip" and (r.source, r.table) not in read and r.rule in NOT_READ
    }
    for name in sorted({source for source, _ in (*declared, *read, *skipped)}):
        own = {place for place in read if place[0] == name}
        yield SourceScope(
            source=name,
            declared=sum(source == name for source, _ in declared),
            scanned=len(own & declared),
            undeclared=len(own - declared),
            rows=sum(read[place] for place in own),
            not_read=tuple(sorted(table for source, table in skipped if source == name)),
        )


def scanned_tables(
    classifications: Iterable[Classification],
    results: Sequence[RuleResult],
    controls: Mapping[str, Control],
) -> tuple[TableScan, ...]:
    """The tables of a scan, for callers that did not keep their row counts.

    A table's rows are the most non-null rows of any of its columns, which is exact wherever a
    primary key is. Tables whose scan failed in this run are left out, since their classifications
    are older.
    """
    failed = _failed(results, controls)
    rows: dict[Place, int] = {}
    for found in classifications:
        place = (found.source, found.table)
        if place not in failed and found.within is None:
            rows[place] = max(rows.get(place, 0), found.rows)
    return tuple(TableScan(source=s, table=t, rows=n) for (s, t), n in sorted(rows.items()))


def _failed(results: Iterable[RuleResult], controls: Mapping[str, Control]) -> dict[Place, Text]:
    """Places that a scan could not read, with the reason; a whole source has no table."""
    failed: dict[Place, Text] = {}
    for result in results:
        control = controls.get(result.control)
        if result.status == "error" and control and control.verb == "scan":
            failed.setdefault((result.source, result.table), reason(result))
    return failed


def _unreached(
    declared: Iterable[Place], scanned: Mapping[Place, int], failed: Mapping[Place, Text]
) -> Iterator[Unreached]:
    for place in sorted({*declared, *failed}):
        source, table = place
        if place in failed:
            yield Unreached(source=source, table=table, reason=failed[place])
        elif place not in scanned:
            why = failed.get((source, "")) or both("report.not_in_scan", "not in the scan")
            yield Unreached(source=source, table=table, reason=why)
