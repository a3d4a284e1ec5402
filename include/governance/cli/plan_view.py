"""A plan on the terminal: what goes, what stays and why, what forbids it, what comes next."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table

from include.governance.cli.terminal import Terminal, plain
from include.governance.disposal import told
from include.governance.disposal.view import PlanView
from include.governance.model.disposal import PlanRecord, PlanStatus, Rehearsal
from include.governance.model.policy import Limits
from include.governance.wording import Language, say


def show_view(view: PlanView, out: Terminal, language: Language) -> None:
    """Everything a person needs to decide."""
    show_plan(view.status.plan, view.limits, out, language)
    out.print(plain(say("disposal.state", language, state=_state(view.status, language))))
    for hazard in view.hazards:
        out.print(f"[bold red]{plain(hazard.say(language))}[/]")
    for line in told.left(view.deferred, language):
        out.print(plain(line))
    for each in view.decisions:
        text = say(
            f"disposal.decided_{each.decision}",
            language,
            person=each.person,
            at=f"{each.at:%Y-%m-%d %H:%M}Z",
            until=f"{each.expires:%Y-%m-%d %H:%M}Z",
            stage=each.stage,
            why=say(f"disposal.why_{each.reason or 'none'}", language),
        )
        out.print(plain(text))
    if view.open_stage:
        roles = ", ".join(label.say(language) for label in view.roles.values())
        out.print(say("disposal.waits", language, stage=view.open_stage, roles=roles))
    if view.kept or view.undo_window:
        out.print(plain(told.keeping(view.kept, view.undo_window, language)))
    if view.proof:
        for line in told.proven(view.proof, language):
            out.print(plain(line))


def show_plan(plan: PlanRecord, limits: Limits, out: Terminal, language: Language) -> None:
    """What a plan would change, counts per table and action."""
    title = say(
        "disposal.plan_title", language, plan=plan.plan_id, rows=plan.rows, source=plan.source
    )
    table = Table(title=plain(title), title_justify="left")
    for key in ("table", "action", "rows", "total_rows"):
        numbers = key in ("rows", "total_rows")
        table.add_column(say(f"column.{key}", language), justify="right" if numbers else "left")
    for step in plan.erasure.steps:
        table.add_row(
            plain(step.table),
            "; ".join(told.changes(plan, step.kind, language, plain)),
            f"{step.rows:,}",
            f"{step.total_rows:,}",
        )
    out.print(table)
    for line in told.facts(plan, limits, language):
        out.print(plain(line))
    for over in plan.over_limits:
        out.print(f"[bold red]{plain(told.refused(over, over.table, language))}[/]")
    out.print(say("cli.plan_digest", language, digest=plan.digest))


def show_statuses(statuses: Iterable[PlanStatus], out: Terminal, language: Language) -> None:
    """All plans, one a line."""
    table = Table()
    for key in ("plan", "plan_state", "source", "table", "record_class", "rows", "requester"):
        table.add_column(
            say(f"column.{key}", language), justify="right" if key == "rows" else "left"
        )
    for each in statuses:
        plan = each.plan
        table.add_row(
            plan.plan_id,
            _state(each, language),
            plain(plan.source),
            plain(plan.table),
            plan.rule,
            f"{plan.rows:,}",
            plain(plan.requester),
        )
    out.print(table)


def show_rehearsal(found: Rehearsal, out: Terminal, language: Language) -> None:
    """What a rehearsal did and undid."""
    facts = found.model_dump(include={"chunks", "roots", "rows", "skipped", "seconds"})
    out.print(say("disposal.rehearsed", language, **facts))


def _state(status: PlanStatus, language: Language) -> str:
    return say(f"disposal.state_{status.state}", language)
