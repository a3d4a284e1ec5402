"""What differs between installations, and the key that must be nobody else's."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from include.governance.errors import ConfigurationError
from include.governance.settings import ROOT, key_from, language_from, load, read_env_file

GOOD = "3f1c9a7be2d84c5f9a0b6d7e8c1f2a3b"


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "key_missing"),
        ("", "key_missing"),
        ("   ", "key_missing"),
        ("short", "key_short"),
        (GOOD[:31], "key_short"),
        (" " * 30 + "ab", "key_short"),
        ("change-me-change-me-change-me-change-me", "key_known"),
        ("0123456789abcdef0123456789abcdef", "key_known"),
        ("daicho-demo-key-daicho-demo-key-daicho", "key_known"),
        ("x" * 64, "key_known"),
        ("abcdefg" * 6, "key_known"),
        ("abcdefgh" * 4, "key_known"),
        ("correct horse staple" * 2, "key_known"),
        ("会" * 11, "key_known"),
    ],
)
def test_a_weak_key_is_refused_and_never_shown(key: str | None, code: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        key_from({} if key is None else {"DAICHO_KEY": key})
    assert raised.value.code == code
    for language in ("en", "ja"):
        said = raised.value.say("en" if language == "en" else "ja")
        assert "DAICHO_KEY" in said
        assert not key or not key.strip() or key not in said


@pytest.mark.parametrize(
    "key",
    [
        GOOD,
        GOOD + "\n",
        secrets.token_hex(32),
        secrets.token_urlsafe(40),
        "鍵" + GOOD,
        GOOD + "\udcff",
    ],
    ids=["good", "newline", "hex", "url", "kanji", "surrogate"],
)
def test_a_random_key_is_taken_as_it_is(key: str) -> None:
    assert key_from({"DAICHO_KEY": key}) == key.strip().encode("utf-8", "surrogateescape")


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


def test_a_file_of_settings_is_read_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "x.env"
    file.write_text("# A=1\nB = 2\nC=a=b\n\nnothing\n", "utf-8")
    assert read_env_file(file) == {"B": "2", "C": "a=b"}
    assert read_env_file(tmp_path / "none") == {}
