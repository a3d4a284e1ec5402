"""Which findings may be a leak that is reported, and nobody has said yet whether they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from include.governance.errors import StoreError
from include.governance.model.control import Control, IncidentCategory
from include.governance.pipeline.workspace import Workspace
from include.governance.store.lifecycle import FindingRecord, IncidentState
from include.governance.store.store import Store

Incident = Literal["asked", "yes", "no"]


@dataclass(frozen=True)
class Question:
    """A finding of which somebody must say whether it is a leak, and since when it is known."""

    record: FindingRecord
    state: IncidentState
    known_on: date


def incident_of(
    record: FindingRecord, state: IncidentState | None, controls: Mapping[str, Control]
) -> Incident | None:
    """What a finding says of a leak; a finding that is none of its control's asks nothing.

    What was mended may have been a leak all the same, so it goes on asking.
    """
    control = controls.get(record.finding.control)
    if state is None or control is None or not control.incident:
        return None
    if state.answer is not None:
        return "yes" if state.answer == "incident_yes" else "no"
    return None if record.status == "false_positive" else "asked"


def questions(workspace: Workspace, store: Store) -> tuple[Question, ...]:
    """All that were not answered, the oldest first."""
    zone, states = ZoneInfo(workspace.zone.name), store.incident_states()
    found = []
    for record in store.findings():
        state = states.get(record.finding.fingerprint)
        if state and incident_of(record, state, workspace.controls) == "asked":
            found.append(Question(record, state, state.known_at.astimezone(zone).date()))
    return tuple(sorted(found, key=lambda q: (q.known_on, q.record.finding.fingerprint)))


def late_questions(workspace: Workspace, store: Store, as_of: date) -> Iterator[Question]:
    """Those that whoever answers was not reminded of, and should have answered by now."""
    asks = workspace.rulebook.policy.incident_question
    for each in questions(workspace, store) if asks else ():
        if asks and asks.role not in each.state.asked and asks.within.after(each.known_on) <= as_of:
            yield each


def require_answerable(
    workspace: Workspace, record: FindingRecord, role: str, category: IncidentCategory | None
) -> None:
    """Raise StoreError unless the control asks, this role answers, and the category fits."""
    name = record.finding.control
    control = workspace.controls.get(name)
    if control is None or not control.incident:
        asking = [each for each, own in workspace.controls.items() if own.incident]
        raise StoreError("incident_not_asked", control=name, allowed=", ".join(asking) or "-")
    asks = workspace.rulebook.policy.incident_question
    if asks and role != asks.role:
        raise StoreError("incident_role", allowed=asks.role, found=role)
    if category is not None and category not in control.incident:
        allowed = ", ".join(control.incident)
        raise StoreError("incident_category_other", control=name, allowed=allowed, found=category)
