"""Private keys are kept to their owner; a refusal never shows one."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from include.governance.errors import ConfigurationError
from include.governance.ledger.keys import (
    current_key,
    from_pem,
    key_file,
    make_key,
    save_key,
    to_pem,
    trusted_keys,
)
from include.governance.ledger.log import Ledger
from tests.ledger.made import AT, NAME, key

PASSPHRASE = b"correct horse"


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_a_key_is_kept_for_its_owner_and_read_again(
    ledger: Ledger, tmp_path: Path, passphrase: bytes | None
) -> None:
    path = save_key(key(), tmp_path / "keys", passphrase)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert (b"ENCRYPTED" in path.read_bytes()) == bool(passphrase)
    found = current_key(ledger.latest(), None, tmp_path / "keys", passphrase)
    assert found.public == key().public


def test_a_key_can_be_given_as_text(ledger: Ledger, tmp_path: Path) -> None:
    assert current_key(ledger.latest(), to_pem(key()), tmp_path).public == key().public
    with pytest.raises(ConfigurationError, match="current key is"):
        current_key(ledger.latest(), to_pem(key(2)), tmp_path)


def test_after_a_rotation_the_new_key_is_taken(ledger: Ledger, tmp_path: Path) -> None:
    for number in (1, 2):
        save_key(key(number), tmp_path)
    ledger.rotate(key(1), key(2), AT)
    assert current_key(ledger.latest(), None, tmp_path).public == key(2).public


def test_a_key_file_is_never_written_over(tmp_path: Path) -> None:
    path = save_key(key(), tmp_path)
    before = path.read_bytes()
    with pytest.raises(Exception, match="EEXIST"):
        save_key(key(), tmp_path)
    assert path.read_bytes() == before


def test_a_key_that_others_may_read_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    path = save_key(key(), tmp_path)
    path.chmod(0o640)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        current_key(ledger.latest(), None, tmp_path)


def test_a_missing_key_is_named_by_its_file(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=key().public.key_id):
        current_key(ledger.latest(), None, tmp_path)
    assert key_file(tmp_path, key().public.key_id).name == f"{key().public.key_id}.pem"


OTHER_KIND = generate_private_key(SECP256R1()).private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
)


@pytest.mark.parametrize(
    ("pem", "passphrase"),
    [
        (b"", None),
        (b"secret-in-the-wrong-place", None),
        (OTHER_KIND, None),
        (to_pem(key(), PASSPHRASE), None),
        (to_pem(key(), PASSPHRASE), b"wrong horse"),
        (to_pem(key())[:-40], None),
    ],
)
def test_what_is_no_key_is_refused_without_showing_it(pem: bytes, passphrase: bytes | None) -> None:
    with pytest.raises(ConfigurationError) as caught:
        from_pem(pem, NAME, passphrase)
    assert "secret" not in str(caught.value)
    assert "horse" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("name", ["", "a b", "a+b", "taro@example.jp", "台帳", "x" * 101, "/a"])
def test_a_ledger_is_named_like_an_address(name: str) -> None:
    with pytest.raises(ConfigurationError, match="web address"):
        make_key(name, bytes(32))


def test_public_keys_are_read_from_texts_and_files(tmp_path: Path) -> None:
    file = tmp_path / "ledger.pub"
    file.write_text(f"# of the officer\n\n{key(1).public.vkey}\n{key(2).public.vkey}\n")
    assert trusted_keys([str(file)]) == (key(1).public, key(2).public)
    assert trusted_keys([key(3).public.vkey, str(file)])[0] == key(3).public


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/no/such/file", "no public key file"),
        ("a+b+c", "not readable"),
        (__file__, "not readable"),
    ],
)
def test_what_is_no_public_key_is_refused(text: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        trusted_keys([text])


def test_no_public_key_at_all_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("# none yet\n")
    with pytest.raises(ConfigurationError, match="No public key"):
        trusted_keys([str(tmp_path / "empty")])
