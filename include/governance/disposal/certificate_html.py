"""Render a certificate as one HTML file that needs nothing else and runs nothing."""

from __future__ import annotations

from datetime import date
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from include.governance.model.base import Model
from include.governance.model.certificate import (
    Certificate,
    LevelEvidence,
    level_now,
    written_copies,
)
from include.governance.report import format as write
from include.governance.report.html import TEMPLATES
from include.governance.wording import Language, say


class Neighbours(Model):
    """Names of the files beside the certificate, for its links."""

    other_language: str | None = None
    json_file: str | None = None


class Since(Model):
    """What happened after a certificate was issued."""

    levels: tuple[LevelEvidence, ...] = ()
    told_on: date | None = None


ALONE, NOTHING = Neighbours(), Since()


def render(
    certificate: Certificate,
    sha256: str,
    since: Since,
    language: Language,
    beside: Neighbours = ALONE,
) -> str:
    """The certificate in one language, with what happened since."""
    template = _environment(language, certificate.timezone).get_template(
        "certificate/certificate.html.j2"
    )
    return template.render(
        c=certificate,
        sha256=sha256,
        levels=since.levels,
        level=level_now(since.levels),
        copies=written_copies(certificate, since.levels),
        told_on=since.told_on,
        beside=beside,
    )


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
