"""What a scan says of a column can be read, and a person's word against it is made ready."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from include.governance.model.verdict import HumanVerdict
from tests.cli.conftest import Daicho

DAY = ("--as-of", "2026-11-30")


@pytest.fixture
def scanned(daicho: Daicho, clean: Path) -> Daicho:
    assert clean.exists()
    assert daicho("scan", "--source", "support", *DAY).code == 0
    return daicho


def test_verdicts_are_listed_and_one_is_decided_against(scanned: Daicho) -> None:
    listed = scanned("verdict", "list", "--lang", "en")
    assert listed.code == 0
    assert "Most values are of this kind. The column name says so." in listed.out
    assert "of 60 rows: at 95 % fewer than" in listed.out
    assert scanned("verdict", "list", "--source", "ops", "--json", "-").out == json.dumps(
        {"classifications": []}, indent=2
    ) + ("\n")
    column = "support.support_inquiries.email"
    done = scanned("verdict", "decide", column, "--role", "DO", "--reason", 'said "shared": box')
    assert done.code == 0
    (word,) = yaml.safe_load(done.out)
    assert (word["property"], word["vendor"]) == ("verdict", "daicho")
    verdict = HumanVerdict.model_validate(word["value"])
    assert (verdict.kinds, verdict.hits, verdict.rows) == (("EMAIL_ADDRESS",), 60, 60)
    assert verdict.reason == 'said "shared": box'
    for wrong, role in (
        ("support.support_inquiries.emial", "DO"),
        ("support.support_inquiries.status", "DO"),
        (column, "NOBODY"),
    ):
        refused = scanned("verdict", "decide", wrong, "--role", role, "--reason", "x")
        assert (refused.code, refused.out) == (3, "")
