"""The report for machines and spreadsheets: JSON of everything, CSV of the findings."""

from __future__ import annotations

import csv
import io
import json

from include.governance.report import format as write
from include.governance.report.model import Report
from include.governance.report.sections import ControlFindings, ListedFinding
from include.governance.wording import Language, say

COLUMNS = (
    "severity",
    "control",
    "title",
    "clause",
    "law",
    "source",
    "table",
    "columns",
    "rows",
    "role",
    "owner",
    "due",
    "progress",
    "todo",
    "fingerprint",
)
#: A cell that begins with one of these is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_json(report: Report) -> str:
    """Everything, with texts in both languages."""
    document = report.model_dump(mode="json")
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def as_csv(report: Report, language: Language) -> str:
    """One line for each finding, with a byte order mark so that spreadsheets read Japanese."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(say(f"report.col_{name}", language) for name in COLUMNS)
    for group in report.attention:
        for finding in group.findings:
            writer.writerow(_inert(cell) for cell in _line(group, finding, language))
    return "\ufeff" + out.getvalue()


def _line(group: ControlFindings, finding: ListedFinding, language: Language) -> tuple[str, ...]:
    return (
        say(f"report.severity_{group.severity}", language),
        group.control,
        group.title.say(language),
        group.clause,
        write.laws(group.law, language),
        finding.source,
        finding.table,
        ", ".join(finding.columns),
        str(finding.rows),
        group.role.say(language),
        finding.owner.say(language),
        finding.due.isoformat(),
        say(f"report.progress_{finding.progress}", language),
        group.todo.say(language),
        finding.fingerprint,
    )


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
