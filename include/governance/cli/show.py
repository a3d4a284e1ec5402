"""Tables and lines for the console, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.table import Table

from include.governance.cli.terminal import plain
from include.governance.model.classification import Classification
from include.governance.model.control import Control
from include.governance.model.policy import SEVERITIES
from include.governance.model.result import RuleResult
from include.governance.model.run import RunOutcome
from include.governance.wording import Language, catalogue, say

COLOURS = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
MARKS = {"pass": "green", "fail": "yellow", "error": "bold red", "skip": "dim"}


def progress_line(verb: str, source: str, counts: Mapping[str, int], language: Language) -> str:
    """One step: verb, source and its counts."""
    shown = "  ".join(
        f"{say(f'count.{name}', language)} {number:,}" for name, number in counts.items()
    )
    bad = "red" if counts.get("errors") else "green"
    return f"[{bad}]●[/] {say(f'verb.{verb}', language)}  [bold]{plain(source)}[/]  [dim]{shown}[/]"


def statuses_table(
    outcome: RunOutcome, controls: Mapping[str, Control], language: Language
) -> Table:
    """Every declared control with its status."""
    table = Table(title=say("cli.controls_title", language), title_justify="left")
    for key in ("clause", "control", "title", "status", "rows"):
        table.add_column(
            say(f"column.{key}", language), justify="right" if key == "rows" else "left"
        )
    for rule in outcome.rules:
        colour = MARKS[rule.status]
        status = say(f"status.{rule.status}", language)
        table.add_row(
            rule.clause,
            rule.control,
            plain(controls[rule.control].title.say(language)),
            f"[{colour}]{status}[/]",
            f"{rule.rows:,}" if rule.rows else "",
        )
    return table


def findings_table(
    outcome: RunOutcome, controls: Mapping[str, Control], language: Language
) -> Table:
    """The findings, worst first."""
    table = Table(
        title=say("cli.findings_title", language, count=len(outcome.findings)),
        title_justify="left",
    )
    for key in ("severity", "control", "title", "table", "rows", "owner", "due"):
        table.add_column(
            say(f"column.{key}", language), justify="right" if key == "rows" else "left"
        )
    for finding in sorted(
        outcome.findings, key=lambda f: (SEVERITIES.index(f.severity), f.clause, f.control)
    ):
        colour = COLOURS[finding.severity]
        table.add_row(
            f"[{colour}]{say(f'severity.{finding.severity}', language)}[/]",
            finding.control,
            plain(controls[finding.control].title.say(language)),
            plain(f"{finding.source}.{finding.table}"),
            f"{finding.rows:,}",
            plain(finding.owner),
            finding.due.isoformat(),
        )
    return table


def reasons(results: Iterable[RuleResult], language: Language) -> tuple[str, ...]:
    """Why something could not be evaluated, each reason once, with its next step."""
    failed = [result for result in results if result.status == "error"]
    return tuple(dict.fromkeys(_reason(result, language) for result in failed))


def _reason(result: RuleResult, language: Language) -> str:
    """The sentence of a result's reason; it begins with the place where it does not name one."""
    key, place = f"error.{result.reason}", f"{result.source}.{result.table}"
    facts = {"source": result.source, "table": result.table, **result.facts}
    if key not in catalogue():
        return f"{place}: {result.reason}"
    sentence = say(key, language, **facts)
    return sentence if result.source in sentence else f"{place}: {sentence}"


def verdicts_table(found: Iterable[Classification], language: Language) -> Table:
    """What the columns hold, where anything was found."""
    table = Table(title=say("cli.verdicts_title", language), title_justify="left")
    for key in ("table", "column", "outcome", "category", "share", "rows"):
        right = key in ("share", "rows")
        table.add_column(say(f"column.{key}", language), justify="right" if right else "left")
    for each in found:
        if each.outcome == "none":
            continue
        kinds = [each.data_category] if each.data_category else []
        kinds += [p.data_category for p in each.prevalence if p.data_category not in kinds]
        table.add_row(
            plain(f"{each.source}.{each.table}"),
            plain(each.column),
            say(f"outcome.{each.outcome}", language),
            ", ".join(kinds),
            f"{each.share:.1%}",
            f"{each.rows:,}",
        )
    return table
