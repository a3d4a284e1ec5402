"""plan: what would a disposal change? Nothing is changed here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from include.governance.model.facts import DueRows
from include.governance.model.plan import Plan
from include.governance.pipeline.terms import retention_terms
from include.governance.pipeline.workspace import Workspace, names
from include.governance.plan.build import build
from include.governance.retention.facts import due_rows
from include.governance.retention.hold_scope import OpenHold


def plan_facts(
    workspace: Workspace, source_name: str, as_of: date, holds: tuple[OpenHold, ...]
) -> list[DueRows]:
    """What is due in one source, counted and hashed; raises when a rule cannot be evaluated."""
    source = workspace.source(source_name)
    terms = retention_terms(workspace, as_of, holds)
    return [
        due_rows(source, dataset, use, terms, workspace.hashing)
        for dataset in workspace.of_source(source_name)
        for use in dataset.record_classes
    ]


def plan_retention(workspace: Workspace, facts: Iterable[DueRows], as_of: date) -> Plan:
    """One plan over the facts of one or more sources."""
    return build(
        sorted(facts, key=lambda f: (f.source, f.record_class, f.table)),
        names(workspace.datasets),
        workspace.rulebook.schedule,
        workspace.rulebook.policy,
        as_of,
        workspace.rulebook_sha256,
        workspace.contracts_sha256,
    )
