"""What a hold that is being placed keeps now, table by table, and what is doubtful about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, false

from include.governance.errors import GovernanceError, PlanError
from include.governance.model.contract import Dataset
from include.governance.model.mistake import Mistake
from include.governance.model.register import HoldRow
from include.governance.pipeline.workspace import Workspace
from include.governance.retention.hold_review import ReviewTerms, problems
from include.governance.retention.hold_scope import OpenHold, meant
from include.governance.retention.holds import held
from include.governance.retention.key_kinds import KeyColumns
from include.governance.retention.measure import counted
from include.governance.store.register_entry import mistake


@dataclass(frozen=True)
class Effect:
    """How many rows of which tables a hold keeps now; ``errors`` say of which nobody knows.

    ``reason_listed`` is false when a record class of those tables does not list its reason.
    """

    rows: Mapping[str, int]
    errors: tuple[GovernanceError, ...]
    reason_listed: bool


class Keeping:
    """The rows that a hold's entries in the register would keep."""

    def __init__(self, workspace: Workspace, rows: Sequence[HoldRow]) -> None:
        self._workspace = workspace
        self._rows = rows
        self._scopes = [OpenHold(row.table_name, row.subject_ref, row.hold_id) for row in rows]
        self._found: list[tuple[Dataset, ColumnElement[bool]]] = []
        self._errors: list[GovernanceError] = []
        for dataset in workspace.datasets:
            try:
                self._look_at(dataset)
            except GovernanceError as error:
                self._errors.append(error)

    def _look_at(self, dataset: Dataset) -> None:
        columns = KeyColumns(self._workspace.source(dataset.source))
        where = held(dataset, columns, self._scopes, self._workspace.datasets)
        if not where.compare(false()):
            self._found.append((dataset, where))

    def mistakes(self) -> Iterator[Mistake]:
        """A key that the subject's own table cannot hold names nobody."""
        datasets = self._workspace.datasets
        own = {d.id for scope in self._scopes if scope.subject_ref for d in meant(scope, datasets)}
        if any(isinstance(e, PlanError) and e.facts["table"] in own for e in self._errors):
            yield mistake(HoldRow.register_name, 0, "subject_ref", "hold_key")

    def effect(self, as_of: date) -> Effect:
        """Count the rows, as far as their tables can be read."""
        rows, errors = dict[str, int](), list(self._errors)
        for dataset, where in self._found:
            try:
                source = self._workspace.source(dataset.source)
                rows[dataset.id] = counted(source, dataset, where)
            except GovernanceError as error:
                errors.append(error)
        return Effect(rows, tuple(errors), self._reason_listed(as_of))

    def _reason_listed(self, as_of: date) -> bool:
        terms = ReviewTerms(as_of, self._workspace.rulebook.schedule, self._workspace.datasets)
        return not any(
            problem.rule == "hold_reason" and problem.code is None
            for row, scope in zip(self._rows, self._scopes, strict=True)
            for problem in problems(row, scope, terms)
        )
