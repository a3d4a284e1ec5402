"""Every refusal of the store has its sentence in both languages, with the same facts."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from include.governance import store
from include.governance.wording import LANGUAGES, catalogue

SOURCES = sorted(Path(store.__file__).parent.rglob("*.py"))
ERRORS = re.compile(r'Store(?:Error|Unavailable)\(\s*"(\w+)"')
MISTAKES = re.compile(r'mistake\(\s*(?:\*where|file, \S+), [^,]+, "(\w+)"')


def codes() -> list[str]:
    texts = [source.read_text("utf-8") for source in SOURCES]
    errors = {f"error.{code}" for text in texts for code in ERRORS.findall(text)}
    mistakes = {f"lint.register_{code}" for text in texts for code in MISTAKES.findall(text)}
    assert len(errors) > 20
    assert len(mistakes) > 10
    return sorted(errors | mistakes)


@pytest.mark.parametrize("code", codes())
def test_every_refusal_has_its_sentence_in_both_languages(code: str) -> None:
    said = catalogue()[code]
    fields = [
        {name for _, name, _, _ in Formatter().parse(said[each]) if name} for each in LANGUAGES
    ]
    assert fields[0] == fields[1]
