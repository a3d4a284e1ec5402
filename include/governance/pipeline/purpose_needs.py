"""Purpose limitation: records that no purpose needs any more, and purposes that do not say.

A record is *needed* while one reason of one purpose of its columns holds, *no longer needed* when
none does, and a *gap* where none does but a purpose gives no reason that could be judged. What
was disposed of, what a law or a hold keeps, and what is over-retained anyway is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from sqlalchemy import ColumnElement, and_, not_, or_

from include.governance.errors import ContractError, GovernanceError, StoreError
from include.governance.model.contract import Dataset
from include.governance.model.control import CheckRule
from include.governance.model.result import Expected, Facts, RuleResult, Status
from include.governance.pipeline.registers import open_holds
from include.governance.pipeline.terms import retention_terms
from include.governance.pipeline.workspace import Workspace
from include.governance.retention.holds import held
from include.governance.retention.key_kinds import KeyColumns
from include.governance.retention.links import links_from
from include.governance.retention.measure import Terms, open_rule
from include.governance.retention.rules import floor_running, over_retained
from include.governance.rules.listing import Listing
from include.governance.rules.needs import Needed, needed, read_reasons
from include.governance.rules.run import Ran, Run
from include.governance.source.database import Source
from include.governance.source.rows import RowRefs, table_of

ENDED: CheckRule = "no_longer_needed"
GAP: CheckRule = "need_undeclared"


def purpose_needs(
    workspace: Workspace, run: Run, as_of: date, listing: Listing
) -> Iterator[RuleResult]:
    """Both checks on every group of columns; what cannot be judged is an error of both."""
    controls = _controls(workspace)
    if not controls:
        return
    basis = _Basis(workspace, as_of)
    for group in _groups(workspace):
        place: Facts = {"source": group.dataset.source, "table": group.dataset.table}
        try:
            ran = _unneeded(workspace, run, group, basis, listing)
        except GovernanceError as error:
            if isinstance(error, StoreError) and error.retryable:
                raise
            for check, control in controls.items():
                facts: Facts = {**place, **error.facts}
                yield _result(group, check, control, "error", reason=error.code, facts=facts)
            continue
        gap = bool(group.silent) and group.rule is not None
        for check, control in controls.items():
            if gap and check == ENDED:
                facts = {**place, "purposes": ", ".join(group.silent)}
                yield _result(
                    group, check, control, "skip", reason="needs_not_declared", facts=facts
                )
            else:
                yield _judged(group, check, control, ran if gap == (check == GAP) else _NOTHING)


def purpose_needs_expected(workspace: Workspace) -> Iterator[Expected]:
    """What must have a result."""
    controls = _controls(workspace)
    for group in _groups(workspace) if controls else ():
        for check, control in controls.items():
            yield group.dataset.source, group.dataset.table, control, group.called(check)


def purpose_statements(
    workspace: Workspace, run: Run, as_of: date, control: str, rule: str, place: tuple[str, str]
) -> Iterator[tuple[str, str]]:
    """The SQL by which a group of columns is judged, each with where it runs."""
    checks = {name: check for check, name in _controls(workspace).items()}
    for group in _groups(workspace) if control in checks else ():
        at = (group.dataset.source, group.dataset.table)
        if at == place and group.called(checks[control]) == rule and group.rule is not None:
            only = _looked_at(workspace, group, _Basis(workspace, as_of))
            yield from run.statements(group.rule, group.relation, replace(group.place, only=only))


_NOTHING = Ran(RowRefs(), {})


class _Basis:
    """What tables are judged by: the terms of retention, with the open holds, read once."""

    def __init__(self, workspace: Workspace, as_of: date) -> None:
        self._workspace, self._as_of = workspace, as_of
        self._there: set[str] = set()

    def read(self, dataset: Dataset) -> None:
        """See that a table is there; raises where its source does not answer."""
        if dataset.id not in self._there:
            source = self._workspace.source(dataset.source)
            source.live_table(dataset.table, dataset.schema_name)
            self._there.add(dataset.id)

    @cached_property
    def terms(self) -> Terms:
        """Raises where the register of holds cannot be read."""
        holds = open_holds(self._workspace, self._as_of)
        return retention_terms(self._workspace, self._as_of, holds)


def _controls(workspace: Workspace) -> dict[CheckRule, str]:
    wanted = (ENDED, GAP)
    return {c.check: name for name, c in workspace.controls.items() if c.check in wanted}


def _groups(workspace: Workspace) -> Iterator[Needed]:
    datasets, policy = workspace.datasets, workspace.rulebook.policy
    reasons = read_reasons(policy, datasets)
    for dataset in datasets:
        scheduled = _scheduled(dataset, datasets)
        yield from needed(dataset, datasets, policy, reasons, scheduled=scheduled)


def _scheduled(dataset: Dataset, datasets: Sequence[Dataset]) -> bool:
    """Whether the schedule says how long records are kept, theirs or those that they hang on."""
    seen, level = {dataset.id}, [dataset]
    while level:
        if any(each.record_classes for each in level):
            return True
        try:
            above = {up.parent.id: up.parent for each in level for up in links_from(each, datasets)}
        except ContractError:  # nobody knows on what they hang
            return False
        level = [each for name, each in above.items() if name not in seen]
        seen |= set(above)
    return False


def _unneeded(
    workspace: Workspace, run: Run, group: Needed, basis: _Basis, listing: Listing
) -> Ran:
    """The records that no declared reason needs."""
    if group.rule is None:
        basis.read(group.dataset)
        return _NOTHING
    only = _looked_at(workspace, group, basis)
    return run.table(group.rule, group.relation, replace(group.place, only=only), listing)


def _looked_at(
    workspace: Workspace, group: Needed, basis: _Basis
) -> tuple[ColumnElement[bool], ...]:
    """Rows that hold a value in one of the columns and are nobody else's business."""
    dataset, terms = group.dataset, basis.terms
    source, table = workspace.source(dataset.source), table_of(dataset)
    filled = or_(*(table.c[name].is_not(None) for name in group.columns))
    kept = held(dataset, KeyColumns(source), terms.holds, terms.datasets)
    return filled, not_(kept), *_within(source, group, terms)


def _within(source: Source, group: Needed, terms: Terms) -> Iterator[ColumnElement[bool]]:
    """Rows that were not disposed of, are not due, and that no law keeps, class by class."""
    year, day, zone = terms.fiscal_year, terms.as_of, terms.zone
    for use in group.dataset.record_classes:
        rule = open_rule(source, group.dataset, use, terms)
        yield not_(and_(rule.of_class, not_(rule.alive)))
        yield not_(over_retained(rule, day, year, zone))
        yield not_(floor_running(rule, day, year, zone))


def _judged(group: Needed, check: CheckRule, control: str, ran: Ran) -> RuleResult:
    status: Status = "fail" if ran.found.rows else "pass"
    found = {"rows": ran.found.rows, "row_refs": ran.found.refs}
    return _result(group, check, control, status, facts=ran.facts, **found)


def _result(
    group: Needed, check: CheckRule, control: str, status: Status, **said: object
) -> RuleResult:
    dataset = group.dataset
    place = {"source": dataset.source, "table": dataset.table, "columns": group.columns}
    named = {"control": control, "rule": group.called(check), "status": status}
    return RuleResult.model_validate({**named, **place, **said})
