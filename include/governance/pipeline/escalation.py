"""Which roles must be told that findings are overdue, and were not told yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from include.governance.model.policy import Severity
from include.governance.pipeline.workspace import Workspace
from include.governance.store.lifecycle import FindingEvent, FindingRecord, told_of
from include.governance.store.store import Store


@dataclass
class Overdue:
    """What one role is told of: which findings, and how many of each severity."""

    role: str
    fingerprints: list[str] = field(default_factory=list)
    severities: dict[Severity, int] = field(default_factory=dict)


def overdue(workspace: Workspace, store: Store, as_of: date) -> tuple[Overdue, ...]:
    """By role, in the order of their names.

    The role of a control is told once its finding is overdue; the roles of the last stage of
    approval, once as much time again has passed. Nobody is told twice of the same, unless the
    finding was closed or decided about in between.
    """
    events: dict[str, list[FindingEvent]] = {}
    for event in store.finding_events():
        events.setdefault(event.fingerprint, []).append(event)
    found: dict[str, Overdue] = {}
    for record in store.findings("open"):
        finding = record.finding
        told = told_of(events.get(finding.fingerprint, ()))
        for role in _roles(workspace, record, as_of):
            if role not in told:
                each = found.setdefault(role, Overdue(role))
                each.fingerprints.append(finding.fingerprint)
                each.severities[finding.severity] = each.severities.get(finding.severity, 0) + 1
    return tuple(found[role] for role in sorted(found))


def _roles(workspace: Workspace, record: FindingRecord, as_of: date) -> Iterator[str]:
    if not record.is_overdue(as_of):
        return
    policy, finding = workspace.rulebook.policy, record.finding
    control = workspace.controls.get(finding.control)
    above = policy.approvals.stages[-1]
    first = (control.role,) if control and control.role in policy.roles else above
    late = policy.act_within[finding.severity].after(finding.due) < as_of
    yield from dict.fromkeys((*first, *(above if late else ())))
