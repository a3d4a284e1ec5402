"""flag: which records broke a promise of time or purpose, and what follows from all verbs?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from include.governance.detect.covering import covering, scan_controls
from include.governance.errors import GovernanceError, SourceError
from include.governance.expectations.suites import bind
from include.governance.flag.outcome import conclude
from include.governance.flag.purposes import outside_purpose
from include.governance.model.classification import Classification
from include.governance.model.contract import Dataset
from include.governance.model.result import RuleResult
from include.governance.model.run import RunOutcome
from include.governance.pipeline.registers import reviewed_holds
from include.governance.pipeline.resurrected import (
    flag_resurrected,
    looked_at,
    resurrection_control,
)
from include.governance.pipeline.returned import flag_returned
from include.governance.pipeline.workspace import Workspace
from include.governance.retention.holds import OpenHold
from include.governance.retention.measure import RuleNames, Terms, measure


def flag_source(
    workspace: Workspace, name: str, as_of: date, holds: tuple[OpenHold, ...]
) -> Iterator[tuple[Dataset, list[RuleResult]]]:
    """Retention of every declared table of a source that a record class governs.

    Raises SourceUnavailable when the source does not answer.
    """
    source = workspace.source(name)
    terms = retention_terms(workspace, as_of, holds)
    rules = RuleNames(workspace.control_of("undated"), workspace.control_of("premature"))
    back = {result.table: result for result in flag_resurrected(workspace, source)}
    for dataset in workspace.of_source(name):
        found: list[RuleResult] = []
        if dataset.record_classes:
            found += measure(source, dataset, terms, rules, workspace.hashing)
        if dataset.table in back:
            found.append(back[dataset.table])
        if found:
            yield dataset, found


def retention_terms(workspace: Workspace, as_of: date, holds: tuple[OpenHold, ...]) -> Terms:
    """What retention is measured against on a day."""
    return Terms(
        as_of=as_of,
        schedule=workspace.rulebook.schedule,
        fiscal_year=workspace.rulebook.policy.fiscal_year,
        zone=workspace.zone,
        holds=holds,
        datasets=workspace.datasets,
    )


def flag_registers(workspace: Workspace, as_of: date) -> list[RuleResult]:
    """The results of the rules that look at registers; raises when a register cannot be read."""
    return [*reviewed_holds(workspace, as_of), *flag_returned(workspace)]


def flag_purposes(
    workspace: Workspace, classifications: Iterable[Classification]
) -> Iterator[RuleResult]:
    """Columns that hold values outside their purposes, table by table."""
    control = workspace.control_of("out_of_purpose")
    filled: dict[str, dict[str, int]] = {}
    for found in classifications:
        filled.setdefault(f"{found.source}.{found.table}", {})[found.column] = found.rows
    for dataset in workspace.datasets:
        if dataset.id not in filled:
            continue
        columns = outside_purpose(dataset, workspace.rulebook.policy, filled[dataset.id])
        refs = sorted(workspace.hashing.ref(dataset.source, dataset.table, (c,)) for c in columns)
        yield RuleResult(
            control=control,
            rule="out_of_purpose",
            source=dataset.source,
            table=dataset.table,
            columns=columns,
            status="fail" if columns else "pass",
            rows=len(columns),
            row_refs=tuple(refs),
        )


def conclude_run(
    workspace: Workspace, results: Sequence[RuleResult], as_of: date
) -> tuple[RunOutcome, tuple[RuleResult, ...]]:
    """The outcome of all verbs; what was declared and not evaluated is an error, never a pass."""
    complete = (*results, *missing(workspace, results, as_of))
    outcome = conclude(
        complete, workspace.controls, workspace.rulebook.policy, workspace.datasets, as_of
    )
    return outcome, complete


def missing(
    workspace: Workspace, results: Iterable[RuleResult], as_of: date
) -> Iterator[RuleResult]:
    """An error for every control and declared table that should have a result and has none."""
    have = {(r.control, r.source, r.table) for r in results}
    for control, dataset in sorted(expected(workspace, as_of), key=lambda e: (e[0], e[1].id)):
        if (control, dataset.source, dataset.table) not in have:
            yield failure(control, dataset.source, dataset.table, "not_evaluated")


def expected(workspace: Workspace, as_of: date) -> Iterator[tuple[str, Dataset]]:
    """Every control and declared table that a complete run judges."""
    scans = scan_controls(workspace.controls)
    undeclared = [name for name, c in scans.items() if c.scan and c.scan.undeclared]
    for dataset in workspace.datasets:
        for name in undeclared:
            yield name, dataset
        for name, control in covering(dataset, scans):
            rule = control.scan
            if rule and (rule.entities or dataset.with_category(*rule.categories)):
                yield name, dataset
        for name in {item.control for item in bind(workspace.suites, dataset, as_of, {})}:
            yield name, dataset
        yield workspace.control_of("out_of_purpose"), dataset
        for use in dataset.record_classes:
            record = workspace.rulebook.schedule.record_classes.get(use.record_class)
            if record:
                yield record.control, dataset
                yield workspace.control_of("undated"), dataset
    back = resurrection_control(workspace)
    for name in workspace.source_names if back else ():
        for dataset in looked_at(workspace, name):
            yield str(back), dataset


def unreachable(
    workspace: Workspace, name: str, error: SourceError, controls: Iterable[str], as_of: date
) -> list[RuleResult]:
    """An error for each of these controls on every declared table of a source."""
    wanted = set(controls)
    return [
        failure(control, dataset.source, dataset.table, error.code, dict(error.facts))
        for control, dataset in expected(workspace, as_of)
        if dataset.source == name and control in wanted
    ]


def failure(
    control: str,
    source: str,
    table: str,
    reason: str,
    facts: Mapping[str, str | int | float] | None = None,
) -> RuleResult:
    """A rule that could not be evaluated."""
    return RuleResult(
        control=control,
        rule="-",
        source=source,
        table=table,
        status="error",
        reason=reason,
        facts=dict(facts or {"source": source, "table": table}),
    )


def register_failure(workspace: Workspace, error: GovernanceError) -> RuleResult:
    """The hold review could not be evaluated."""
    control = workspace.control_of("hold_review")
    return failure(control, "-", "holds", error.code, dict(error.facts))
