"""``daicho selection add``: keep a choice of rows beside the data, so that a plan can name it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from include.governance.cli import options
from include.governance.cli.actor import As, Reason, Ticket, actor
from include.governance.cli.desk import open_desk
from include.governance.cli.edge import console, handled
from include.governance.cli.given_file import read_lines
from include.governance.cli.json_file import write_json
from include.governance.cli.judge import chosen
from include.governance.disposal.choice import store_choice, unmatched
from include.governance.disposal.key_lines import keys_of_lines
from include.governance.errors import ConfigurationError
from include.governance.pipeline.workspace import Workspace
from include.governance.wording import say
from include.governance.yamlfile import did_you_mean

HELP = say("cli.selection", "en") + " / " + say("cli.selection", "ja")
ADD_HELP = say("cli.selection_add", "en") + " / " + say("cli.selection_add", "ja")
app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep ``add`` a word of its own."""


@app.command("add", help=ADD_HELP)
def add(
    source: Annotated[str, typer.Option("--source", help="Source / ソース.")],
    table: Annotated[str, typer.Option("--table", help="Table / テーブル.")],
    keys_file: Annotated[
        Path,
        typer.Option("--keys-file", exists=True, dir_okay=False, help="A key a line / 1行に1キー."),
    ],
    reason: Reason,
    ticket: Ticket,
    person: As = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Print the selection's id, which is all that plans and runs carry."""
    with handled(lang):
        desk, reader = open_desk(lang)
        _require_declared(desk.workspace, source, table)
        keys = keys_of_lines(desk, source, table, read_lines(keys_file))
        made = store_choice(
            desk, source, table, keys, reason=reason, ticket=ticket, by=actor(person)
        )
        missing = unmatched(desk, made)
        write_json({**made.model_dump(mode="json"), "unmatched": missing}, json)
        out = console(error=str(json) == "-")
        facts = {"selection": made.selection_id, "keys": made.keys}
        out.print(say("disposal.selection_kept", reader, **facts))
        if missing:
            out.print(say("disposal.selection_unmatched", reader, rows=missing))


def _require_declared(opened: Workspace, source: str, table: str) -> None:
    """Raise ConfigurationError for a table of no contract; what is no name is not repeated."""
    chosen(opened, (source,))
    known = [dataset.table for dataset in opened.of_source(source)]
    if table not in known:
        near = did_you_mean(table, known) or ", ".join(known)
        raise ConfigurationError("table_unknown", source=source, allowed=near)
