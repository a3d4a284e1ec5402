"""``daicho reapply --since DATE``: erase again what a restored backup brought back."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from include.governance.cli import options
from include.governance.cli.actor import As, Ticket, actor
from include.governance.cli.desk import open_desk
from include.governance.cli.edge import Exit, console, handled
from include.governance.cli.json_file import write_json
from include.governance.cli.judge import chosen
from include.governance.cli.terminal import plain
from include.governance.disposal.reapply import Repeated, reapply
from include.governance.wording import Language, say

HELP = say("cli.reapply", "en") + " / " + say("cli.reapply", "ja")
Since = Annotated[
    date,
    typer.Option(
        "--since", parser=options.day, metavar="YYYY-MM-DD", help="Erased since / この日以降の消去."
    ),
]


def reapply_command(
    since: Since,
    ticket: Ticket,
    source: options.SourceName = None,
    person: As = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Plan the erasure of rows that came back; nothing is erased.

    Exit 1 when there are any, or when the database was restored or is another one; exit 2 when the
    store does not remember all that was erased.
    """
    with handled(lang):
        desk, reader = open_desk(lang)
        names = chosen(desk.workspace, source)
        found = [reapply(desk, each, since, ticket=ticket, by=actor(person)) for each in names]
        write_json([each.model_dump(mode="json") for each in found], json)
        out = console(error=str(json) == "-")
        for each in found:
            for line in _lines(each, reader):
                out.print(plain(line))
        if any(each.forgotten for each in found):
            raise typer.Exit(Exit.NOT_EVALUATED)
        raise typer.Exit(Exit.FINDINGS if any(each.noticed for each in found) else Exit.CLEAN)


def _lines(found: Repeated, reader: Language) -> list[str]:
    facts = {"source": found.source, "rows": found.rows}
    lines = [say("reapply.found" if found.rows else "reapply.none", reader, **facts)]
    if found.lost:
        lines.append(say("reapply.lost", reader, source=found.source, n=found.lost))
    if found.moved:
        lines.append(say("reapply.moved", reader, source=found.source))
    if found.forgotten:
        lines.append(say("reapply.forgotten", reader, source=found.source, n=found.forgotten))
    lines += [say("reapply.plan", reader, plan=plan) for plan in found.plans]
    if found.waiting:
        lines.append(say("reapply.waiting", reader, rows=found.waiting))
    if found.later:
        lines.append(say("reapply.later", reader, rows=found.later))
    if found.unplanned:
        lines.append(say("reapply.unplanned", reader, rows=found.unplanned))
    return lines
