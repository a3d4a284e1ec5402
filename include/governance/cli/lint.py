"""``daicho lint``: every mistake in the files that people write, at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from include.governance.cli import options
from include.governance.cli.edge import (
    Exit,
    connections,
    console,
    handled,
    language,
    lint_settings,
    today,
)
from include.governance.cli.json_file import write_json
from include.governance.cli.terminal import Terminal, plain
from include.governance.contract.load import load_folder
from include.governance.errors import ConfigurationError
from include.governance.expectations.files import load_suites
from include.governance.lint import drift
from include.governance.lint import lint as lint_files
from include.governance.model.contract import DataContract
from include.governance.model.mistake import Mistake
from include.governance.pipeline.workspace import own_tables_in
from include.governance.policy.load import load_rulebook
from include.governance.rules.needs import wrong_needs
from include.governance.settings import ROOT, environment, store_url
from include.governance.source.database import Source
from include.governance.wording import Language, say

HELP = say("cli.lint", "en") + " / " + say("cli.lint", "ja")


def lint(
    live: Annotated[
        bool, typer.Option("--live", help="Compare contracts with the databases / DBと比較する.")
    ] = False,
    as_of: options.AsOf = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Exit 3 when there is an error; warnings do not change the exit code."""
    with handled(lang):
        chosen = language(lang)
        policies, contracts_folder, expectations = lint_settings()
        rulebook, mistakes = load_rulebook(policies, ROOT)
        contracts, wrong = load_folder(contracts_folder, ROOT)
        mistakes += wrong
        if rulebook is not None:
            mistakes += load_suites(expectations, ROOT, rulebook)[1]
            declared = [dataset for contract in contracts for dataset in contract.datasets]
            mistakes += wrong_needs(rulebook, declared)
            mistakes += lint_files(rulebook, contracts, as_of or today())
        if live:
            mistakes += _drift(contracts, chosen)
        show(mistakes, console(error=str(json) == "-"), chosen)
        write_json({"mistakes": [m.model_dump(mode="json") for m in mistakes]}, json)
        errors = any(mistake.level == "error" for mistake in mistakes)
        raise typer.Exit(Exit.BAD_CONFIGURATION if errors else Exit.CLEAN)


def _drift(contracts: Iterable[DataContract], chosen: Language) -> list[Mistake]:
    datasets = [dataset for contract in contracts for dataset in contract.datasets]
    connect, store = connections(), store_url(environment())
    mistakes: list[Mistake] = []
    for name in sorted({dataset.source for dataset in datasets}):
        here = [dataset for dataset in datasets if dataset.source == name]
        try:
            source = Source(name, connect(name))
        except ConfigurationError as error:
            console(error=True).print(plain(error.say(chosen)))
            mistakes += drift(here, {})
            continue
        mistakes += drift(here, {name: source}, own_tables_in(source, store))
    return mistakes


def show(mistakes: Iterable[Mistake], out: Terminal, chosen: Language) -> None:
    """Each mistake with its place, then how many."""
    counts = {"error": 0, "warning": 0}
    for mistake in mistakes:
        counts[mistake.level] += 1
        colour = "red" if mistake.level == "error" else "yellow"
        where = f"{mistake.file}:{mistake.line}"
        level = say(f"level.{mistake.level}", chosen)
        path = f" {mistake.path}:" if mistake.path else ""
        out.print(
            f"{plain(where)}: [{colour}]{level}[/]:{plain(path)} {plain(mistake.say(chosen))}"
        )
    key = "cli.lint_errors" if counts["error"] else "cli.lint_clean"
    out.print(say(key, chosen, errors=counts["error"], warnings=counts["warning"]))
