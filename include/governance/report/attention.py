"""What needs attention first: findings by severity, with who must do what until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from include.governance.model.finding import Finding
from include.governance.model.policy import SEVERITIES
from include.governance.report.given import KnownFinding, ReportInput
from include.governance.report.model import Counts
from include.governance.report.people import answering, role
from include.governance.report.sections import (
    ControlFindings,
    Decided,
    LeakQuestion,
    ListedFinding,
    MatrixRow,
    Progress,
)

SHOWN_REFS = 3
REF_LENGTH = 12


def attention(given: ReportInput) -> tuple[ControlFindings, ...]:
    """Open findings, worst severity first, then the control with most rows."""
    known = {entry.finding.fingerprint: entry for entry in given.known or ()}
    grouped: dict[str, list[Finding]] = {}
    for finding in given.outcome.findings:
        grouped.setdefault(finding.control, []).append(finding)
    groups = [_group(given, findings, known) for findings in grouped.values()]
    return tuple(sorted(groups, key=lambda g: (SEVERITIES.index(g.severity), -g.rows, g.control)))


def counts(given: ReportInput, groups: Iterable[ControlFindings]) -> Counts:
    """Open findings in numbers."""
    listed = [(group, finding) for group in groups for finding in group.findings]
    has_history = given.known is not None
    return Counts(
        open=len(listed),
        rows=sum(finding.rows for _, finding in listed),
        new=sum(f.progress == "new" for _, f in listed) if has_history else None,
        overdue=sum(f.progress == "overdue" for _, f in listed) if has_history else None,
        by_severity={s: sum(g.severity == s for g, _ in listed) for s in SEVERITIES},
    )


def matrix(given: ReportInput, groups: Iterable[ControlFindings]) -> tuple[MatrixRow, ...]:
    """Findings by clause and severity, for every clause that some control checks."""
    groups = tuple(groups)
    checked = {control.clause for control in given.controls.values()}
    rows = []
    for clause, about in given.policy.clauses.items():
        if clause in checked:
            own = [g for g in groups if g.clause == clause]
            found = {s: sum(len(g.findings) for g in own if g.severity == s) for s in SEVERITIES}
            rows.append(
                MatrixRow(clause=clause, label=about.label, counts=found, total=sum(found.values()))
            )
    return tuple(rows)


def decided(given: ReportInput) -> Iterator[Decided]:
    """Findings that a decision leaves out of this run: not counted as open, and never hidden."""
    heard = {finding.fingerprint for finding in given.outcome.findings}
    for entry in given.known or ():
        control = given.controls.get(entry.finding.control)
        is_seen = entry.last_seen >= given.outcome.as_of
        silenced = entry.status in ("accepted", "false_positive")
        if not silenced or entry.finding.fingerprint in heard or control is None or not is_seen:
            continue
        yield Decided(
            control=entry.finding.control,
            title=control.title,
            source=entry.finding.source,
            table=entry.finding.table,
            rows=entry.finding.rows,
            status=entry.status,
            role=role(given.policy, entry.role) if entry.role else None,
            by=entry.by,
            reason=entry.reason,
            until=entry.until,
        )


def questions(given: ReportInput) -> Iterator[LeakQuestion]:
    """Findings that may be a leak, and nobody has said whether they are, the oldest first."""
    asks = given.policy.incident_question
    asked = [(k.leak_asked_since, k.finding) for k in given.known or () if k.leak_asked_since]
    for known_on, finding in sorted(asked, key=lambda a: (a[0], a[1].fingerprint)):
        yield LeakQuestion(
            control=finding.control,
            title=given.controls[finding.control].title,
            source=finding.source,
            table=finding.table,
            rows=finding.rows,
            known_on=known_on,
            due=asks.within.after(known_on) if asks else None,
            role=asks.role if asks else given.controls[finding.control].role,
            fingerprint=finding.fingerprint,
        )


def _group(
    given: ReportInput, findings: list[Finding], known: dict[str, KnownFinding]
) -> ControlFindings:
    first = findings[0]
    control = given.controls[first.control]
    ordered = sorted(findings, key=lambda f: (-f.rows, f.source, f.table))
    return ControlFindings(
        control=first.control,
        clause=first.clause,
        clause_label=given.policy.clauses[first.clause].label,
        law=first.law,
        severity=first.severity,
        title=control.title,
        todo=control.todo,
        role=role(given.policy, control.role),
        rows=sum(finding.rows for finding in findings),
        findings=tuple(_listed(f, known.get(f.fingerprint), control.role, given) for f in ordered),
    )


def _listed(
    finding: Finding, entry: KnownFinding | None, control_role: str, given: ReportInput
) -> ListedFinding:
    due = entry.finding.due if entry else finding.due
    as_of = given.outcome.as_of
    return ListedFinding(
        source=finding.source,
        table=finding.table,
        columns=finding.columns,
        rows=finding.rows,
        row_refs=tuple(ref[:REF_LENGTH] for ref in finding.row_refs[:SHOWN_REFS]),
        owner=answering(given.policy, finding.owner, control_role),
        due=due,
        progress=_progress(entry, due, as_of) if given.known is not None else "unknown",
        first_seen=entry.first_seen if entry else None,
        fingerprint=finding.fingerprint,
    )


def _progress(entry: KnownFinding | None, due: date, as_of: date) -> Progress:
    if due < as_of:
        return "overdue"
    return "new" if entry is None or entry.first_seen >= as_of else "open"
