"""Every mistake has a sentence in both languages, and no sentence is left over."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import yaml

from include.governance import lint
from include.governance.policy.statements import STATEMENTS
from include.governance.settings import ROOT
from include.governance.wording import catalogue

ENGINE = ROOT / "include" / "governance"
WORDINGS = Path(lint.__file__).parent / "wording_lint.yaml"
SPEAKERS = [
    ENGINE / "yamlfile.py",
    ENGINE / "refusal.py",
    *(file for name in ("contract", "policy", "lint") for file in (ENGINE / name).glob("*.py")),
]
#: Functions whose argument at a place is the code of a mistake.
CODE_AT = {"mistake": 1, "at_table": 2, "at_column": 3, "wrong": 0, "suggested": 0, "_at": 2,
           "_wrong": 0, "_twice_mistake": 3, "Refusal": 1}  # fmt: skip


def own() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load(WORDINGS.read_text("utf-8"))["lint"]
    return found


def codes() -> set[str]:
    """Every code that a speaker names outright, and both forms of a suggestion."""
    found = {f"gap_{key}" for key in STATEMENTS}
    for path in SPEAKERS:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            at = CODE_AT.get(name)
            said = node.args[at] if at is not None and len(node.args) > at else None
            said = next((k.value for k in node.keywords if k.arg == "code"), said)
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                found |= {said.value} | ({f"{said.value}_near"} if name == "suggested" else set())
    return found


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_code_has_a_sentence() -> None:
    assert sorted(codes() - {key.removeprefix("lint.") for key in catalogue()}) == []


def test_no_sentence_is_left_over() -> None:
    text = "".join(path.read_text("utf-8") for path in SPEAKERS)
    known = codes()
    assert [key for key in own() if key not in known and f'"{key}"' not in text] == []


def test_both_languages_fill_the_same_facts_and_end_like_sentences() -> None:
    for key, said in own().items():
        assert fields(said["en"]) == fields(said["ja"]), key
        assert said["en"].endswith((".", "?")), key
        assert said["ja"].endswith("。"), key
        assert said["en"].isascii() or "…" in said["en"], key
