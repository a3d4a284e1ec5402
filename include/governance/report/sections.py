"""The parts of a report's sections: one model a line of a table."""

from __future__ import annotations

from datetime import date
from typing import Literal

from include.governance.model.base import Model
from include.governance.model.contract import DatasetKind
from include.governance.model.period import Period
from include.governance.model.plan import Kept, Refusal
from include.governance.model.policy import Severity
from include.governance.model.result import Status
from include.governance.model.schedule import Action
from include.governance.model.text import Text
from include.governance.report.given import LifeStatus

Progress = Literal["new", "open", "overdue", "unknown"]
Agreement = Literal[
    "agrees",
    "differs",
    "undeclared",
    "decided",
    "contradicted",
    "no_evidence",
    "no_detector",
    "not_scanned",
]


class ListedFinding(Model):
    """One table in which a control found something; ``row_refs`` are the first few, shortened."""

    source: str
    table: str
    columns: tuple[str, ...]
    rows: int
    row_refs: tuple[str, ...]
    owner: Text
    due: date
    progress: Progress
    first_seen: date | None
    fingerprint: str


class ControlFindings(Model):
    """What one control found, in all tables."""

    control: str
    clause: str
    clause_label: Text
    law: tuple[str, ...]
    severity: Severity
    title: Text
    todo: Text
    role: Text
    rows: int
    findings: tuple[ListedFinding, ...]


class Decided(Model):
    """A finding that somebody accepted for a time or declared a false positive."""

    control: str
    title: Text
    source: str
    table: str
    rows: int
    status: LifeStatus
    role: Text | None
    by: str | None
    reason: str | None
    until: date | None


class LeakQuestion(Model):
    """A finding of which nobody has said yet whether it is a leak; ``due`` if the policy says."""

    control: str
    title: Text
    source: str
    table: str
    rows: int
    known_on: date
    due: date | None
    role: str
    fingerprint: str


class MatrixRow(Model):
    """One clause: findings by severity."""

    clause: str
    label: Text
    counts: dict[Severity, int]
    total: int


class Reason(Model):
    """Why rules were not evaluated, and where: the first few places and how many there are."""

    text: Text
    places: tuple[str, ...]
    count: int


class ControlReport(Model):
    """How one control ended; ``is_decided`` when somebody decided about all that it found."""

    control: str
    title: Text
    severity: Severity
    status: Status
    rows: int
    is_decided: bool
    reasons: tuple[Reason, ...]


class ClauseReport(Model):
    """One clause with its controls; without any, ``not_checkable`` may say why."""

    clause: str
    label: Text
    law: tuple[str, ...]
    not_checkable: Text | None
    controls: tuple[ControlReport, ...]


class AccuracyLine(Model):
    """One accuracy control; ``share`` of the rows in its tables needs no review."""

    control: str
    title: Text
    clause: str
    status: Status
    tables: int
    rows: int
    found: int
    share: float | None


class BasisLine(Model):
    """Why a period is what it is."""

    of: Literal["floor", "ceiling"]
    text: Text
    source: str | None
    verified: bool


class RetentionLine(Model):
    """One record class; the counts are None where they were not measured."""

    record_class: str
    label: Text
    control: str
    tables: tuple[str, ...]
    status: Status | None
    over: int | None
    undated: int | None
    premature: int | None
    held: int | None
    floor: Period | None
    ceiling: Period | None
    grace: Period
    counts_from_filing: bool
    basis: tuple[BasisLine, ...]


class DisposalStep(Model):
    """One table of the dry plan."""

    order: int
    source: str
    table: str
    label: Text
    root: bool
    action: Action
    columns: dict[Action, tuple[str, ...]]
    rows: int
    total_rows: int
    oldest: date | None
    youngest: date | None


class Disposal(Model):
    """The dry plan; ``is_current`` when it was made for this day, rulebook and contracts."""

    as_of: date
    digest: str
    is_current: bool
    rows: int
    tables: int
    steps: tuple[DisposalStep, ...]
    kept: tuple[Kept, ...]
    refusals: tuple[Refusal, ...]
    labels: dict[str, Text]


class FoundKind(Model):
    """A kind of personal data a detector found in a column."""

    entity: str
    label: Text
    rows: int
    share: float
    upper: float


class ColumnDecision(Model):
    """A person's verdict on a column, and the counts it was made on."""

    by: Text
    day: date
    hits: int
    rows: int


class MappedColumn(Model):
    """What the contract says a column holds, beside what a scan found in it."""

    column: str
    category: str | None
    label: Text | None
    agreement: Agreement
    rows: int | None
    bound: float | None
    found: tuple[FoundKind, ...]
    confidence: float | None
    reasons: tuple[Text, ...]
    decided: ColumnDecision | None


class MappedTable(Model):
    """One table; ``others`` counts its columns that are declared, and look, not personal.

    Rows before ``since`` were read by earlier scans, since they are only added.
    """

    source: str
    table: str
    is_declared: bool
    kind: DatasetKind | None
    owner: Text | None
    purposes: dict[str, Text]
    rows: int | None
    since: date | None
    columns: tuple[MappedColumn, ...]
    others: int
    others_bound: float | None


class LintLine(Model):
    """A mistake or warning about a file somebody wrote."""

    file: str
    line: int
    path: str
    level: Literal["error", "warning"]
    text: Text
