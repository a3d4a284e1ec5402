"""The report as data: what a compliance officer reads, in both languages, free of values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from include.governance.model.base import Model
from include.governance.model.policy import Severity
from include.governance.model.text import Text
from include.governance.report.given import IssuedCertificate, OpenWindows, RunEntry, Versions
from include.governance.report.sections import (
    AccuracyLine,
    ClauseReport,
    ControlFindings,
    Decided,
    Disposal,
    LeakQuestion,
    LintLine,
    MappedTable,
    MatrixRow,
    RetentionLine,
)

Verdict = Literal["could_not_evaluate", "needs_review", "complete"]


class Pending(Model):
    """Promulgated law; ``is_in_force`` on the day of the report, though no check follows it yet."""

    act: Text
    scope: Text
    promulgated: date
    in_force: date | None
    in_force_by: date | None
    is_in_force: bool


class Law(Model):
    """The law the checks follow; ``is_stale`` when it should have been looked at again."""

    label: Text
    checked_on: date
    recheck_by: date
    is_stale: bool
    pending: tuple[Pending, ...]


class Unreached(Model):
    """A declared table that was not read, and why."""

    source: str
    table: str
    reason: Text


class SourceScope(Model):
    """One source: what was read of it, and what holds no data of its own and was not read."""

    source: str
    declared: int
    scanned: int
    undeclared: int
    rows: int
    not_read: tuple[str, ...]


class Coverage(Model):
    """How much of what is declared was read; ``undeclared`` tables were read too."""

    declared: int
    scanned: int
    undeclared: int
    rows: int
    unreached: tuple[Unreached, ...]
    sources: tuple[SourceScope, ...]


class Agenda(Model):
    """What one department or role must act on; ``due_then`` findings are due on the first day."""

    who: Text
    due: date
    due_then: int
    open: int
    overdue: int
    worst: Severity


class Counts(Model):
    """Findings by state; ``new`` and ``overdue`` are among the open ones, None without history."""

    open: int
    rows: int
    new: int | None
    overdue: int | None
    by_severity: dict[Severity, int]


class Head(Model):
    """What stands on the first page; ``clauses_checked`` have a control that was judged.

    ``held`` rows are past their period and kept by holds; None when nothing was measured.
    """

    title: Text
    controller: Text
    as_of: date
    made_at: datetime
    timezone: str
    policy_version: str
    effective_from: date
    verdict: Verdict
    counts: Counts
    not_evaluated: int
    clauses: int
    clauses_checked: int
    law: Law
    coverage: Coverage
    agenda: tuple[Agenda, ...]
    held: int | None


class Report(Model):
    """Everything, in the order in which it is read."""

    format: Literal["daicho-report/1"] = "daicho-report/1"
    head: Head
    attention: tuple[ControlFindings, ...]
    decided: tuple[Decided, ...]
    questions: tuple[LeakQuestion, ...]
    matrix: tuple[MatrixRow, ...]
    clauses: tuple[ClauseReport, ...]
    accuracy: tuple[AccuracyLine, ...]
    retention: tuple[RetentionLine, ...]
    disposal: Disposal | None
    certificates: tuple[IssuedCertificate, ...] | None
    windows: OpenWindows | None
    data_map: tuple[MappedTable, ...]
    gaps: tuple[str, ...]
    lint: tuple[LintLine, ...]
    versions: Versions
    schedule_version: str
    schedule_reviewed_on: date
    runs: tuple[RunEntry, ...]
