"""Every sentence of the ledger is used, and everything it says has its sentence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import yaml

from include.governance import ledger
from include.governance.ledger.problem import Code

FOLDER = Path(ledger.__file__).parent
SOURCES = [*FOLDER.rglob("*.py"), FOLDER.parent / "cli" / "ledger.py"]
TEXT = "\n".join(path.read_text("utf-8") for path in SOURCES)


def test_everything_said_has_a_sentence_and_every_sentence_is_said() -> None:
    written = yaml.safe_load((FOLDER / "wording_ledger.yaml").read_text("utf-8"))
    there = {f"{group}.{key}" for group, entries in written.items() for key in entries}
    said = set(re.findall(r"say\(\s*[\"']([a-z]+\.[a-z_]+)[\"']", TEXT))
    errors = re.findall(r"(?:Ledger|Configuration)(?:Error|Unavailable)\(\s*\"([a-z_]+)\"", TEXT)
    said |= {f"error.{code}" for code in errors}
    said |= {f"ledger.{code}" for code in get_args(Code)}
    assert there == said


def test_every_kind_of_problem_is_reported_somewhere() -> None:
    for code in get_args(Code):
        assert TEXT.count(f'"{code}"') > 1, code
