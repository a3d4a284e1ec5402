"""A control is explained as it is bound here, in the reader's language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Daicho

DAY = ("--as-of", "2026-11-30")


def test_what_a_control_checks_where_and_by_which_sql(
    daicho: Daicho, clean: Path, tmp_path: Path
) -> None:
    rule = daicho("explain", "S2-04a", *DAY)
    assert rule.code == 0
    for word in ("2-(4)", "Specified E-mail Act 3", "Marketing owner", "7 days", "crm.crm_mail_ev"):
        assert word in rule.out
    assert "messages: event_type = 'sent'" in rule.out
    assert "Runs in crm" in rule.out
    assert "May be a leak" not in rule.out
    leak = daicho("explain", "S2-02d", *DAY)
    assert "property damage (property_damage), wrongful purpose (unauthorised_access)" in leak.out
    joined = daicho("explain", "S2-04b", *DAY, "--lang", "ja")
    assert "メモリ上で結合" in joined.out
    retention = daicho("explain", "S6-10f", *DAY, "--json", str(tmp_path / "out.json"))
    assert retention.code == 0
    document = json.loads((tmp_path / "out.json").read_text("utf-8"))
    [place] = document["places"]
    assert (place["source"], place["table"], place["rule"]) == ("shop", "shop_carts", "cart")
    assert "updated_at" in place["statements"][0]["sql"]


@pytest.mark.parametrize(("lang", "says"), [("en", "no such control"), ("ja", "統制はあ")])
def test_an_unknown_control_is_refused_with_the_nearest(
    daicho: Daicho, clean: Path, lang: str, says: str
) -> None:
    refused = daicho("explain", "S2-4a", "--lang", lang)
    assert (refused.code, says in refused.err, "S2-04a" in refused.err) == (3, True, True)
    assert "S2-4a" not in refused.err.replace("S2-04a", "")
