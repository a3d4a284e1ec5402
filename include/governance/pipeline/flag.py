"""flag: which records broke a promise of time or purpose, and what follows from all verbs?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from include.governance.detect.covering import covering, scan_controls
from include.governance.detect.entities import CATEGORIES
from include.governance.errors import SourceError, StoreError
from include.governance.expectations.suites import bind
from include.governance.flag.outcome import conclude
from include.governance.flag.purposes import outside_purpose
from include.governance.model.classification import Classification
from include.governance.model.contract import Dataset
from include.governance.model.result import Expected, RuleResult
from include.governance.model.run import RunOutcome
from include.governance.pipeline.registers import REGISTERS, hold_rules, reviewed_holds
from include.governance.pipeline.resurrected import (
    flag_resurrected,
    looked_at,
    resurrection_control,
)
from include.governance.pipeline.returned import flag_forgotten, flag_returned, return_rules
from include.governance.pipeline.rules import rules_expected
from include.governance.pipeline.terms import retention_terms
from include.governance.pipeline.workspace import Workspace
from include.governance.retention.declared import RuleNames, declared
from include.governance.retention.hold_scope import OpenHold
from include.governance.retention.measure import measure

#: A verb that judged the day to its end, and the source.
Finished = tuple[str, str]


def flag_source(
    workspace: Workspace, name: str, as_of: date, holds: tuple[OpenHold, ...]
) -> Iterator[tuple[Dataset, list[RuleResult]]]:
    """Retention of every declared table of a source that a record class governs.

    Raises SourceUnavailable when the source does not answer.
    """
    source = workspace.source(name)
    terms = retention_terms(workspace, as_of, holds)
    rules = rule_names(workspace)
    back = {result.table: result for result in flag_resurrected(workspace, source)}
    for dataset in workspace.of_source(name):
        found: list[RuleResult] = []
        if dataset.record_classes:
            found += measure(source, dataset, terms, rules, workspace.hashing)
        if dataset.table in back:
            found.append(back[dataset.table])
        if found:
            yield dataset, found


def rule_names(workspace: Workspace) -> RuleNames:
    """The controls of the catalogue that retention is reported under."""
    return RuleNames(workspace.control_of("undated"), workspace.control_of("premature"))


def flag_registers(workspace: Workspace, as_of: date) -> Iterator[RuleResult]:
    """The results of the rules that look at registers; one that cannot be read is an error of each.

    Raises StoreUnavailable when the store does not answer.
    """
    yield from _or_errors(hold_rules(workspace), lambda: reviewed_holds(workspace, as_of))
    yield from _or_errors(return_rules(workspace), lambda: flag_returned(workspace))
    yield from flag_forgotten(workspace)


def _or_errors(
    rules: Iterable[Expected], judge: Callable[[], Iterator[RuleResult]]
) -> list[RuleResult]:
    try:
        return list(judge())
    except (SourceError, StoreError) as error:
        if isinstance(error, StoreError) and error.retryable:
            raise
        return [
            failure(control, source, table, error.code, error.facts, rule=rule)
            for source, table, control, rule in rules
        ]


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
    workspace: Workspace,
    results: Sequence[RuleResult],
    as_of: date,
    finished: Collection[Finished],
) -> tuple[RunOutcome, tuple[RuleResult, ...]]:
    """The outcome of all verbs; what was declared and not evaluated is an error, never a pass."""
    complete = (*results, *missing(workspace, results, as_of, finished))
    outcome = conclude(
        complete, workspace.controls, workspace.rulebook.policy, workspace.datasets, as_of
    )
    return outcome, complete


def missing(
    workspace: Workspace,
    results: Sequence[RuleResult],
    as_of: date,
    finished: Collection[Finished],
) -> Iterator[RuleResult]:
    """An error for every rule that should have a result and has none.

    Where a control ended in an error on a table, that error stands for all its rules there. What
    is judged by what a scan found fails for the reason for which the scan did.
    """
    have = Counter((r.source, r.table, r.control, r.rule) for r in results)
    errors = [r for r in results if r.status == "error"]
    failed = {(r.source, r.table, r.control) for r in errors}
    verbs = {name: control.verb for name, control in workspace.controls.items()}
    unread = {(r.source, r.table): r for r in errors if verbs.get(r.control) == "scan"}
    of_registers = set(_of_registers(workspace))
    wanted = Counter(expected(workspace, as_of))
    for expect, number in sorted(wanted.items()):
        if have[expect] >= number or expect[:3] in failed:
            continue
        source, table, control, rule = expect
        verb = "scan" if rule == "out_of_purpose" else verbs[control]
        cause = unread.get((source, table)) if verb == "scan" else None
        if cause and cause.reason:
            yield failure(control, source, table, cause.reason, cause.facts, rule=rule)
            continue
        facts = {"source": source, "table": table, "verb": verb, "rule": rule}
        scope = REGISTERS if expect in of_registers else source
        code = "no_result" if (verb, scope) in finished else "not_evaluated"
        yield failure(control, source, table, code, facts, rule=rule)


def expected(workspace: Workspace, as_of: date) -> Iterator[Expected]:
    """Every rule that a complete run evaluates, as often as it does."""
    yield from _of_sources(workspace, as_of)
    yield from _of_registers(workspace)


def _of_registers(workspace: Workspace) -> Iterator[Expected]:
    yield from hold_rules(workspace)
    yield from return_rules(workspace)
    yield from rules_expected(workspace)


def _of_sources(workspace: Workspace, as_of: date) -> Iterator[Expected]:
    for dataset in workspace.datasets:
        for control, rule in _rules(workspace, dataset, as_of):
            yield dataset.source, dataset.table, control, rule
    if back := resurrection_control(workspace):
        for name in workspace.source_names:
            for dataset in looked_at(workspace, name):
                yield dataset.source, dataset.table, back, "resurrected"


def _rules(workspace: Workspace, dataset: Dataset, as_of: date) -> Iterator[tuple[str, str]]:
    scans = scan_controls(workspace.controls)
    yield from ((name, "undeclared") for name, c in scans.items() if c.scan and c.scan.undeclared)
    for name, control in covering(dataset, scans):
        rule = control.scan
        if rule and (rule.entities or set(rule.categories) & set(CATEGORIES.values())):
            yield name, "found"
        if rule and dataset.with_category(*rule.categories):
            yield name, "held"
    yield from ((i.control, i.reported) for i in bind(workspace.suites, dataset, as_of, {}))
    yield workspace.control_of("out_of_purpose"), "out_of_purpose"
    for each in declared(dataset, workspace.rulebook.schedule, rule_names(workspace)):
        yield each.control, each.rule


def unreachable(
    workspace: Workspace, name: str, error: SourceError, controls: Iterable[str], as_of: date
) -> list[RuleResult]:
    """An error for each rule of these controls on every declared table of a source."""
    wanted = set(controls)
    return [
        failure(control, source, table, error.code, dict(error.facts), rule=rule)
        for source, table, control, rule in _of_sources(workspace, as_of)
        if source == name and control in wanted
    ]


def failure(
    control: str,
    source: str,
    table: str,
    reason: str,
    facts: Mapping[str, str | int | float] | None = None,
    rule: str = "-",
) -> RuleResult:
    """A rule that could not be evaluated."""
    return RuleResult(
        control=control,
        rule=rule,
        source=source,
        table=table,
        status="error",
        reason=reason,
        facts=dict(facts or {"source": source, "table": table}),
    )
