"""``daicho report``: write the report of a day from what the store knows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from include.governance.cli import options
from include.governance.cli.edge import Exit, console, handled
from include.governance.cli.judge import open_recorder
from include.governance.cli.terminal import plain
from include.governance.pipeline.report import make_report, write_report
from include.governance.report.summary import summary_table
from include.governance.wording import say

HELP = say("cli.report", "en") + " / " + say("cli.report", "ja")


def report(
    as_of: options.AsOf = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Folder / 出力先フォルダー.")
    ] = None,
    lang: options.Lang = None,
) -> None:
    """Write HTML and CSV in both languages and JSON; show the summary."""
    with handled(lang):
        recorder, language = open_recorder(as_of, lang)
        paths = write_report(recorder, out)
        console().print(summary_table(make_report(recorder), language))
        for path in paths.values():
            console().print(plain(say("cli.report_written", language, path=path)))
        raise typer.Exit(Exit.CLEAN)
