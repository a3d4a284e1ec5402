"""The whole report as it was last reviewed, without its style.

``DAICHO_TEST_UPDATE_GOLDEN=1 pytest tests/report/test_golden.py`` writes the files anew; read the
difference before committing it.
"""

import os
import re
from pathlib import Path

import pytest

from include.governance.report.compose import compose
from include.governance.report.export import as_csv
from include.governance.report.html import render
from include.governance.wording import LANGUAGES, Language
from tests.report.given import report_input, with_history

GOLDEN = Path(__file__).parent / "golden"
UPDATE = os.environ.get("DAICHO_TEST_UPDATE_GOLDEN") == "1"


def assert_golden(name: str, text: str) -> None:
    file = GOLDEN / name
    if UPDATE:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8", newline="")
    assert text == file.read_bytes().decode("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_as_it_was_reviewed(language: Language) -> None:
    html = render(compose(with_history(report_input())), language)
    assert_golden(f"report.{language}.html", re.sub(r"(?s)<style>.*</style>", "<style/>", html))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_findings_is_as_it_was_reviewed(language: Language) -> None:
    assert_golden(f"findings.{language}.csv", as_csv(compose(report_input()), language))
