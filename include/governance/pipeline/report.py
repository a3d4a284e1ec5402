"""report: what the day's runs concluded, for the people who answer for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from include.governance import PRODUCT
from include.governance.errors import StoreError
from include.governance.lint import lint
from include.governance.model.plan import Plan
from include.governance.pipeline.certified import certified_until
from include.governance.pipeline.incidents import questions
from include.governance.pipeline.record import Recorder
from include.governance.report.compose import compose
from include.governance.report.coverage import scanned_tables
from include.governance.report.files import html_name, write
from include.governance.report.given import (
    KnownFinding,
    OpenWindows,
    ReportInput,
    RunEntry,
    Versions,
)
from include.governance.report.model import Report
from include.governance.store.base import Database
from include.governance.store.lifecycle import FindingRecord
from include.governance.store.quarantine_keys import QuarantineKeys
from include.governance.wording import LANGUAGES, Language


def make_report(recorder: Recorder) -> Report:
    """The report of the recorder's day, from the store alone; raises when nothing was judged."""
    workspace, store = recorder.workspace, recorder.store
    runs = recorder.runs_of_the_day()
    if not runs:
        raise StoreError("nothing_judged", as_of=recorder.as_of.isoformat())
    outcome, results = recorder.outcome()
    asked = {q.record.finding.fingerprint: q.known_on for q in questions(workspace, store)}
    seen = {run.scope for run in runs if run.verb == "scan"}
    classifications = tuple(c for c in store.classifications(recorder.as_of) if c.source in seen)
    return compose(
        ReportInput(
            outcome=outcome,
            results=results,
            classifications=classifications,
            scanned=scanned_tables(classifications, results, dict(workspace.controls)),
            policy=workspace.rulebook.policy,
            schedule=workspace.rulebook.schedule,
            controls=dict(workspace.controls),
            datasets=workspace.datasets,
            versions=Versions(
                product=PRODUCT,
                rulebook_sha256=workspace.rulebook_sha256,
                contracts_sha256=workspace.contracts_sha256,
            ),
            made_at=max(run.finished_at for run in runs if run.finished_at),
            plan=latest_plan(recorder),
            certificates=tuple(certified_until(workspace, recorder.as_of)),
            windows=windows_until(store),
            mistakes=tuple(lint(workspace.rulebook, workspace.contracts, recorder.as_of)),
            known=tuple(_known(record, asked) for record in store.findings()),
            runs=tuple(
                RunEntry(
                    run_id=run.run_id,
                    verb=run.verb,
                    scope=run.scope,
                    status=run.status,
                    started_at=run.started_at,
                    finished_at=run.finished_at,
                )
                for run in runs
            ),
        )
    )


def write_report(
    recorder: Recorder, folder: Path | None = None, languages: Sequence[Language] = LANGUAGES
) -> dict[Language, Path]:
    """Write the report of the day; the HTML files by language."""
    target = folder or recorder.workspace.settings.reports
    write(make_report(recorder), target, languages)
    return {language: target / html_name(recorder.as_of, language) for language in languages}


def latest_plan(recorder: Recorder) -> Plan | None:
    """The newest plan made for the recorder's day."""
    digest = recorder.store.watermark(recorder.plan_watermark)
    stored = recorder.store.plan(digest) if digest else None
    return Plan.model_validate(stored.document) if stored else None


def windows_until(store: Database) -> OpenWindows | None:
    """How many undo windows are open, and until when; None when none is."""
    found = QuarantineKeys(store).open_windows()
    last = max((each.until for each in found), default=None)
    return OpenWindows(plans=len(found), until=last) if last else None


def _known(record: FindingRecord, asked: Mapping[str, date]) -> KnownFinding:
    decision = record.decision
    return KnownFinding(
        finding=record.finding,
        status=record.status,
        first_seen=record.first_seen,
        last_seen=record.last_seen,
        role=decision.role if decision else None,
        by=decision.by if decision else None,
        reason=decision.reason if decision else None,
        until=decision.until if decision else None,
        leak_asked_since=asked.get(record.finding.fingerprint),
    )
