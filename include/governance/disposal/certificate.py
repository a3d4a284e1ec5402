"""Say in one document what was erased, by whose decision, and what shows it; or say why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from include.governance.disposal.certificate_claims import Outcome, articles_of, label_of
from include.governance.disposal.checks import checks_of, failing
from include.governance.disposal.copies import copies_of
from include.governance.errors import PlanError
from include.governance.ledger.rows import RowsRoot
from include.governance.model.certificate import (
    Buried,
    Certificate,
    CheckLine,
    Masking,
    Recipient,
    TableResult,
    UndoWindow,
)
from include.governance.model.contract import Dataset
from include.governance.model.disposal import Decision, PlanRecord, Proof
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.quarantine import Keeping
from include.governance.model.schedule import RecordClass, RetentionSchedule
from include.governance.model.text import Text
from include.governance.wording import Language, say


class Reason(NamedTuple):
    """One thing that forbids a certificate, and how often it was found."""

    code: str
    found: int


class CertificateRefused(PlanError):
    """An erasure that cannot be certified, with every reason."""

    def __init__(self, plan: str, reasons: Sequence[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("certificate_refused", plan=plan, count=len(self.reasons))

    def say(self, language: Language) -> str:
        """The refusal and its reasons in the reader's language."""
        lines = (say(f"certificate.refused_{r.code}", language, n=r.found) for r in self.reasons)
        return " ".join((super().say(language), *lines))


@dataclass(frozen=True)
class Conduct:
    """Who carried a plan out, and when: the target's own receipts say so."""

    executors: tuple[str, ...]
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True)
class Case:
    """Everything a certificate is made from."""

    plan: PlanRecord
    dataset: Dataset
    approvals: tuple[Decision, ...]
    proof: Proof
    conduct: Conduct | None
    runs: tuple[str, ...]
    target_sha256: str
    rows: RowsRoot
    buried: Buried | None
    masking: Masking | None
    window: Keeping | None = None


@dataclass(frozen=True)
class Issue:
    """Under which number and name, behind which other one, when and by which product."""

    certificate_id: str
    number: int
    previous_sha256: str
    at: datetime
    product: str


def reasons_against(case: Case) -> Iterator[Reason]:
    """Why nobody may say that exactly what was approved is gone."""
    shown = case.proof.verification
    if (shown.plan_id, shown.digest) != (case.plan.plan_id, case.plan.digest):
        yield Reason("other_plan", 1)
    counts = {
        "open_chunks": shown.open_chunks,
        "left": shown.left,
        "due_again": shown.due_again,
        "mismatched": shown.mismatched,
        "orphans": sum(shown.orphans.values()),
        "unaccounted": shown.unaccounted,
    }
    yield from (Reason(code, found) for code, found in counts.items() if found)
    if not case.proof.holds and not any(counts.values()):
        yield Reason("unverified", 1)
    if not case.approvals:
        yield Reason("unapproved", 1)
    if case.conduct is None:
        yield Reason("nothing_done", 1)
    if case.rows.rows != shown.roots:
        yield Reason("rows_unknown", abs(case.rows.rows - shown.roots))
    if case.buried is None or case.buried.tombstones < shown.roots:
        yield Reason("not_buried", 1)
    yield from _against_masking(case)


def _against_masking(case: Case) -> Iterator[Reason]:
    if not case.plan.erasure.actions:
        return
    if case.masking is None:
        yield Reason("not_rescanned", 1)
    elif not case.masking.clean:
        found = sum(column.unmasked + column.found for column in case.masking.columns)
        yield Reason("rescan_found", found)


def compose(
    case: Case, policy: PrivacyPolicy, schedule: RetentionSchedule, issue: Issue
) -> Certificate:
    """The certificate; raises CertificateRefused with every reason against it."""
    if reasons := list(reasons_against(case)):
        raise CertificateRefused(case.plan.plan_id, reasons)
    plan, erasure, proof = case.plan, case.plan.erasure, case.proof
    conduct, buried = case.conduct, case.buried
    if conduct is None or buried is None:  # said above
        raise CertificateRefused(plan.plan_id, ())
    record = schedule.record_classes.get(plan.rule)
    erased_on = conduct.finished_at.astimezone(ZoneInfo(policy.timezone)).date()
    copies = copies_of(policy, plan.source, erased_on)
    actions = {name: a for name, a in erasure.actions.items() if a != "keep"}
    outcome = Outcome(case.dataset, proof.verification.roots, actions, case.masking, proof.stays)
    return Certificate(
        certificate_id=issue.certificate_id,
        number=issue.number,
        previous_sha256=issue.previous_sha256,
        product=issue.product,
        issued_at=issue.at,
        timezone=policy.timezone,
        controller=policy.controller.name,
        policy_version=policy.version,
        kind=plan.kind,
        reference=plan.reference,
        occasion=plan.occasion,
        source=plan.source,
        table=plan.table,
        target_sha256=case.target_sha256,
        rule=plan.rule,
        rule_label=record.label if record else Text(en=plan.rule, ja=plan.rule),
        control=record.control if record else "-",
        basis=tuple(basis.text for basis in record.erase_after.basis) if record else (),
        oldest_trigger=plan.window.oldest,
        youngest_trigger=plan.window.youngest,
        plan_id=plan.plan_id,
        plan_digest=plan.digest,
        policy_sha256=erasure.policy_sha256,
        contracts_sha256=erasure.contracts_sha256,
        schema_sha256=erasure.schema_sha256,
        planned=proof.verification.planned_roots,
        affected=proof.verification.roots,
        skipped=proof.verification.skipped,
        kept=plan.kept,
        tables=tuple(_tables(case)),
        actions=actions,
        pseudonym_key=erasure.pseudonym_key,
        age_cap=erasure.age_cap,
        label=label_of(outcome, policy),
        articles=tuple(articles_of(outcome, policy)),
        checks=tuple(_checks(case)),
        balance=proof.balance,
        verified_at=proof.at,
        masking=case.masking,
        rows_root=case.rows.root.hex(),
        tombstones=buried,
        level=1,
        copies_declared=bool(copies),
        copies=copies,
        undo_window=_undo_window(case),
        recipients=tuple(_recipients(record, policy)),
        requester=plan.requester,
        approvers=tuple(decision.person for decision in case.approvals),
        executors=conduct.executors,
        runs=case.runs,
        started_at=conduct.started_at,
        finished_at=conduct.finished_at,
    )


def _undo_window(case: Case) -> UndoWindow | None:
    found = case.window
    if found is None or found.destroyed_at is None:
        return None
    return UndoWindow(until=found.until, key_destroyed_at=found.destroyed_at)


def _tables(case: Case) -> Iterator[TableResult]:
    changed = {step.id: step.rows for step in case.proof.verification.steps}
    for step in case.plan.erasure.steps:
        yield TableResult(
            table=step.table, kind=step.kind, planned=step.rows, changed=changed.get(step.id, 0)
        )


def _checks(case: Case) -> Iterator[CheckLine]:
    yield from checks_of(case.proof)
    if case.masking:
        groups = case.masking.groups
        yield CheckLine(name="rescan_finds_nothing", outcome="pass")
        yield failing("k_anonymity", groups.small_rows)
        yield failing("unique_combinations", groups.unique)


def _recipients(record: RecordClass | None, policy: PrivacyPolicy) -> Iterator[Recipient]:
    services = record.propagate if record else ()
    for recipient in policy.recipients.values():
        for service in recipient.services:
            if service in services and recipient.kind != "self":
                yield Recipient(service=service, name=recipient.name)
