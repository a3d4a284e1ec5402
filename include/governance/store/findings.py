"""Findings and what became of them: synchronised with every run, decided on by people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple

from sqlalchemy import Connection, Select, select

from include.governance.errors import StoreError
from include.governance.model.finding import Finding
from include.governance.model.period import Period
from include.governance.store import finding_rows, lifecycle
from include.governance.store.base import Database, queue_for
from include.governance.store.lifecycle import (
    Action,
    Decision,
    FindingEvent,
    FindingRecord,
    FindingStatus,
)
from include.governance.store.officer_text import require_name, require_role, require_text
from include.governance.store.runs import require_run
from include.governance.store.schema import FINDING, FINDING_EVENT

Place = tuple[str, str, str]
Verdict = Literal["accept", "false_positive", "reopen"]
LONGEST_ACCEPTANCE = Period.parse("P1Y")


class _Said(NamedTuple):
    """Who decided, as what, why and for how long; all of it checked."""

    by: str
    reason: str
    role: str | None
    until: date | None

    def columns(self) -> dict[str, object]:
        """As columns of the history."""
        return {
            "actor": self.by,
            "reason": self.reason,
            "role": self.role,
            "until": self.until,
        }


class Findings(Database):
    """The part of the store that knows the findings."""

    def sync_findings(
        self,
        run_id: str,
        findings: Sequence[Finding],
        evaluated: Collection[Place],
        at: datetime,
        as_of: date,
    ) -> dict[Action, int]:
        """Bring the life of every finding up to what a run saw; returns how many changed, and how.

        ``evaluated`` names each (control, source, table) that was judged without an error: known
        findings there that were not seen are fixed, all others stay as they are. One transaction;
        repeating it changes nothing.
        """
        visible = {finding.fingerprint: finding for finding in findings}
        if len(visible) != len(findings):
            raise StoreError("finding_twice", run=run_id)
        judged_on = min(as_of, at.astimezone(UTC).date())
        judged = frozenset(evaluated)
        counts: Counter[Action] = Counter()
        with self.writing() as connection:
            queue_for(connection, "finding")
            require_run(connection, run_id)
            for fingerprint in _concerned(connection, visible):
                before = finding_rows.load(connection, fingerprint)
                if finding := visible.get(fingerprint):
                    after, action = _with_sight(before, finding, as_of, judged_on)
                elif before:
                    after, action = _without_sight(before, judged, as_of, judged_on)
                else:
                    continue
                finding_rows.write(connection, before, after)
                if action:
                    counts[action] += 1
                    finding_rows.append_event(connection, before, after, action, at, run_id=run_id)
        return dict(counts)

    def decide(
        self,
        fingerprint: str,
        decision: Verdict,
        *,
        reason: str,
        by: str,
        at: datetime,
        role: str | None = None,
        until: date | None = None,
    ) -> FindingRecord:
        """Accept a finding until a day, declare it a false positive, or take that back.

        Accepting needs a role and a day after ``at`` and at most a year ahead. Raises StoreError
        for a decision that the finding's status does not allow or whose reason names a person.
        """
        said = _Said(
            by=require_name("by", by),
            reason=require_text("reason", reason),
            role=require_role(role) if role is not None or decision == "accept" else None,
            until=_until(decision, until, at.date()),
        )
        with self.writing() as connection:
            queue_for(connection, "finding")
            before = finding_rows.load(connection, fingerprint)
            if before is None:
                raise StoreError("finding_unknown", fingerprint=fingerprint[:12])
            after, action = _decide(before, decision, said, at)
            finding_rows.write(connection, before, after)
            if action:
                finding_rows.append_event(connection, before, after, action, at, **said.columns())
        return after

    def escalated(self, fingerprints: Iterable[str], role: str, at: datetime) -> None:
        """Write down that a role was told that these are overdue; of those that are still open."""
        with self.writing() as connection:
            queue_for(connection, "finding")
            for fingerprint in fingerprints:
                record = finding_rows.load(connection, fingerprint)
                if record is not None and record.status == "open":
                    finding_rows.append_event(
                        connection, record, record, "escalated", at, role=role
                    )

    def finding(self, fingerprint: str) -> FindingRecord | None:
        """One finding with its life so far."""
        with self.reading() as connection:
            return finding_rows.load(connection, fingerprint)

    def findings(self, status: FindingStatus | None = None) -> tuple[FindingRecord, ...]:
        """All findings, or those of one status, by source, table and control."""
        chosen = select(FINDING).order_by(
            FINDING.c.source, FINDING.c.table_name, FINDING.c.control, FINDING.c.fingerprint
        )
        if status is not None:
            chosen = chosen.where(FINDING.c.status == status)
        with self.reading() as connection:
            rows = connection.execute(chosen).mappings()
            return tuple(finding_rows.record(row) for row in rows)

    def finding_events(self, fingerprint: str | None = None) -> tuple[FindingEvent, ...]:
        """The history of one finding or of all, oldest first."""
        chosen = select(FINDING_EVENT).order_by(FINDING_EVENT.c.event_id)
        if fingerprint is not None:
            chosen = chosen.where(FINDING_EVENT.c.fingerprint == fingerprint)
        with self.reading() as connection:
            rows = connection.execute(chosen).mappings()
            return tuple(finding_rows.event(row) for row in rows)


def _concerned(connection: Connection, visible: Collection[str]) -> list[str]:
    """What was seen now, and what is not settled yet."""
    unsettled: Select[str] = select(FINDING.c.fingerprint).where(FINDING.c.status != "fixed")
    return sorted({*visible, *connection.scalars(unsettled)})


def _with_sight(
    before: FindingRecord | None, finding: Finding, as_of: date, judged_on: date
) -> lifecycle.Change:
    if before is None:
        return lifecycle.first_sight(finding, as_of, judged_on)
    return lifecycle.seen(before, finding, as_of, judged_on)


def _without_sight(
    before: FindingRecord, judged: Collection[Place], as_of: date, judged_on: date
) -> lifecycle.Change:
    if (before.finding.control, before.finding.source, before.finding.table) in judged:
        return lifecycle.unseen(before, as_of, judged_on)
    return lifecycle.acceptance_ended(before, as_of)


def _until(decision: Verdict, until: date | None, today: date) -> date | None:
    if decision != "accept":
        if until is not None:
            raise StoreError("decision_without_until", decision=decision)
        return None
    last = LONGEST_ACCEPTANCE.after(today)
    if until is None or not today < until <= last:
        raise StoreError("acceptance_until", allowed=last.isoformat())
    return until


def _decide(
    before: FindingRecord, decision: Verdict, said: _Said, at: datetime
) -> tuple[FindingRecord, Action | None]:
    decided = before.status in ("accepted", "false_positive")
    if not (decided or (before.status == "open" and decision != "reopen")):
        raise StoreError("decision_not_allowed", decision=decision, status=before.status)
    if decision == "reopen":
        return lifecycle.reopened(before)
    made = Decision(
        kind="accepted" if decision == "accept" else "false_positive",
        role=said.role,
        reason=said.reason,
        until=said.until,
        by=said.by,
        at=at,
        rows=before.finding.rows,
        row_refs=before.finding.row_refs,
        columns=before.finding.columns,
        kinds=before.finding.kinds,
    )
    return lifecycle.decided(before, made)
