"""Write a report: one HTML and one CSV a language and one JSON, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from include.governance.report.export import as_csv, as_json
from include.governance.report.html import Beside, render
from include.governance.report.model import Report
from include.governance.wording import LANGUAGES, Language


def write(
    report: Report, folder: Path, languages: Sequence[Language] = LANGUAGES
) -> tuple[Path, ...]:
    """Write the files into ``folder`` and return their paths.

    The same report gives the same bytes. A folder that is not there is made for its owner alone
    (0700); files are 0600. An older report of the same day is replaced.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tuple(
        _write(folder / name, text) for name, text in files(report, tuple(languages)).items()
    )


def files(report: Report, languages: tuple[Language, ...]) -> dict[str, str]:
    """The names and contents of all files."""
    return dict(_files(report, languages))


def _files(report: Report, languages: tuple[Language, ...]) -> Iterator[tuple[str, str]]:
    as_of = report.head.as_of
    for language in languages:
        others = [other for other in languages if other != language]
        beside = Beside(
            other_language=html_name(as_of, others[0]) if others else None,
            json_file=json_name(as_of),
            csv_file=csv_name(as_of, language),
        )
        yield html_name(as_of, language), render(report, language, beside)
        yield csv_name(as_of, language), as_csv(report, language)
    yield json_name(as_of), as_json(report)


def html_name(as_of: date, language: Language) -> str:
    """``report-2026-11-30.ja.html``."""
    return f"report-{as_of.isoformat()}.{language}.html"


def csv_name(as_of: date, language: Language) -> str:
    """``findings-2026-11-30.ja.csv``."""
    return f"findings-{as_of.isoformat()}.{language}.csv"


def json_name(as_of: date) -> str:
    """``report-2026-11-30.json``; it holds both languages."""
    return f"report-{as_of.isoformat()}.json"


def _write(path: Path, text: str) -> Path:
    """Through a file of its own, so that a reader sees the old report or the new one."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".report-", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path
