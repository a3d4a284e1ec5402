"""The rules over registers and tables of meaning: what is judged, and with which connections."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy.engine import make_url

from include.governance.expectations.breaking import Breaking
from include.governance.expectations.suites import rules_of
from include.governance.model.result import Expected, RuleResult
from include.governance.pipeline.database_grants import database_grants, database_grants_expected
from include.governance.pipeline.own_checks import own_checks, own_checks_expected
from include.governance.pipeline.purpose_needs import purpose_needs, purpose_needs_expected
from include.governance.pipeline.recipient_grants import (
    recipient_grants,
    recipient_grants_expected,
)
from include.governance.pipeline.workspace import Workspace
from include.governance.rules.judge import Company, expected, judge
from include.governance.rules.rule import Rule
from include.governance.rules.run import Run
from include.governance.source.database import Source
from include.governance.source.dialect import in_sets
from include.governance.store.register_rows import STORE


def check_rules(workspace: Workspace, as_of: date) -> Iterator[RuleResult]:
    """The result of every rule on every table whose rows it judges; what fails is an error."""
    with Breaking() as breaking:
        company = Company(
            policy=workspace.rulebook.policy,
            datasets=workspace.datasets,
            zone=workspace.zone,
            hashing=workspace.hashing,
            open=lambda name: _source(workspace, name),
            listing=breaking.keys,
        )
        yield from judge(_rules(workspace), company, as_of)
        yield from own_checks(workspace, breaking.keys)
        yield from purpose_needs(workspace, open_run(workspace, as_of), as_of, breaking.keys)
    yield from database_grants(workspace)
    yield from recipient_grants(workspace, as_of)


def rules_expected(workspace: Workspace) -> Iterator[Expected]:
    """What must have a result."""
    yield from expected(_rules(workspace), workspace.datasets)
    yield from own_checks_expected(workspace)
    yield from purpose_needs_expected(workspace)
    yield from database_grants_expected(workspace)
    yield from recipient_grants_expected(workspace)


def _rules(workspace: Workspace) -> tuple[Rule, ...]:
    return tuple(rules_of(workspace.suites, workspace.rulebook.policy))


def open_run(workspace: Workspace, as_of: date) -> Run:
    """Where rules are judged outside a suite, or their SQL is written."""
    return Run(
        workspace.rulebook.policy,
        workspace.datasets,
        workspace.zone,
        workspace.hashing,
        lambda name: _source(workspace, name),
        as_of,
    )


def _source(workspace: Workspace, name: str) -> Source:
    """A source, or the store read as one."""
    if name == STORE:
        return Source(STORE, make_url(workspace.settings.store_url))
    return Source(name, in_sets(workspace.connect(name)))
