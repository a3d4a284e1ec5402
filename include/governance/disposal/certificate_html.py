"""Render a certificate as one HTML file that needs nothing else and runs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from include.governance.model.base import Model
from include.governance.model.certificate import Certificate, ExpiringCopy, Level, LevelEvidence
from include.governance.report import format as write
from include.governance.report.html import TEMPLATES
from include.governance.wording import Language, say


class Neighbours(Model):
    """Names of the files beside the certificate, for its links."""

    other_language: str | None = None
    json_file: str | None = None


ALONE = Neighbours()


def render(
    certificate: Certificate,
    sha256: str,
    levels: Sequence[LevelEvidence],
    language: Language,
    beside: Neighbours = ALONE,
) -> str:
    """The certificate in one language, with the levels that were reached since."""
    template = _environment(language, certificate.timezone).get_template(
        "certificate/certificate.html.j2"
    )
    return template.render(
        c=certificate,
        sha256=sha256,
        levels=[each for each in levels if each.level > 1],
        level=level_now(levels),
        copies=open_copies(certificate, levels),
        beside=beside,
    )


def level_now(levels: Sequence[LevelEvidence]) -> Level:
    """The highest level that was reached."""
    return max((each.level for each in levels), default=1)


def open_copies(
    certificate: Certificate, levels: Sequence[LevelEvidence]
) -> tuple[ExpiringCopy, ...]:
    """The copies as the last level counts them: files that were written anew start them again."""
    counted = [each.copies for each in levels if each.copies]
    return counted[-1] if counted else certificate.copies


@cache
def _environment(language: Language, zone: str) -> Environment:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(TEMPLATES),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {
        "language": language,
        "t": lambda key, **facts: say(f"certificate.{key}", language, **facts),
    }
    environment.filters |= {
        "say": lambda text: text.say(language),
        "number": write.number,
        "day": lambda value: write.day(value, language),
        "moment": lambda value: write.moment(value, zone, language),
    }
    return environment
