"""``daicho plan request|adhoc|show``, and retention plans that are written for approval."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from include.governance.cli import options
from include.governance.cli.actor import As, Reason, Ticket, actor
from include.governance.cli.desk import open_desk
from include.governance.cli.dispose import PlanId
from include.governance.cli.edge import Exit, console, handled, today
from include.governance.cli.json_file import write_json
from include.governance.cli.judge import chosen
from include.governance.cli.plan_view import show_plan, show_rehearsal, show_view
from include.governance.cli.terminal import Terminal, plain
from include.governance.disposal import told
from include.governance.disposal.answer import plan_request
from include.governance.disposal.desk import Desk
from include.governance.disposal.occasion import occasion_of
from include.governance.disposal.plan import plan_adhoc, plan_retention
from include.governance.disposal.rehearse import rehearse_plan
from include.governance.disposal.view import view_plan
from include.governance.model.disposal import PlanRecord
from include.governance.wording import Language, say

REQUEST_HELP = say("cli.plan_request", "en") + " / " + say("cli.plan_request", "ja")
ADHOC_HELP = say("cli.plan_adhoc", "en") + " / " + say("cli.plan_adhoc", "ja")
SHOW_HELP = say("cli.plan_show", "en") + " / " + say("cli.plan_show", "ja")


def request(
    request_id: Annotated[str, typer.Argument(metavar="REQUEST", help="Request / 請求ID.")],
    reason: Reason,
    ticket: Ticket,
    person: As = None,
    as_of: options.AsOf = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Plan the rows of the person whose request this is; exit 1 when rows stay or none is found."""
    with handled(lang):
        desk, reader = open_desk(lang)
        why = occasion_of(desk.workspace.rulebook.policy, reason, ticket)
        found = plan_request(desk, request_id, as_of or today(), actor(person), why)
        write_json(found.model_dump(mode="json"), json)
        out = console(error=str(json) == "-")
        _show(desk, found.plans, out, reader)
        for line in told.answer(found, reader):
            out.print(plain(line))
        raise typer.Exit(_exit(found.plans, unanswered=found.nobody or found.undone))


def adhoc(
    selection: Annotated[str, typer.Argument(metavar="SELECTION", help="Selection / 選択ID.")],
    person: As = None,
    as_of: options.AsOf = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Plan the rows of a stored selection, under the rules of their record classes."""
    with handled(lang):
        desk, reader = open_desk(lang)
        made = plan_adhoc(desk, selection, as_of or today(), actor(person))
        _tell(desk, made, json, reader)


def show(
    plan: PlanId,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="Do it and roll it back / 実行して取り消す.")
    ] = False,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Show everything there is to decide on; exit 1 when the plan may not be approved."""
    with handled(lang):
        desk, reader = open_desk(lang)
        found = rehearse_plan(desk, plan) if rehearse else None
        view = view_plan(desk, plan)
        rehearsal = found.model_dump(mode="json") if found else None
        write_json({**view.model_dump(mode="json"), "rehearsal": rehearsal}, json)
        out = console(error=str(json) == "-")
        show_view(view, out, reader)
        if found:
            show_rehearsal(found, out, reader)
        bad = view.status.plan.over_limits or view.hazards
        raise typer.Exit(Exit.FINDINGS if bad else Exit.CLEAN)


def make_retention(
    sources: Sequence[str] | None,
    as_of: date | None,
    person: str | None,
    json: Path | None,
    lang: str | None,
) -> NoReturn:
    """Write plans for everything that is due in these sources, and leave."""
    desk, reader = open_desk(lang)
    names = chosen(desk.workspace, sources)
    desk.workspace.ready(names)
    made = [
        plan
        for name in names
        for plan in plan_retention(desk, name, as_of or today(), actor(person))
    ]
    _tell(desk, made, json, reader)


def _tell(desk: Desk, made: Sequence[PlanRecord], json: Path | None, reader: Language) -> NoReturn:
    write_json({"plans": [each.model_dump(mode="json") for each in made]}, json)
    out = console(error=str(json) == "-")
    _show(desk, made, out, reader)
    if not made:
        out.print(say("disposal.nothing_due", reader))
    raise typer.Exit(_exit(made))


def _show(desk: Desk, made: Sequence[PlanRecord], out: Terminal, reader: Language) -> None:
    for plan in made:
        show_plan(plan, desk.workspace.rulebook.policy.limits, out, reader)


def _exit(made: Sequence[PlanRecord], *, unanswered: bool = False) -> Exit:
    over = any(plan.over_limits for plan in made)
    return Exit.FINDINGS if over or unanswered else Exit.CLEAN
