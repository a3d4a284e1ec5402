"""Render a report as one HTML file that needs nothing else and runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from include.governance.model.base import Model
from include.governance.model.policy import SEVERITIES, Severity
from include.governance.model.text import Text
from include.governance.report import format as write
from include.governance.report.model import Report
from include.governance.report.phrases import both
from include.governance.report.sections import ControlFindings
from include.governance.wording import Language, say

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


class Beside(Model):
    """Names of the files that lie beside the report, for its links."""

    other_language: str | None = None
    json_file: str | None = None
    csv_file: str | None = None


ALONE = Beside()


def render(report: Report, language: Language, beside: Beside = ALONE) -> str:
    """The report in one language."""
    template = _environment(language).get_template("report/report.html.j2")
    return template.render(report=report, head=report.head, beside=beside)


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(TEMPLATES),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    words = _Words(language)
    environment.globals |= {
        "language": language,
        "t": words.text,
        "amount": words.amount,
        "statement": words.statement,
        "refusal": words.refusal,
        "severities": SEVERITIES,
    }
    environment.filters |= {
        "say": words.say,
        "number": write.number,
        "percent": write.percent,
        "bound": write.bound,
        "day": lambda value: write.day(value, language),
        "moment": lambda value, zone: write.moment(value, zone, language),
        "period": lambda value: write.period(value, language),
        "clause": lambda value: write.clause(value, language),
        "laws": lambda value: write.laws(value, language),
        "limit": lambda value: write.limit(value, language),
        "groupby_severity": _by_severity,
    }
    return environment


def _by_severity(
    groups: Iterable[ControlFindings],
) -> Iterator[tuple[Severity, list[ControlFindings]]]:
    return ((s, list(own)) for s, own in groupby(groups, key=lambda group: group.severity))


class _Words:
    """The catalogue in one language, as templates use it."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, text: Text) -> str:
        """A text of the policy."""
        return text.say(self.language)

    def text(self, key: str, **facts: object) -> str:
        """A wording of the report."""
        return say(f"report.{key}", self.language, **facts)

    def amount(self, unit: str, value: int) -> str:
        """A number with its unit, in the singular or plural."""
        form = "one" if value == 1 else "many"
        return say(f"report.{unit}_{form}", self.language, n=write.number(value))

    def statement(self, name: str) -> str:
        """What a policy text should say, by the name of the statement."""
        return both(f"report_statement.{name}", name).say(self.language)

    def refusal(self, code: str) -> str:
        """A limit of the policy that a plan exceeds."""
        return both(f"report.refusal_{code}", code).say(self.language)
