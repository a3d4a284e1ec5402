"""The findings by clause and severity, for a console."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from include.governance.model.base import Model
from include.governance.model.policy import SEVERITIES
from include.governance.report import format as write
from include.governance.report.model import Report
from include.governance.wording import Language, say

STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}


class SummaryRow(Model):
    """One clause: its name and the findings of each severity, then all of them."""

    clause: str
    counts: tuple[int, ...]


def summary(report: Report, language: Language) -> tuple[SummaryRow, ...]:
    """The clauses that some control checks, in the policy's order, and a last row for all."""
    rows = [
        SummaryRow(
            clause=f"{write.clause(row.clause, language)} {row.label.say(language)}",
            counts=(*(row.counts[s] for s in SEVERITIES), row.total),
        )
        for row in report.matrix
    ]
    total = tuple(map(sum, zip(*(row.counts for row in rows), strict=True)))
    return (*rows, SummaryRow(clause=say("report.all_clauses", language), counts=total))


def summary_table(report: Report, language: Language) -> Table:
    """The summary with the verdict as its title."""
    title = say(f"report.verdict_{report.head.verdict}", language)
    table = Table(title=Text(title), title_justify="left", show_footer=False)
    table.add_column(say("report.col_clause", language))
    for severity in SEVERITIES:
        table.add_column(say(f"report.severity_{severity}", language), justify="right")
    table.add_column(say("report.col_total", language), justify="right")
    *clauses, total = summary(report, language)
    for row in clauses:
        table.add_row(Text(row.clause), *_cells(row))
    table.add_section()
    table.add_row(Text(total.clause, style="bold"), *_cells(total))
    return table


def _cells(row: SummaryRow) -> tuple[Text, ...]:
    styles = (*(STYLES[severity] for severity in SEVERITIES), "bold")
    pairs = zip(row.counts, styles, strict=True)
    return tuple(Text(write.number(n) if n else "–", style if n else "dim") for n, style in pairs)
