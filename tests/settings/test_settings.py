"""What differs between installations."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from include.governance.errors import ConfigurationError
from include.governance.settings import ROOT, language_from, load, read_env_file

GOOD = secrets.token_hex(32)


def test_settings_never_print_the_key(tmp_path: Path) -> None:
    own = load({"DAICHO_KEY": GOOD, "DAICHO_HOME": str(tmp_path)})
    assert GOOD not in f"{own!r}{own}{own.model_dump()}{own.model_dump_json()}"
    assert own.store_url == f"sqlite:///{tmp_path / 'governance.db'}"
    assert own.policies == ROOT / "include" / "policies"
    assert own.reports == tmp_path / "reports"


@pytest.mark.parametrize(
    ("env", "language"),
    [
        ({}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "ja"}, "ja"),
        ({"LANG": "ja", "DAICHO_LANG": "en"}, "en"),
        ({"DAICHO_LANG": "JA"}, "ja"),
        ({"DAICHO_LANG": "fr"}, "en"),
    ],
)
def test_the_language_is_the_readers(env: dict[str, str], language: str) -> None:
    assert language_from(env) == language


@pytest.mark.parametrize("given", ["0", "-1", "1e6", "２", "many"])
def test_a_size_of_parts_that_is_none_is_refused(given: str) -> None:
    assert load({"DAICHO_KEY": GOOD, "DAICHO_PART_ROWS": "10"}).part_rows == 10
    with pytest.raises(ConfigurationError) as raised:
        load({"DAICHO_KEY": GOOD, "DAICHO_PART_ROWS": given})
    assert (raised.value.code, raised.value.facts["variable"]) == ("part_rows", "DAICHO_PART_ROWS")


def test_a_file_of_settings_is_read_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "x.env"
    file.write_text("# A=1\nB = 2\nC=a=b\n\n  \nD=\n", "utf-8")
    assert read_env_file(file) == {"B": "2", "C": "a=b", "D": ""}
    assert read_env_file(tmp_path / "none") == {}
    for wrong in (tmp_path, file / "x.env"):
        with pytest.raises(ConfigurationError) as raised:
            read_env_file(wrong)
        assert (raised.value.code, raised.value.facts["path"]) == ("path_refused", str(wrong))


@pytest.mark.parametrize(
    "line",
    [b"nothing", b"=x", b"A B=1", b"A=\xff", b"\xe5=1", b"A=a\0b", b"export A=1"],
    ids=["no equals", "no name", "space", "bytes", "name", "nul", "export"],
)
def test_a_file_of_settings_that_cannot_be_read_is_refused_at_its_line(
    tmp_path: Path, line: bytes
) -> None:
    file = tmp_path / "x.env"
    file.write_bytes(b"# fine\nA=1\n" + line + b"\n")
    with pytest.raises(ConfigurationError) as raised:
        read_env_file(file)
    assert raised.value.code == "env_file"
    assert f"{file}:3" in raised.value.say("ja")
