"""Every sentence a reader may see exists in English and Japanese."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from include.governance import errors
from include.governance.wording import LANGUAGES, catalogue, say

ROOT = Path(__file__).resolve().parents[2]
MODULES = list((ROOT / "include").rglob("*.py"))
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type)} | {
    "RegisterRefused",
    "StoreUnavailable",
    "RunUnknown",
}


def calls(path: Path) -> Iterator[tuple[str, str]]:
    """Name of the called function or class, and its first argument where that is plain text."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            if isinstance(node.args[0].value, str):
                yield name, node.args[0].value


USED = sorted(
    {
        key if name == "say" else f"error.{key}"
        for path in MODULES
        for name, key in calls(path)
        if name == "say" or name in ERRORS - {"RegisterRefused"}
    }
)


def reasons(path: Path) -> Iterator[str]:
    """Why a rule was not evaluated, as modules that judge write it down."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            for each in node.keywords:
                if each.arg == "reason" and isinstance(each.value, ast.Constant):
                    yield str(each.value.value)


JUDGES = ("detect", "expectations", "flag", "pipeline", "rules")
REASONS = sorted(
    {
        reason
        for path in MODULES
        if path.relative_to(ROOT / "include").parts[:2] in {("governance", j) for j in JUDGES}
        for reason in reasons(path)
    }
)


def test_there_is_something_to_check() -> None:
    assert len(USED) > 40
    assert len(REASONS) > 5


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_for_not_judging_has_a_wording(reason: str) -> None:
    assert f"error.{reason}" in catalogue()


@pytest.mark.parametrize("key", USED)
def test_the_key_has_a_wording(key: str) -> None:
    assert key in catalogue()


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_both_languages_say_the_same_with_the_same_facts(key: str) -> None:
    wording = catalogue()[key]
    assert set(wording) == set(LANGUAGES)
    assert all(text.strip() for text in wording.values())
    fields = [{f for _, f, _, _ in Formatter().parse(text) if f} for text in wording.values()]
    assert fields[0] == fields[1]


def test_an_error_speaks_both_languages() -> None:
    error = errors.ConfigurationError("key_short", name="DAICHO_KEY", found=3, bytes=32)
    assert "3" in error.say("en")
    assert "3" in error.say("ja")
    assert error.say("en") != error.say("ja")


def test_no_wording_calls_anything_illegal() -> None:
    for key, wording in catalogue().items():
        assert "illegal" not in wording["en"].lower(), key
        assert "違法" not in wording["ja"], key


def test_say_fills_placeholders() -> None:
    assert say("cli.report_written", "en", path="x.html") == "Report: x.html"
