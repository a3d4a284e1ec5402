"""Checkpoints leave the house in forms that come back unchanged."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import pytest

from include.governance.errors import LedgerError
from include.governance.ledger import anchor
from include.governance.ledger.anchor import append_to_file, as_mail, as_object, read_anchors
from include.governance.ledger.folder import snapshot
from include.governance.ledger.log import Ledger
from include.governance.ledger.verify import verify
from include.governance.wording import Language
from tests.ledger.made import AT, chunks, key


def test_a_file_collects_checkpoints(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "anchors.txt"
    notes = []
    for _ in range(3):
        append_to_file(path, ledger.latest())
        notes.append(ledger.latest().note)
        ledger.append(chunks(1), key())
    assert [each.note for each in read_anchors(path)] == notes
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_mail_brings_the_checkpoint_back(
    ledger: Ledger, tmp_path: Path, language: Language
) -> None:
    mail = as_mail(ledger.latest(), "daicho@example.jp", "cpo@example.jp", AT, language)
    (tmp_path / "mail.eml").write_bytes(mail)
    [found] = read_anchors(tmp_path / "mail.eml")
    assert found.note == ledger.latest().note
    read = email.message_from_bytes(mail, policy=email.policy.default)
    assert (read["To"], read["Date"]) == ("cpo@example.jp", "Sun, 22 Nov 2026 13:00:00 +0000")
    assert "12" in read["Subject"]
    body = read.get_body()
    assert body is not None
    assert ledger.latest().note in body.get_content().replace("\r\n", "\n")
    assert all(len(line) <= 998 for line in mail.splitlines())


def test_a_mail_copied_into_a_text_file_is_read(ledger: Ledger, tmp_path: Path) -> None:
    text = f"> from: daicho\n\n{ledger.latest().note}\nregards\n"
    (tmp_path / "copied.txt").write_bytes(text.replace("\n", "\r\n").encode())
    assert read_anchors(tmp_path / "copied.txt")[0].note == ledger.latest().note


def test_an_object_has_a_name_of_its_own(ledger: Ledger, tmp_path: Path) -> None:
    bucket = tmp_path / "bucket"
    bucket.mkdir()
    name, content = as_object(ledger.latest())
    assert name.startswith("checkpoint-000000000012-")
    (bucket / name).write_bytes(content)
    ledger.append(chunks(1), key())
    later, content = as_object(ledger.latest())
    (bucket / later).write_bytes(content)
    assert name < later
    found = read_anchors(bucket)
    assert [each.label for each in found] == [str(bucket / name), str(bucket / later)]
    assert verify(snapshot(ledger.folder), [key().public], found).holds


@pytest.mark.parametrize("content", [b"", b"nothing here\n", b"\xff\xfe\x00"])
def test_a_file_without_checkpoint_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "empty.txt").write_bytes(content)
    for path in (tmp_path, tmp_path / "empty.txt"):
        with pytest.raises(LedgerError, match=r"empty\.txt"):
            read_anchors(path)


def test_an_empty_or_missing_place_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(LedgerError):
            read_anchors(path)


def test_a_huge_file_is_not_read(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append_to_file(tmp_path / "a.txt", ledger.latest())
    monkeypatch.setattr(anchor, "MAX_BYTES", 10)
    with pytest.raises(LedgerError, match="larger"):
        read_anchors(tmp_path)
