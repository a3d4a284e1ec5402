"""Files: their names, their modes, the same bytes every time, whole or not at all."""

import json
import stat
from pathlib import Path

import pytest

from include.governance.report import files
from include.governance.report.compose import compose
from include.governance.report.model import Report
from tests.report.given import report_input, with_history


def report() -> Report:
    return compose(with_history(report_input()))


def test_both_languages_and_the_data_are_written(tmp_path: Path) -> None:
    names = [path.name for path in files.write(report(), tmp_path / "reports")]
    assert names == [
        "report-2026-11-30.en.html",
        "findings-2026-11-30.en.csv",
        "report-2026-11-30.ja.html",
        "findings-2026-11-30.ja.csv",
        "report-2026-11-30.json",
    ]


def test_every_link_leads_to_a_file_that_was_written() -> None:
    written = files.files(report(), ("en", "ja"))
    for name, text in written.items():
        if name.endswith(".html"):
            assert sum(f'href="{other}"' in text for other in written) == 3


def test_one_language_alone_links_to_no_other(tmp_path: Path) -> None:
    paths = files.write(report(), tmp_path, ("ja",))
    assert ".en.html" not in paths[0].read_text("utf-8")


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    paths = files.write(report(), tmp_path / "reports")
    assert stat.S_IMODE((tmp_path / "reports").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    first = {p.name: p.read_bytes() for p in files.write(report(), tmp_path / "a")}
    second = {p.name: p.read_bytes() for p in files.write(report(), tmp_path / "b")}
    assert first == second


def test_an_older_report_stays_whole_when_writing_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (old, *_) = files.write(report(), tmp_path)
    before = old.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        files.write(compose(report_input()), tmp_path)
    assert old.read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


def test_the_data_hold_the_whole_report(tmp_path: Path) -> None:
    *_, path = files.write(report(), tmp_path)
    assert Report.model_validate_json(path.read_text("utf-8")) == report()
    assert json.loads(path.read_text("utf-8"))["format"] == "daicho-report/1"
