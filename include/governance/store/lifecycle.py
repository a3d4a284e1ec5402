"""The life of a finding: what each sight, absence and decision makes of it; pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from include.governance.model.base import Model
from include.governance.model.finding import Finding

FindingStatus = Literal["open", "accepted", "false_positive", "fixed"]
STATUSES: tuple[FindingStatus, ...] = ("open", "accepted", "false_positive", "fixed")
Action = Literal[
    "opened",
    "changed",
    "fixed",
    "seen_again",
    "acceptance_ended",
    "new_rows",
    "accepted",
    "false_positive",
    "reopened",
    "escalated",
    "incident_yes",
    "incident_no",
    "incident_asked",
]
#: What opens a finding: from then on its time runs anew.
OPENING: tuple[Action, ...] = ("opened", "seen_again", "acceptance_ended", "new_rows", "reopened")


class Decision(Model):
    """What a person decided about a finding, and about which rows, columns and kinds."""

    kind: Literal["accepted", "false_positive"]
    role: str | None
    reason: str
    until: date | None
    by: str
    at: datetime
    rows: int
    row_refs: tuple[str, ...]
    columns: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def covers(self, finding: Finding) -> bool:
        """Whether every row, column and kind of ``finding`` was among those decided about.

        References that were cut at the installation's maximum prove nothing about the rows behind
        the cut, so then only the very same rows are covered. Without references the count decides.
        """
        if set(finding.columns) - set(self.columns) or set(finding.kinds) - set(self.kinds):
            return False
        if (finding.rows, finding.row_refs) == (self.rows, self.row_refs):
            return True
        if not finding.row_refs and not self.row_refs:
            return finding.rows <= self.rows
        complete = finding.rows == len(finding.row_refs) and self.rows == len(self.row_refs)
        return complete and set(finding.row_refs) <= set(self.row_refs)


class FindingRecord(Model):
    """A finding with its life so far.

    ``finding`` is as last seen, except that its due date is kept from the first sight.
    ``judged_on`` is the newest day a run judged it for: runs for earlier days change nothing.
    """

    finding: Finding
    status: FindingStatus
    first_seen: date
    last_seen: date
    judged_on: date
    decision: Decision | None = None

    def silences(self, finding: Finding) -> bool:
        """Whether the decision that stands is about all of what was found now."""
        return self.decision is not None and self.decision.covers(finding)

    def is_overdue(self, as_of: date) -> bool:
        """Whether somebody should have acted by now."""
        return self.status == "open" and self.finding.due < as_of


class FindingEvent(Model):
    """One change of a finding; never altered. ``by`` is ``run`` for what a run concluded."""

    fingerprint: str
    action: Action
    at: datetime
    by: str
    run_id: str | None
    from_status: FindingStatus | None
    to_status: FindingStatus
    role: str | None = None
    until: date | None = None
    reason: str | None = None
    rows: int


IncidentAnswer = Literal["incident_yes", "incident_no"]


class IncidentState(Model):
    """Whether a finding is a leak, as far as somebody said since it was opened last.

    ``opening`` counts how often it was opened, the last time on ``known_at``; ``asked`` are the
    roles that were reminded since.
    """

    opening: int
    known_at: datetime
    answer: IncidentAnswer | None
    asked: frozenset[str] = frozenset()


def incident_state(events: Iterable[FindingEvent]) -> IncidentState | None:
    """What the history of one finding says, oldest first; one that was opened again asks anew."""
    state: IncidentState | None = None
    for event in events:
        if event.action in OPENING:
            number = state.opening + 1 if state else 1
            state = IncidentState(opening=number, known_at=event.at, answer=None)
        elif state and event.action in ("incident_yes", "incident_no"):
            state = state.model_copy(update={"answer": event.action})
        elif state and event.action == "incident_asked" and event.role:
            state = state.model_copy(update={"asked": state.asked | {event.role}})
    return state


def told_of(events: Iterable[FindingEvent]) -> frozenset[str]:
    """The roles that were told that a finding is overdue, since it was opened last."""
    told: set[str] = set()
    for event in events:
        if event.action in OPENING:
            told.clear()
        elif event.action == "escalated" and event.role:
            told.add(event.role)
    return frozenset(told)


Change = tuple[FindingRecord, Action | None]


def first_sight(finding: Finding, as_of: date, judged_on: date) -> Change:
    """A finding nobody has seen before."""
    record = FindingRecord(
        finding=finding, status="open", first_seen=as_of, last_seen=as_of, judged_on=judged_on
    )
    return record, "opened"


def seen(record: FindingRecord, finding: Finding, as_of: date, judged_on: date) -> Change:
    """A known finding that a run for ``as_of`` saw."""
    if as_of < record.judged_on:
        return record, None
    changed: Action | None = None if _same(record.finding, finding) else "changed"
    kept_due = record.finding.due
    now = record.model_copy(
        update={
            "finding": finding.model_copy(update={"due": kept_due}),
            "first_seen": min(record.first_seen, as_of),
            "last_seen": as_of,
            "judged_on": judged_on,
        }
    )
    match record.status:
        case "fixed":
            return _opened(now, finding.due), "seen_again"
        case "accepted" if _has_ended(record, as_of):
            return acceptance_ended(now, as_of)
        case "accepted" | "false_positive" if not record.silences(finding):
            return _opened(now, finding.due), "new_rows"
        case "open":
            return _opened(now, min(kept_due, finding.due)), changed
        case _:
            return now, changed


def unseen(record: FindingRecord, as_of: date, judged_on: date) -> Change:
    """A known finding that a run for ``as_of`` looked for and did not see."""
    if as_of < record.judged_on:
        return record, None
    now = record.model_copy(update={"judged_on": judged_on})
    if record.status in ("open", "accepted"):
        return now.model_copy(update={"status": "fixed", "decision": None}), "fixed"
    return now, None


def acceptance_ended(record: FindingRecord, as_of: date) -> Change:
    """An acceptance past its date is open again, due on the day it ended, whoever looked."""
    if as_of < record.judged_on or not _has_ended(record, as_of):
        return record, None
    until = record.decision.until if record.decision else None
    return _opened(record, max(record.finding.due, until or date.min)), "acceptance_ended"


def decided(record: FindingRecord, decision: Decision) -> Change:
    """A finding a person accepted or declared a false positive; the same decision is one."""
    if record.decision and record.decision.model_copy(update={"at": decision.at}) == decision:
        return record, None
    update = {"status": decision.kind, "decision": decision}
    return record.model_copy(update=update), decision.kind


def reopened(record: FindingRecord) -> Change:
    """A finding whose decision a person withdrew."""
    return _opened(record, record.finding.due), "reopened"


def _opened(record: FindingRecord, due: date) -> FindingRecord:
    finding = record.finding.model_copy(update={"due": due})
    return record.model_copy(update={"finding": finding, "status": "open", "decision": None})


def _has_ended(record: FindingRecord, as_of: date) -> bool:
    until = record.decision.until if record.decision else None
    return record.status == "accepted" and until is not None and until < as_of


def _same(before: Finding, after: Finding) -> bool:
    """Whether the same was found: rows, columns and kinds."""
    return (before.rows, before.row_refs, before.columns, before.kinds) == (
        after.rows,
        after.row_refs,
        after.columns,
        after.kinds,
    )
