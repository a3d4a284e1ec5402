"""What retention is measured against in an installation."""

from __future__ import annotations

from datetime import date

from include.governance.pipeline.workspace import Workspace
from include.governance.retention.hold_scope import OpenHold
from include.governance.retention.measure import Terms


def retention_terms(workspace: Workspace, as_of: date, holds: tuple[OpenHold, ...]) -> Terms:
    """What retention is measured against on a day."""
    return Terms(
        as_of=as_of,
        schedule=workspace.rulebook.schedule,
        fiscal_year=workspace.rulebook.policy.fiscal_year,
        zone=workspace.zone,
        holds=holds,
        datasets=workspace.datasets,
        policy=workspace.rulebook.policy,
    )
