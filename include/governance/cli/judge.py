"""``daicho run|scan|check|flag``: judge the sources and leave with an exit code."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import typer

from include.governance.cli import options
from include.governance.cli.edge import (
    Exit,
    console,
    handled,
    now,
    settings,
    today,
    workspace,
)
from include.governance.cli.examples import examples_table, require_terminal
from include.governance.cli.json_file import write_json
from include.governance.cli.sampling import look
from include.governance.cli.show import (
    findings_table,
    progress_line,
    reasons,
    statuses_table,
    verdicts_table,
)
from include.governance.cli.terminal import Terminal, plain
from include.governance.errors import ConfigurationError, SourceError
from include.governance.model.policy import SEVERITIES
from include.governance.model.result import RuleResult
from include.governance.model.run import RunOutcome
from include.governance.pipeline.everything import run_everything
from include.governance.pipeline.record import Recorder
from include.governance.pipeline.registers import REGISTERS
from include.governance.pipeline.workspace import Workspace
from include.governance.wording import Language, say
from include.governance.yamlfile import did_you_mean

RUN_HELP = say("cli.run", "en") + " / " + say("cli.run", "ja")
SCAN_HELP = say("cli.scan", "en") + " / " + say("cli.scan", "ja")
CHECK_HELP = say("cli.check", "en") + " / " + say("cli.check", "ja")
FLAG_HELP = say("cli.flag", "en") + " / " + say("cli.flag", "ja")


def run(
    as_of: options.AsOf = None,
    json: options.Json = None,
    fail_on: options.FailOn = "low",
    lang: options.Lang = None,
) -> None:
    """scan → check → flag on all contracts."""
    with handled(lang):
        recorder, language = open_recorder(as_of, lang)
        recorder.workspace.ready(recorder.workspace.source_names)
        out = console(error=str(json) == "-")
        outcome, results = run_everything(
            recorder,
            lambda verb, source, counts: out.print(progress_line(verb, source, counts, language)),
        )
        write_json(outcome.published(), json)
        _show(outcome, results, recorder, out, language)
        raise typer.Exit(exit_code(outcome, fail_on))


def scan(
    source: options.SourceName = None,
    as_of: options.AsOf = None,
    json: options.Json = None,
    fail_on: options.FailOn = "low",
    lang: options.Lang = None,
    examples: options.Examples = 0,
    full: options.Full = False,
    sample: options.Sampled = None,
    seed: options.Seed = 0,
) -> None:
    """What do the tables really hold?"""
    with handled(lang):
        out = console(error=str(json) == "-")
        if examples:
            require_terminal(out)
        recorder, language = open_recorder(as_of, lang)
        names = chosen(recorder.workspace, source)
        if sample:
            chance = replace(sample, seed=seed)
            found, results = look(recorder.workspace, names, chance, out, language)
        else:
            read = partial(recorder.scan, full=full)
            results = _each(recorder, "scan", names, read, out, language)
            found = [c for c in recorder.store.classifications(recorder.as_of) if c.source in names]
        document = {
            "as_of": recorder.as_of.isoformat(),
            "classifications": [c.model_dump(mode="json") for c in found],
            "results": [r.model_dump(mode="json") for r in results],
        }
        write_json(document, json)
        out.print(verdicts_table(found, language))
        if examples:
            out.print(examples_table(recorder.workspace, found, examples, language))
        _tell_why(results, language)
        code = results_code(results, recorder.workspace, fail_on)
        raise typer.Exit(Exit.NOT_EVALUATED if sample and code is Exit.CLEAN else code)


def check(
    source: options.SourceName = None,
    as_of: options.AsOf = None,
    json: options.Json = None,
    fail_on: options.FailOn = "low",
    lang: options.Lang = None,
) -> None:
    """Are the tables accurate?"""
    with handled(lang):
        recorder, language = open_recorder(as_of, lang)
        names = chosen(recorder.workspace, source)
        out = console(error=str(json) == "-")
        results = _each(recorder, "check", names, recorder.check, out, language)
        if not source:  # rules that look at several sources cannot be judged on some of them
            counts = recorder.check_rules()
            out.print(progress_line("check", REGISTERS, counts, language))
            results += recorder.results("check", REGISTERS)
        document = {
            "as_of": recorder.as_of.isoformat(),
            "results": [r.model_dump(mode="json") for r in results],
        }
        write_json(document, json)
        _tell_why(results, language)
        raise typer.Exit(results_code(results, recorder.workspace, fail_on))


def flag(
    as_of: options.AsOf = None,
    json: options.Json = None,
    fail_on: options.FailOn = "low",
    lang: options.Lang = None,
) -> None:
    """Retention, holds and purposes, joined with the day's scan and check."""
    with handled(lang):
        recorder, language = open_recorder(as_of, lang)
        names = recorder.workspace.source_names
        out = console(error=str(json) == "-")
        _each(recorder, "flag", names, recorder.flag, out, language)
        outcome, results = recorder.conclude()
        write_json(outcome.published(), json)
        _show(outcome, results, recorder, out, language)
        raise typer.Exit(exit_code(outcome, fail_on))


def open_recorder(as_of: date | None, lang: str | None) -> tuple[Recorder, Language]:
    """A recorder for a run of this day, with a name of its own: others may run at the same time."""
    own = settings(lang)
    opened = workspace(own)
    day = as_of or today()
    name = f"cli-{day}-{secrets.token_hex(4)}"
    return Recorder(opened, opened.store(), name, day, now), own.language


def chosen(opened: Workspace, names: Sequence[str] | None) -> tuple[str, ...]:
    """The sources asked for; raises ConfigurationError for one that no contract names."""
    for name in names or ():
        if name not in opened.source_names:
            near = did_you_mean(name, opened.source_names) or ", ".join(opened.source_names)
            raise ConfigurationError("source_unknown", allowed=near)
    return tuple(names) if names else opened.source_names


def _each(
    recorder: Recorder,
    verb: str,
    names: Sequence[str],
    step: Callable[[str], dict[str, int]],
    out: Terminal,
    language: Language,
) -> list[RuleResult]:
    recorder.workspace.ready(names)
    results: list[RuleResult] = []
    for name in names:
        try:
            counts = step(name)
        except SourceError as error:
            counts = recorder.give_up(verb, name, error)
        out.print(progress_line(verb, name, counts, language))
        results += recorder.results(verb, name)
    return results


def _show(
    outcome: RunOutcome,
    results: Iterable[RuleResult],
    recorder: Recorder,
    out: Terminal,
    language: Language,
) -> None:
    out.print(statuses_table(outcome, recorder.workspace.controls, language))
    out.print(findings_table(outcome, recorder.workspace.controls, language))
    _tell_why(results, language)


def _tell_why(results: Iterable[RuleResult], language: Language) -> None:
    """On standard error, what could not be evaluated and the next step; each reason once."""
    out, found = console(error=True), list(results)
    for sentence in reasons(found, language):
        out.print(f"[bold red]●[/] {plain(sentence)}")
    if all(result.status == "skip" for result in found):
        out.print(plain(say("error.nothing_evaluated", language)))


def exit_code(outcome: RunOutcome, fail_on: str) -> Exit:
    """2 when something could not be evaluated, 1 for a finding bad enough, else 0."""
    if outcome.result == "error":
        return Exit.NOT_EVALUATED
    counted = _counted(fail_on)
    return Exit.FINDINGS if any(f.severity in counted for f in outcome.findings) else Exit.CLEAN


def results_code(results: Iterable[RuleResult], opened: Workspace, fail_on: str) -> Exit:
    """The same for the results of one verb."""
    counted, found = _counted(fail_on), list(results)
    if all(result.status == "skip" for result in found):
        return Exit.NOT_EVALUATED
    code = Exit.CLEAN
    for result in found:
        if result.status == "error":
            return Exit.NOT_EVALUATED
        if result.status == "fail" and opened.controls[result.control].severity in counted:
            code = Exit.FINDINGS
    return code


def _counted(fail_on: str) -> tuple[str, ...]:
    severities: tuple[str, ...] = SEVERITIES
    return () if fail_on == "never" else severities[: severities.index(fail_on) + 1]
