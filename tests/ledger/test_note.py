"""Signed notes and checkpoints are in the public form, byte for byte."""

from __future__ import annotations

import pytest

from include.governance.ledger.checkpoint import (
    Checkpoint,
    find_notes,
    is_rotation_signed,
    parse_checkpoint,
    sign_rotation,
)
from include.governance.ledger.merkle import EMPTY_ROOT
from include.governance.ledger.note import Signature, parse_vkey, read_note
from tests.ledger.made import NAME, key

# The example of the format's first implementation (golang.org/x/mod/sumdb/note).
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
    "otpRZb6KE6RyyBwJnAM=\n"
)
HERE = Checkpoint(NAME, 42, EMPTY_ROOT)


def test_a_note_of_another_program_verifies() -> None:
    text, [signature] = read_note(NOTE)
    signer = parse_vkey(VKEY)
    assert signer.vkey == VKEY
    assert signer.has_signed(text, signature)
    assert not signer.has_signed(text + "\n", signature)


def test_a_checkpoint_of_another_program_is_read() -> None:
    """The example of the specification."""
    note = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5"
        "/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    )
    found = parse_checkpoint(note)
    assert found.size == 20852163
    assert found.note == note


def test_a_checkpoint_is_text_that_reads_back() -> None:
    signed = HERE.signed(key(1), key(2))
    origin, size, root, blank, *signatures = signed.note.splitlines()
    assert (origin, size, root, blank) == (
        NAME, "42", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "",
    )  # fmt: skip
    assert all(line.startswith(f"— {NAME} ") for line in signatures)
    assert parse_checkpoint(signed.note) == signed
    assert signed.is_signed_by(key(1).public)
    assert signed.is_signed_by(key(2).public)
    assert not signed.is_signed_by(key(3).public)


GOOD = HERE.signed(key()).note


@pytest.mark.parametrize(
    "note",
    [
        "",
        GOOD[:-1],
        GOOD + "\n",
        GOOD.replace("\n42\n", "\n042\n"),
        GOOD.replace("\n42\n", "\n-1\n"),
        GOOD.replace("\n42\n", "\n４２\n"),
        GOOD.replace("\n42\n", "\n42\r\n"),
        GOOD.replace("\n\n", "\nextension\n\n"),
        GOOD.replace("—", "-"),
        GOOD.replace("—", "—\u200b"),
        GOOD.replace(NAME, "taro@example.jp"),
        GOOD.replace("SuFU=", "SuFV="),
        GOOD.replace("47DEQ", "47DE"),
        f"{NAME}\n42\n{'A' * 43}=\n\n",
        GOOD + "— x AAAA\n",
    ],
)
def test_no_other_form_is_read(note: str) -> None:
    with pytest.raises(ValueError):
        parse_checkpoint(note)


def test_a_false_signature_spoils_a_good_one_of_the_same_key() -> None:
    signed = HERE.signed(key())
    forged = Signature(NAME, key().public.key_id, bytes(64))
    both = type(signed)(signed.checkpoint, (*signed.signatures, forged))
    assert not both.is_signed_by(key().public)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        VKEY.replace("c74f20a3", "c74f20a4"),
        VKEY.replace("PeterNeumann", "PeterNeumanm"),
        VKEY.replace("+ARpc", "+BBpc"),
        VKEY[:-4],
        "taro@example.jp+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_public_key_that_does_not_fit_itself_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_vkey(text)


def test_a_private_key_does_not_show_itself() -> None:
    assert repr(key()).count("private") == 0
    assert key().private.private_bytes_raw().hex() not in repr(key())


def test_a_rotation_names_one_key_at_one_state() -> None:
    signature = sign_rotation(HERE, key(1), key(2).public)
    assert is_rotation_signed(HERE, key(1).public, key(2).public, signature)
    assert not is_rotation_signed(HERE, key(1).public, key(3).public, signature)
    assert not is_rotation_signed(HERE, key(2).public, key(2).public, signature)
    later = Checkpoint(NAME, 43, EMPTY_ROOT)
    assert not is_rotation_signed(later, key(1).public, key(2).public, signature)


def test_a_rotation_does_not_pass_as_a_checkpoint() -> None:
    signature = bytes.fromhex(sign_rotation(HERE, key(1), key(2).public))
    line = Signature(NAME, key(1).public.key_id, signature)
    assert not key(1).public.has_signed(HERE.text, line)


def test_notes_are_found_inside_other_text() -> None:
    text = f"Dear officer,\n\n{GOOD}\nregards\n{GOOD}"
    assert [note for _, _, note in find_notes(text)] == [GOOD, GOOD]
