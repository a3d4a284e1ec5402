"""What is recorded is anchored every morning, or the morning is red."""

from __future__ import annotations

from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowFailException

from include.governance.ledger.log import Ledger
from include.orchestration.anchoring import refuse_if_not_anchored
from tests.ledger.made import chunks, key


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    monkeypatch.setenv("DAICHO_HOME", str(tmp_path))
    (tmp_path / "ledger.pub").write_text(f"{key().public.vkey}\n", "utf-8")
    return Ledger.begin(tmp_path / "ledger", key())


def test_a_morning_without_a_place_is_red_once_something_is_recorded(
    begun: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refuse_if_not_anchored() == {"anchored": 0}
    begun.append(chunks(1), key())
    with pytest.raises(AirflowFailException, match="DAICHO_ANCHOR"):
        refuse_if_not_anchored()
    monkeypatch.setenv("DAICHO_ANCHOR", str(tmp_path / "share"))
    with pytest.raises(AirflowFailException, match="nothing is mounted"):
        refuse_if_not_anchored()
    (tmp_path / "share").mkdir()
    assert [refuse_if_not_anchored() for _ in range(2)] == [{"anchored": 1}, {"anchored": 0}]


def test_without_ledger_and_place_nothing_is_to_be_anchored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAICHO_HOME", str(tmp_path))
    assert refuse_if_not_anchored() == {"anchored": 0}


def test_a_ledger_that_is_gone_is_no_ledger_without_entries(
    begun: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "share").mkdir()
    monkeypatch.setenv("DAICHO_ANCHOR", str(tmp_path / "share"))
    begun.append(chunks(1), key())
    refuse_if_not_anchored()
    begun.folder.rename(tmp_path / "elsewhere")
    with pytest.raises(AirflowFailException, match="could not be read"):
        refuse_if_not_anchored()
