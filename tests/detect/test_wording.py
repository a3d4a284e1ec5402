"""Every code that a verdict can carry has a sentence in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml

from include.governance.detect import verdict
from include.governance.detect.entities import Entity
from include.governance.model.classification import Outcome
from include.governance.wording import catalogue

OWN = Path(verdict.__file__).with_name("wording_detect.yaml")
CODES = re.findall(r'yield "(\w+)"', Path(verdict.__file__).read_text("utf-8"))


def _wordings() -> dict[str, dict[str, str]]:
    known = dict(catalogue())
    if OWN.exists():
        for group, entries in yaml.safe_load(OWN.read_text("utf-8")).items():
            known |= {f"{group}.{key}": texts for key, texts in entries.items()}
    return known


@pytest.mark.parametrize(
    "key",
    [
        *(f"detect_reason.{code}" for code in CODES),
        *(f"detect_outcome.{outcome}" for outcome in get_args(Outcome)),
        *(f"detect_entity.{entity}" for entity in Entity),
    ],
)
def test_a_code_has_a_sentence_in_both_languages(key: str) -> None:
    assert _wordings()[key].keys() == {"en", "ja"}
