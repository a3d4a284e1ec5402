"""``daicho verdict list|decide``: what scans say of columns, and a person's word against one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Any

import typer
from rich.table import Table

from include.governance.cli import options
from include.governance.cli.edge import console, handled, settings, today, workspace
from include.governance.cli.json_file import write_json
from include.governance.cli.terminal import plain
from include.governance.contract.vocabulary import VENDOR
from include.governance.errors import ConfigurationError
from include.governance.model.classification import Classification
from include.governance.model.verdict import HumanVerdict
from include.governance.report.format import bound
from include.governance.wording import Language, say
from include.governance.yamlfile import did_you_mean

HELP = say("cli.verdict", "en") + " / " + say("cli.verdict", "ja")
app = typer.Typer(no_args_is_help=True)


@app.command("list", help=say("cli.verdict_list", "en") + " / " + say("cli.verdict_list", "ja"))
def show(
    source: options.SourceName = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Every column as the newest scan judged it, and why."""
    with handled(lang):
        own = settings(lang)
        found = [
            each
            for each in workspace(own).store().classifications()
            if not source or each.source in source
        ]
        write_json({"classifications": [each.model_dump(mode="json") for each in found]}, json)
        if str(json) != "-":
            console().print(_table(found, own.language))


@app.command(
    "decide", help=say("cli.verdict_decide", "en") + " / " + say("cli.verdict_decide", "ja")
)
def decide(
    column: Annotated[str, typer.Argument(metavar="SOURCE.TABLE.COLUMN")],
    role: Annotated[str, typer.Option("--role", help="Role of the policy / 役割.")],
    reason: Annotated[
        str, typer.Option("--reason", help="Without personal data / 個人データは不可.")
    ],
    day: Annotated[
        date | None, typer.Option("--day", parser=options.day, metavar="YYYY-MM-DD")
    ] = None,
    lang: options.Lang = None,
) -> None:
    """Print the words to put under the column in its contract, with the evidence of the scan."""
    with handled(lang):
        opened = workspace(settings(lang))
        roles = opened.rulebook.policy.roles
        if role not in roles:
            raise ConfigurationError("role_unknown", allowed=", ".join(roles))
        found = _one(opened.store().classifications(), column)
        typer.echo(_words(found, role, reason, day or today()))


def _one(found: Sequence[Classification], name: str) -> Classification:
    """The verdict on the column; raises ConfigurationError when there is none to speak against."""
    known = {f"{e.source}.{e.table}.{e.column}": e for e in found if e.within is None}
    if name not in known:
        near = did_you_mean(name, known) or "-"
        raise ConfigurationError("verdict_unknown", near=near)
    if known[name].outcome == "none":
        raise ConfigurationError("verdict_of_nothing", column=name)
    return known[name]


def _words(found: Classification, role: str, reason: str, day: date) -> str:
    verdict = HumanVerdict.model_validate(
        {
            "kinds": [part.entity for part in found.prevalence],
            "hits": found.hits,
            "rows": found.rows,
            "by": role,
            "day": day,
            "reason": reason,
        }
    )
    value = ", ".join(
        f"{key}: {_flow(each)}" for key, each in verdict.model_dump(mode="json").items()
    )
    return f"- property: verdict\n  vendor: {VENDOR}\n  value: {{{value}}}"


def _flow(value: Any) -> str:
    """A value as YAML reads it within braces; JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)


def _table(found: Iterable[Classification], language: Language) -> Table:
    table = Table(title=say("cli.verdict_title", language), title_justify="left")
    for key in ("table", "column", "outcome", "evidence", "confidence", "why"):
        table.add_column(say(f"column.{key}", language))
    for each in found:
        table.add_row(
            plain(f"{each.source}.{each.table}"),
            plain(each.column),
            _outcome(each, language),
            "\n".join(_evidence(each, language)),
            f"{each.confidence:.0%}",
            " ".join(say(f"detect_reason.{code}", language) for code in each.reasons),
        )
    return table


def _outcome(each: Classification, language: Language) -> str:
    said = say(f"outcome.{each.outcome}", language)
    return f"{said} ({say(f'standing.{each.standing}', language)})" if each.standing else said


def _evidence(each: Classification, language: Language) -> Iterable[str]:
    """The kinds with their counts; of a negative, what it proves."""
    for part in each.prevalence:
        kind = say(f"detect_entity.{part.entity}", language)
        yield say(
            "cli.verdict_kind",
            language,
            kind=kind,
            rows=part.rows,
            of=each.rows,
            upper=bound(part.upper),
        )
    if each.outcome == "none" and each.rows:
        yield say("cli.verdict_none", language, of=each.rows, bound=bound(each.bound))
