"""The options that several commands share."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from include.governance.cli.json_file import claim
from include.governance.model.policy import SEVERITIES
from include.governance.source.sample import Sample


def day(text: str) -> date:
    """A day written as YYYY-MM-DD."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise typer.BadParameter("YYYY-MM-DD") from error


def sample(text: str) -> Sample:
    """``5%`` of each table, or about ``10000`` rows of it."""
    number, percent, rest = text.partition("%")
    with suppress(ValueError):
        if percent and not rest and 0 < (share := float(number) / 100) <= 1:
            return Sample(share, None)
        if not percent and (rows := int(number)) > 0:
            return Sample(None, rows)
    raise typer.BadParameter("5% | 10000")


def _severity(text: str) -> str:
    if text not in (*SEVERITIES, "never"):
        raise typer.BadParameter(", ".join((*SEVERITIES, "never")))
    return text


Lang = Annotated[
    str | None, typer.Option("--lang", metavar="en|ja", help="Language / 言語 (default: locale).")
]
AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of", parser=day, metavar="YYYY-MM-DD", help="The day to judge by / 基準日 (today)."
    ),
]
Json = Annotated[
    Path | None,
    typer.Option(
        "--json",
        metavar="FILE|-",
        help="Write JSON here / JSON出力先.",
        # Before the other options: a file of an earlier run must not outlive one that fails.
        is_eager=True,
        callback=claim,
    ),
]
FailOn = Annotated[
    str,
    typer.Option(
        "--fail-on",
        parser=_severity,
        metavar="critical|high|medium|low|never",
        help="Exit 1 from this severity on / 終了コード1とする重大度.",
    ),
]
Examples = Annotated[
    int,
    typer.Option(
        "--examples",
        min=0,
        max=20,
        metavar="N",
        help="Show N masked examples a column, on a terminal only / 列ごとに伏せ字の例をN件表示.",
    ),
]
Full = Annotated[
    bool,
    typer.Option(
        "--full",
        help="Read append-only tables from their first row on / 追記専用の表も全行を読み直す.",
    ),
]
Sampled = Annotated[
    Sample | None,
    typer.Option(
        "--sample",
        parser=sample,
        metavar="PERCENT%|ROWS",
        help="Only look at random rows of each table; records nothing, never clean / 抽出のみ.",
    ),
]
Seed = Annotated[
    int,
    typer.Option("--seed", min=0, max=2**31 - 1, help="Which random rows / 抽出の種."),
]
SourceName = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="NAME", help="Only these sources / 対象ソース."),
]
Anchors = Annotated[
    list[Path] | None,
    typer.Option("--anchor", metavar="FILE|DIR", help="Checkpoints kept elsewhere / 外部保管分."),
]
