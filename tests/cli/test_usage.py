"""A command line that cannot be obeyed: exit 3, the reader's language, and nothing left behind."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Daicho

DAY = ("--as-of", "2026-11-30")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--as-of", "2026-13-01"), "YYYY-MM-DD"),
        (("run", "--fail-on", "awful"), "critical|high|medium|low|never"),
        (("run", "--lang", "fr"), "en, ja"),
        (("run", "--as-off", "2026-11-30"), "--as-of"),
        (("run", "--zzz"), "--zzz"),
        (("run", "--as-of"), "--as-of"),
        (("run", "superfluous"), "daicho run"),
        (("rnu",), "run, scan"),
        (("finding", "accept"), "WHICH"),
        (("demo", "build", "--variant", "other"), "clean, planted"),
        (("demo", "build", "--scale", "0"), "≥ 1"),
        (("demo", "up", "--port", "1"), "1024 – 65535"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_command_line_that_cannot_be_read(
    daicho: Daicho, home: Path, words: tuple[str, ...], said: str, language: str
) -> None:
    done = daicho(*words, *(() if "--lang" in words or words[-1] == "--as-of" else
                            ("--lang", language)))  # fmt: skip
    assert done.code == 3
    assert said in done.err
    assert not home.exists()


def test_the_readers_language_is_known_before_the_line_is(daicho: Daicho) -> None:
    assert "使える値" in daicho("run", "--lang=ja", "--fail-on", "x").err


@pytest.mark.parametrize(
    "words",
    [("run", "--fail-on", "x"), ("run",), ("scan", "--source", "nowhere"), ("run", "--lang", "fr")],
    ids=["usage", "no key", "source", "language"],
)
def test_a_file_of_an_earlier_run_does_not_outlive_one_that_fails(
    daicho: Daicho, tmp_path: Path, words: tuple[str, ...]
) -> None:
    stale = tmp_path / "out.json"
    stale.write_text("{}")
    assert daicho(*words, "--json", str(stale)).code == 3
    assert list(tmp_path.glob("**/*.json")) == []


@pytest.mark.parametrize("name", ["folder", "file/out.json", "loop"])
def test_a_target_that_cannot_be_written_is_refused_before_any_work(
    daicho: Daicho, home: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    done = daicho("run", *DAY, "--json", str(tmp_path / name))
    assert done.code == 3
    assert name in done.err
    assert not home.exists()


def test_missing_folders_of_a_target_are_made_and_links_are_followed(
    daicho: Daicho, clean: Path, tmp_path: Path
) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "a" / "b" / "real.json")
    assert daicho("lint", *DAY, "--json", str(tmp_path / "link.json")).code == 0
    assert (tmp_path / "link.json").is_symlink()
    assert "mistakes" in json.loads((tmp_path / "a" / "b" / "real.json").read_text("utf-8"))
    assert os.listdir(tmp_path / "a" / "b") == ["real.json"]  # noqa: PTH208 - hidden files too


def test_a_device_is_written_to_and_stays(daicho: Daicho, clean: Path) -> None:
    assert daicho("lint", *DAY, "--json", "/dev/null").code == 0
    assert Path("/dev/null").is_char_device()
