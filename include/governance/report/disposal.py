"""The dry disposal plan as the person who approves it reads it."""

from __future__ import annotations

from include.governance.model.plan import Plan, PlanStep
from include.governance.model.schedule import Action
from include.governance.model.text import Text
from include.governance.report.given import ReportInput
from include.governance.report.sections import Disposal, DisposalStep


def disposal(given: ReportInput) -> Disposal | None:
    """The plan with the names of its record classes, or None when none was made."""
    plan = given.plan
    if plan is None:
        return None
    labels = {name: record.label for name, record in given.schedule.record_classes.items()}
    named = {step.record_class for step in plan.steps} | {kept.record_class for kept in plan.kept}
    return Disposal(
        as_of=plan.as_of,
        digest=plan.digest,
        is_current=_is_current(plan, given),
        rows=plan.rows,
        tables=len({(step.source, step.table) for step in plan.steps}),
        steps=tuple(_step(step, labels) for step in plan.steps),
        kept=plan.kept,
        refusals=plan.refusals,
        labels={name: _label(labels, name) for name in sorted(named)},
    )


def _is_current(plan: Plan, given: ReportInput) -> bool:
    made_under = (plan.as_of, plan.rulebook_sha256, plan.contracts_sha256)
    versions = given.versions
    return made_under == (
        given.outcome.as_of,
        versions.rulebook_sha256,
        versions.contracts_sha256,
    )


def _step(step: PlanStep, labels: dict[str, Text]) -> DisposalStep:
    columns: dict[Action, tuple[str, ...]] = {}
    for column, action in step.actions.items():
        columns[action] = (*columns.get(action, ()), column)
    return DisposalStep(
        order=step.order,
        source=step.source,
        table=step.table,
        label=_label(labels, step.record_class),
        root=step.root,
        action=step.action,
        columns=columns,
        rows=step.rows,
        total_rows=step.total_rows,
        oldest=step.oldest,
        youngest=step.youngest,
    )


def _label(labels: dict[str, Text], name: str) -> Text:
    return labels.get(name) or Text(en=name, ja=name)
