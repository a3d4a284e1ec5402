"""scan: what do the tables really hold, and does it break a control?"""

from __future__ import annotations

from collections.abc import Iterator

from include.governance.detect.covering import covering, scan_controls
from include.governance.detect.scan import Scanned, ScanTerms, scan
from include.governance.detect.values import Detector
from include.governance.errors import SourceError, SourceMismatch
from include.governance.model.contract import Dataset
from include.governance.model.result import RuleResult
from include.governance.pipeline.workspace import Workspace
from include.governance.source.database import Source


def scan_source(workspace: Workspace, name: str) -> Iterator[Scanned]:
    """Every table of a source, declared or not, one after another.

    A declared table that is not there, and a source without a single row, are errors. Raises
    SourceUnavailable when the source does not answer.
    """
    source = workspace.source(name)
    present = set(source.table_names()) - workspace.left_out(source)
    declared = {dataset.table: dataset for dataset in workspace.of_source(name)}
    rows = 0
    for table in sorted(present | set(declared)):
        found = scan_table(workspace, source, table, declared.get(table), table in present)
        rows += found.rows
        yield found
    if not rows:
        yield Scanned("", 0, (), (_empty(workspace, name),))


def scan_table(
    workspace: Workspace, source: Source, table: str, dataset: Dataset | None, present: bool
) -> Scanned:
    """One table; what cannot be read is an error for every control that looks at it."""
    terms = _terms(workspace)
    try:
        schema = dataset.schema_name if dataset else None
        if not present and schema is None:
            raise SourceMismatch("table_missing", source=source.name, table=table)
        live = source.live_table(table, schema)
        return scan(source, live, dataset, Detector(), terms)
    except SourceError as error:
        if error.retryable:
            raise
        return Scanned(table, 0, (), tuple(_failed(source.name, table, dataset, error, terms)))


def _terms(workspace: Workspace) -> ScanTerms:
    return ScanTerms(
        scan_controls(workspace.controls), workspace.rulebook.policy, workspace.hashing
    )


def _failed(
    source: str, table: str, dataset: Dataset | None, error: SourceError, terms: ScanTerms
) -> Iterator[RuleResult]:
    looking = {name for name, c in terms.controls.items() if c.scan and c.scan.undeclared}
    if dataset is not None:
        looking |= {name for name, _ in covering(dataset, terms.controls)}
    for control in sorted(looking):
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
    terms = _terms(workspace)
    control = next(name for name, c in terms.controls.items() if c.scan and c.scan.undeclared)
    return RuleResult(
        control=control,
        rule="scan",
        source=source,
        table="",
        status="error",
        reason="source_empty",
        facts={"source": source},
    )
