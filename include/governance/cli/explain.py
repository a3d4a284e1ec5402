"""``daicho explain CONTROL``: what a control checks, where, by which law and SQL, and who acts."""

from __future__ import annotations

from typing import Annotated

import typer

from include.governance.cli import options
from include.governance.cli.edge import console, handled
from include.governance.cli.json_file import write_json
from include.governance.cli.judge import open_recorder
from include.governance.cli.terminal import Terminal, plain
from include.governance.model.policy import PrivacyPolicy
from include.governance.pipeline.explain import Explanation, PlaceExplained, explain
from include.governance.report.format import period
from include.governance.wording import Language, say

HELP = say("cli.explain", "en") + " / " + say("cli.explain", "ja")


def explain_command(
    control: Annotated[str, typer.Argument(metavar="CONTROL", help="For example S2-04a / 統制ID.")],
    as_of: options.AsOf = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Show one control as it is bound to the tables of this installation."""
    with handled(lang):
        recorder, language = open_recorder(as_of, lang)
        _, last = recorder.outcome()
        judged = last if recorder.runs_of_the_day() else ()
        found = explain(recorder.workspace, control, recorder.as_of, judged)
        write_json(found.model_dump(mode="json"), json)
        out = console(error=str(json) == "-")
        _show(found, recorder.workspace.rulebook.policy, out, language)


def _show(found: Explanation, policy: PrivacyPolicy, out: Terminal, language: Language) -> None:
    own = found.definition
    clause = policy.clauses[own.clause]
    role = policy.roles.get(own.role)
    out.print(f"[bold]{found.control}[/]  {plain(own.title.say(language))}")
    facts = {
        "clause": f"{own.clause} {clause.label.say(language)}",
        "law": ", ".join(own.law),
        "severity": say(f"severity.{own.severity}", language),
        "owner": role.label.say(language) if role else own.role,
        "due": period(policy.act_within[own.severity], language),
        "todo": own.todo.say(language),
    }
    if own.incident:
        facts["incident"] = ", ".join(
            f"{say(f'incident_category.{each}', language)} ({each})" for each in own.incident
        )
    for name, text in facts.items():
        out.print(f"  [dim]{say(f'explain.{name}', language)}[/]  {plain(text)}")
    if own.scan and own.scan.entities:
        out.print(f"  [dim]{say('explain.entities', language)}[/]  {', '.join(own.scan.entities)}")
    for breach in found.breaches:
        out.print(f"  [dim]{say('explain.breach', language)}[/]  {plain(breach)}")
    if not found.places:
        out.print(say("explain.nowhere", language))
    for place in found.places:
        _place(place, out, language)


def _place(place: PlaceExplained, out: Terminal, language: Language) -> None:
    status = say(f"status.{place.status}", language) if place.status else "-"
    rows = f" ({place.rows:,})" if place.rows else ""
    out.print(f"\n[bold]{plain(place.source)}.{plain(place.table)}[/]  {plain(place.rule)}")
    out.print(f"  [dim]{say('explain.last', language)}[/]  {status}{rows}")
    if place.problem:
        out.print(f"  [dim]{say('explain.problem', language)}[/]  {plain(place.problem)}")
    for asked in place.statements:
        key = "explain.in_memory" if asked.database == "duckdb" else "explain.in_database"
        out.print(f"  [dim]{say(key, language, source=plain(asked.database))}[/]")
        for line in asked.sql.splitlines():
            out.print(f"    {plain(line)}")
