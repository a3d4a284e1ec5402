"""Put a report together; pure, so the same input always gives the same report."""

from __future__ import annotations

from datetime import date

from include.governance.model.policy import LawProfile, PendingLaw
from include.governance.report.agenda import agenda
from include.governance.report.attention import attention, counts, decided, matrix, questions
from include.governance.report.clauses import clauses
from include.governance.report.coverage import coverage
from include.governance.report.data_map import data_map
from include.governance.report.disposal import disposal
from include.governance.report.given import ReportInput
from include.governance.report.model import Coverage, Head, Law, Pending, Report, Verdict
from include.governance.report.phrases import mistake
from include.governance.report.scorecard import accuracy, retention
from include.governance.report.sections import ControlFindings, LintLine, RetentionLine


def compose(given: ReportInput) -> Report:
    """The report on one run."""
    groups = attention(given)
    kept = tuple(retention(given))
    return Report(
        head=_head(given, groups, kept),
        attention=groups,
        decided=tuple(decided(given)),
        questions=tuple(questions(given)),
        matrix=matrix(given, groups),
        clauses=tuple(clauses(given, groups)),
        accuracy=tuple(accuracy(given)),
        retention=kept,
        disposal=disposal(given),
        certificates=given.certificates,
        windows=given.windows,
        data_map=tuple(data_map(given)),
        gaps=tuple(name for name, clause in given.policy.statements.items() if clause is None),
        lint=tuple(_lint(given)),
        versions=given.versions,
        schedule_version=given.schedule.version,
        schedule_reviewed_on=given.schedule.reviewed_on,
        runs=given.runs,
    )


def verdict(result: str, reached: Coverage, groups: tuple[ControlFindings, ...]) -> Verdict:
    """The headline; what could not be read or judged outranks everything."""
    if result == "error" or reached.unreached or not reached.scanned:
        return "could_not_evaluate"
    return "needs_review" if groups else "complete"


def _head(
    given: ReportInput, groups: tuple[ControlFindings, ...], kept: tuple[RetentionLine, ...]
) -> Head:
    policy, reached = given.policy, coverage(given)
    held = [line.held for line in kept if line.held is not None]
    return Head(
        title=policy.title,
        controller=policy.controller.name,
        as_of=given.outcome.as_of,
        made_at=given.made_at,
        timezone=policy.timezone,
        policy_version=given.outcome.policy_version,
        effective_from=policy.effective_from,
        verdict=verdict(given.outcome.result, reached, groups),
        counts=counts(given, groups),
        not_evaluated=sum(status.status == "error" for status in given.outcome.rules),
        clauses=len(policy.clauses),
        clauses_checked=len(
            {status.clause for status in given.outcome.rules if status.status in ("pass", "fail")}
        ),
        law=_law(policy.law_profile, given.outcome.as_of),
        coverage=reached,
        agenda=agenda(groups),
        held=sum(held) if held else None,
    )


def _law(profile: LawProfile, as_of: date) -> Law:
    recheck_by = profile.recheck_after.after(profile.checked_on)
    return Law(
        label=profile.label,
        checked_on=profile.checked_on,
        recheck_by=recheck_by,
        is_stale=recheck_by < as_of,
        pending=tuple(_pending(law, as_of) for law in profile.pending),
    )


def _pending(law: PendingLaw, as_of: date) -> Pending:
    start = law.in_force or law.in_force_by
    return Pending(
        act=law.act,
        scope=law.scope,
        promulgated=law.promulgated,
        in_force=law.in_force,
        in_force_by=law.in_force_by,
        is_in_force=start is not None and start <= as_of,
    )


def _lint(given: ReportInput) -> list[LintLine]:
    lines = [
        LintLine(file=m.file, line=m.line, path=m.path, level=m.level, text=mistake(m))
        for m in given.mistakes
    ]
    return sorted(lines, key=lambda line: (line.level, line.file, line.line, line.path))
