"""``daicho plan``: what a disposal would change; written down only when it is to be approved."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from include.governance.cli import options, plan_make
from include.governance.cli.actor import As
from include.governance.cli.edge import Exit, console, handled
from include.governance.cli.json_file import write_json
from include.governance.cli.judge import chosen, open_recorder
from include.governance.cli.terminal import Terminal, plain
from include.governance.disposal import told
from include.governance.model.plan import Plan
from include.governance.wording import Language, say

HELP = say("cli.plan", "en") + " / " + say("cli.plan", "ja")
app = typer.Typer(no_args_is_help=True)


app.command("request", help=plan_make.REQUEST_HELP)(plan_make.request)
app.command("adhoc", help=plan_make.ADHOC_HELP)(plan_make.adhoc)
app.command("show", help=plan_make.SHOW_HELP)(plan_make.show)


@app.command("retention", help=say("cli.plan", "en") + " / " + say("cli.plan", "ja"))
def retention(
    source: options.SourceName = None,
    for_approval: Annotated[
        bool, typer.Option("--for-approval", help="Write it beside the data / 承認用に保存する.")
    ] = False,
    person: As = None,
    as_of: options.AsOf = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Plan what is due; exit 1 when the plan breaks a limit and may not be approved."""
    with handled(lang):
        if for_approval:
            plan_make.make_retention(source, as_of, person, json, lang)
        recorder, language = open_recorder(as_of, lang)
        names = chosen(recorder.workspace, source)
        recorder.workspace.ready(names)
        plan = recorder.plan([fact for name in names for fact in recorder.plan_facts(name)])
        write_json(plan.model_dump(mode="json"), json)
        show(plan, console(error=str(json) == "-"), language)
        raise typer.Exit(Exit.FINDINGS if plan.refusals else Exit.CLEAN)


def show(plan: Plan, out: Terminal, language: Language) -> None:
    """The plan as a person reads it."""
    table = Table(title=say("cli.plan_title", language, rows=plan.rows), title_justify="left")
    for key in ("table", "record_class", "action", "rows", "oldest", "youngest"):
        table.add_column(
            say(f"column.{key}", language), justify="right" if key == "rows" else "left"
        )
    for step in plan.steps:
        table.add_row(
            plain(f"{step.source}.{step.table}"),
            step.record_class,
            say(f"action.{step.action}", language),
            f"{step.rows:,}",
            step.oldest.isoformat() if step.oldest else "",
            step.youngest.isoformat() if step.youngest else "",
        )
    out.print(table)
    for kept in plan.kept:
        text = say(
            f"plan.kept_{kept.reason}",
            language,
            table=f"{kept.source}.{kept.table}",
            rows=kept.rows,
        )
        out.print(plain(text))
    for refusal in plan.refusals:
        text = told.refused(refusal, f"{refusal.source}.{refusal.table}", language)
        out.print(f"[bold red]{plain(text)}[/]")
    out.print(say("cli.plan_digest", language, digest=plan.digest))
