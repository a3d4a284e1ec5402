"""A key that anybody could guess or look up is refused, and a random one never is."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import string
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from include.governance.cli.desk import open_desk
from include.governance.errors import ConfigurationError
from include.governance.secret import MINIMUM_BYTES, is_known, key_from

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("tests", "docs", "include", "benchmarks", ".ci", ".github", "dags", "plugins")
#: A value written where a key belongs: DAICHO_KEY=…, SECRET = b"…", "DAICHO_KEY": "…", key: …
PRINTED = re.compile(
    r"""(?ix) \b \w* (?:KEY|SECRET|GOOD) \b ["']? \s* [:=,] \s* \(? \s* b? ["']?
    ( (?<=["']) [^"'\n]{32,} | [\w+/=.-]{32,} )"""
)


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "key_missing"),
        ("", "key_missing"),
        ("   ", "key_missing"),
        ("short", "key_short"),
        (secrets.token_hex(16)[:31], "key_short"),
        (" " * 30 + "ab", "key_short"),
        ("会議室" * 3, "key_short"),
        ("change-me-change-me-change-me-change-me", "key_known"),
        ("changeme-4f7a9c1e8b2d6053-4f7a9c1e", "key_known"),
        ("daicho-demo-key-daicho-demo-key-daicho", "key_known"),
        ("a key for tests only, 0123456789 abcdef", "key_known"),
        ("a sentence that somebody thought was safe", "key_known"),
        ("correct-horse-battery-staple-orange", "key_known"),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "key_known"),
        ("0123456789abcdef0123456789abcdef", "key_known"),
        ("abcdefghijklmnopqrstuvwxyz0987654", "key_known"),
        ("000102030405060708090a0b0c0d0e0f1011", "key_known"),
        ("fedcba9876543210fedcba98765432101", "key_known"),
        ("1357924680" * 4, "key_known"),
        ("qwertyuiop1234asdfghjkl5678zxcvbnm", "key_known"),
        ("x" * 64, "key_known"),
        ("deadbeef" * 4, "key_known"),
        ("f3a91c7be2d84c5f" * 2, "key_known"),
        ("f3a91c7be2d84c5f" * 2 + "!", "key_known"),
        ("2b7e151628aed2a6abf7158809cf4f3c", "key_known"),
        ("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", "key_known"),
        ("会" * 11, "key_known"),
        ("demo-key-not-for-production-00000000000000", "key_known"),
        ("k9X2mQ7rT4vB1nZ8-000000000-w3E6y5U", "key_known"),
        (hashlib.sha256(b"password").hexdigest(), "key_known"),
        (hashlib.md5(b"Admin123\n", usedforsecurity=False).hexdigest().upper(), "key_known"),
        (base64.b64encode(hashlib.sha256(b"changeme").digest()).decode(), "key_known"),
        (b"correct horse battery staple".hex(), "key_known"),
        (base64.b64encode(b"Correct horse battery staple").decode(), "key_known"),
        (base64.urlsafe_b64encode(b"daicho-4f7a9c1e8b2d6053~~~~").decode().strip("="), "key_known"),
        ("社外秘の合言葉です".encode().hex(), "key_known"),
    ],
    ids=range(36),
)
def test_a_weak_key_is_refused_and_never_shown(key: str | None, code: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        key_from({} if key is None else {"DAICHO_KEY": key})
    assert raised.value.code == code
    for said in (raised.value.say("en"), raised.value.say("ja")):
        assert "DAICHO_KEY" in said
        assert not key or not key.strip() or key not in said


@pytest.mark.parametrize(
    "make",
    [
        lambda: secrets.token_hex(16),
        lambda: secrets.token_hex(32),
        lambda: secrets.token_urlsafe(32),
        lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
        lambda: "".join(secrets.choice(string.digits) for _ in range(48)),
        lambda: "鍵" + secrets.token_hex(32),
        lambda: secrets.token_hex(32) + "\udcff\n",
    ],
    ids=["hex", "longer hex", "url", "base64", "digits", "kanji", "surrogate"],
)
def test_random_keys_are_taken_as_they_are(make: Callable[[], str]) -> None:
    for key in (make() for _ in range(200)):
        assert key_from({"DAICHO_KEY": key}) == key.strip().encode("utf-8", "surrogateescape")


def printed() -> Iterator[tuple[str, str]]:
    """Everything that this repository writes where a key belongs, with its file."""
    files = [p for folder in FOLDERS for p in (ROOT / folder).rglob("*") if p.is_file()]
    files += [p for p in ROOT.iterdir() if p.is_file()]
    for file in files:
        if "__pycache__" in file.parts or file == Path(__file__):
            continue
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for found in PRINTED.finditer(text):
            yield str(file.relative_to(ROOT)), found[1]


def test_no_key_that_this_repository_prints_is_ever_taken() -> None:
    found = list(printed())
    assert found, "the tests' own keys at least are printed somewhere"
    taken = [
        (file, key)
        for file, key in found
        if len(key.encode()) >= MINIMUM_BYTES and not is_known(key.encode())
    ]
    assert taken == []


@pytest.mark.parametrize("code", ["key_short", "key_known"])
def test_a_weak_key_of_pseudonyms_stops_every_command_that_disposes(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    name = "DAICHO_PSEUDONYM_KEY"
    monkeypatch.setenv("DAICHO_KEY", secrets.token_hex(32))
    monkeypatch.setenv(name, {"key_short": secrets.token_hex(8), "key_known": "x" * 64}[code])
    with pytest.raises(ConfigurationError, match=name) as raised:
        open_desk("en")
    assert raised.value.code == code
