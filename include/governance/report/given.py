"""What a report is made from; nothing is looked up, so the same input gives the same report."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from include.governance.model.base import Model
from include.governance.model.classification import Classification
from include.governance.model.contract import Dataset
from include.governance.model.control import Control
from include.governance.model.finding import Finding
from include.governance.model.mistake import Mistake
from include.governance.model.plan import Plan
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.result import RuleResult
from include.governance.model.run import RunOutcome
from include.governance.model.schedule import RetentionSchedule

RunStatus = Literal["running", "pass", "fail", "error", "abandoned"]
LifeStatus = Literal["open", "accepted", "false_positive", "fixed"]


class TableScan(Model):
    """A table that a scan looked at, and how many rows it held."""

    source: str
    table: str
    rows: int


class RunEntry(Model):
    """One run of one verb over one scope."""

    run_id: str
    verb: str
    scope: str
    status: RunStatus
    started_at: AwareDatetime
    finished_at: AwareDatetime | None


class KnownFinding(Model):
    """The life of a finding; ``role``, ``by``, ``reason`` and ``until`` belong to a decision.

    ``leak_asked_since``: the day since which somebody should say whether it is a leak.
    """

    finding: Finding
    status: LifeStatus
    first_seen: date
    last_seen: date
    role: str | None = None
    by: str | None = None
    reason: str | None = None
    until: date | None = None
    leak_asked_since: date | None = None


class Versions(Model):
    """Which product and which files the run used, by content."""

    product: str
    rulebook_sha256: str
    contracts_sha256: str


class IssuedCertificate(Model):
    """An erasure that was certified, and how far it went by now.

    ``copies`` may still hold the rows, the last of them until ``last_copy``.
    """

    number: int
    certificate_id: str
    issued_on: date
    source: str
    table: str
    rows: int
    level: int
    copies: int
    last_copy: date | None


class OpenWindows(Model):
    """Plans that still keep what they removed, so that it can be put back; the last day of all."""

    plans: int
    until: date


class ReportInput(Model):
    """Everything a report says, before it is put into words.

    ``scanned`` are the tables this run read; a declared table that is missing there counts as
    unreached. ``plan`` is None when no plan was made, ``known`` when no history was kept.
    ``certificates`` are those of the month up to the day, None when nobody looked; ``windows`` is
    None when no undo window is open.
    """

    outcome: RunOutcome
    results: tuple[RuleResult, ...]
    classifications: tuple[Classification, ...]
    scanned: tuple[TableScan, ...]
    policy: PrivacyPolicy
    schedule: RetentionSchedule
    controls: dict[str, Control]
    datasets: tuple[Dataset, ...]
    versions: Versions
    made_at: AwareDatetime
    plan: Plan | None = None
    mistakes: tuple[Mistake, ...] = ()
    known: tuple[KnownFinding, ...] | None = None
    runs: tuple[RunEntry, ...] = ()
    certificates: tuple[IssuedCertificate, ...] | None = None
    windows: OpenWindows | None = None
