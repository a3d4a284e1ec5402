"""The commands for operators and auditors, in two languages, with their exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from include.governance.cli.app import app
from include.governance.ledger.anchor import append_to_file, read_anchors
from include.governance.ledger.folder import CHECKPOINTS, ENTRIES
from include.governance.ledger.keys import current_key
from include.governance.ledger.log import Ledger
from tests.ledger.made import NAME, chunks


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


Daicho = Callable[..., Done]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAICHO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "300")
    return tmp_path / "home"


@pytest.fixture
def daicho(home: Path) -> Daicho:
    def run(*words: str | Path) -> Done:
        done = CliRunner().invoke(app, ["ledger", *map(str, words)])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def begun(daicho: Daicho, home: Path) -> str:
    """A ledger with five entries; its public key."""
    done = daicho("key", "new", NAME)
    assert done.code == 0, done.err
    fill(home)
    return done.out.splitlines()[-1]


def fill(home: Path, count: int = 5) -> None:
    ledger = Ledger(home / "ledger")
    key = current_key(ledger.latest(), None, home / "ledger-keys")
    ledger.append(chunks(count), key)


def cut_end(home: Path) -> None:
    """Take all five entries and the checkpoint over them."""
    notes = (home / "ledger" / CHECKPOINTS).read_text("utf-8")
    (home / "ledger" / CHECKPOINTS).write_text(notes[: notes.index(f"{NAME}\n5")], "utf-8")
    (home / "ledger" / ENTRIES).write_bytes(b"")


def test_a_new_ledger_verifies_with_the_key_it_printed(daicho: Daicho, begun: str) -> None:
    done = daicho("verify", "--key", begun)
    assert (done.code, done.err) == (0, "")
    assert "5 entries" in done.out
    assert begun in done.out
    assert "--anchor" in done.out
    assert daicho("verify").code == 0


def test_the_private_key_is_not_printed(daicho: Daicho, home: Path) -> None:
    done = daicho("key", "new", NAME)
    [pem] = (home / "ledger-keys").glob("*.pem")
    secret = pem.read_text().splitlines()[1]
    assert secret not in done.out + done.err
    assert str(pem) in done.out


def test_an_altered_ledger_is_exit_1_with_the_place(daicho: Daicho, begun: str, home: Path) -> None:
    path = home / "ledger" / ENTRIES
    path.write_bytes(path.read_bytes().replace(b'"chunk":2', b'"chunk":3'))
    english, japanese = daicho("verify"), daicho("verify", "--lang", "ja")
    assert english.code == japanese.code == 1
    assert "Entry 3 does not follow from entry 2" in english.out
    assert "記録3が記録2につながりません" in japanese.out


def test_json_holds_the_places_and_the_sentences(daicho: Daicho, begun: str, home: Path) -> None:
    path = home / "ledger" / ENTRIES
    path.write_bytes(path.read_bytes()[:-4])
    done = daicho("verify", "--json", "-")
    found = json.loads(done.out)
    assert (done.code, found["holds"], found["origin"]) == (1, False, NAME)
    assert [each["code"] for each in found["problems"]] == ["line_torn", "entries_cut"]
    assert all(each["text"] for each in found["problems"])


def test_an_anchor_shows_a_cut_end(daicho: Daicho, begun: str, home: Path, tmp_path: Path) -> None:
    append_to_file(tmp_path / "anchors.txt", Ledger(home / "ledger").latest())
    assert daicho("verify", "--anchor", tmp_path / "anchors.txt").code == 0
    cut_end(home)
    assert daicho("verify").code == 0
    done = daicho("verify", "--anchor", tmp_path / "anchors.txt")
    assert done.code == 1
    assert "cut off" in done.out


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_the_last_checkpoint_is_anchored_once(
    daicho: Daicho, begun: str, home: Path, tmp_path: Path, kind: str
) -> None:
    place = tmp_path / "share"
    place.mkdir() if kind == "folder" else place.touch()
    for size in (5, 10):
        assert (
            f"Anchored in {place}: the checkpoint over {size} entries"
            in daicho("anchor", place).out
        )
        assert "already" in daicho("anchor", place).out
        fill(home)
    assert [int(each.note.split("\n")[1]) for each in read_anchors(place)] == [5, 10]
    assert daicho("verify", "--anchor", place).code == 0


def test_a_ledger_whose_end_is_gone_is_not_anchored(
    daicho: Daicho, begun: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "share"
    place.touch()
    monkeypatch.setenv("DAICHO_ANCHOR", str(place))
    assert daicho("anchor").code == 0
    kept = place.read_bytes()
    cut_end(home)
    done = daicho("anchor")
    assert done.code == 2
    assert "cut off" in done.err
    assert place.read_bytes() == kept


def test_a_checkpoint_is_printed_as_an_email(daicho: Daicho, begun: str, tmp_path: Path) -> None:
    done = daicho("anchor", "--mail", "daicho@example.jp", "cpo@example.jp")
    assert done.code == 0
    (tmp_path / "mail.eml").write_text(done.out, "utf-8", newline="")
    assert "To: cpo@example.jp" in done.out.splitlines()
    assert daicho("verify", "--anchor", tmp_path / "mail.eml").code == 0


def test_an_export_verifies_elsewhere(
    daicho: Daicho, begun: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = daicho("export", tmp_path / "ledger.zip")
    assert done.code == 0
    assert "sha256" in done.out
    monkeypatch.setenv("DAICHO_HOME", str(tmp_path / "auditor"))
    assert daicho("verify", tmp_path / "ledger.zip", "--key", begun).code == 0
    assert daicho("verify", tmp_path / "ledger.zip").code == 3


def test_the_key_rotates(daicho: Daicho, begun: str, home: Path) -> None:
    done = daicho("key", "rotate")
    assert done.code == 0, done.err
    fill(home)
    newest = done.out.splitlines()[2]
    assert newest != begun
    for words in (["--key", begun], ["--key", newest], []):
        assert daicho("verify", *words).code == 0
    assert len(list((home / "ledger-keys").glob("*.pem"))) == 2


def test_a_key_from_the_environment_with_a_passphrase(
    daicho: Daicho, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAICHO_LEDGER_PASSPHRASE", "correct horse")
    assert daicho("key", "new", NAME).code == 0
    [pem] = (home / "ledger-keys").glob("*.pem")
    assert "ENCRYPTED" in pem.read_text()
    monkeypatch.setenv("DAICHO_LEDGER_KEY", pem.read_text())
    pem.unlink()
    assert daicho("key", "rotate").code == 0
    monkeypatch.delenv("DAICHO_LEDGER_PASSPHRASE")
    done = daicho("key", "rotate")
    assert done.code == 3
    assert "DAICHO_LEDGER_PASSPHRASE" in done.err


def test_show_prints_the_last_entries(daicho: Daicho, begun: str) -> None:
    done = daicho("show", "--last", "2")
    assert done.code == 0
    assert done.out.count("chunk_applied") == 2
    assert "5 entries" in done.out
    found = json.loads(daicho("show", "--json", "-").out)
    assert [each["seq"] for each in found["entries"]] == [0, 1, 2, 3, 4]
    assert found["checkpoint"].startswith(f"{NAME}\n5\n")


def test_a_second_ledger_is_refused_and_makes_no_key(
    daicho: Daicho, begun: str, home: Path
) -> None:
    done = daicho("key", "new", NAME)
    assert done.code == 2
    assert "already" in done.err
    assert len(list((home / "ledger-keys").glob("*.pem"))) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["verify", "/no/such/folder"], 2),
        (["verify", __file__], 2),
        (["verify", "--anchor", "/no/such/file"], 2),
        (["anchor"], 3),
        (["anchor", "/no/such/place"], 2),
        (["anchor", __file__], 2),
        (["anchor", "--mail", "daicho", "cpo@example.jp"], 3),
        (["anchor", "--mail", "daicho@example.jp", "cpo@example.jp\nBcc: x@example.jp"], 3),
        (["verify", "--key", "nonsense"], 3),
        (["verify", "--key", "a+b+c"], 3),
        (["export", "/dev/null/x.zip"], 2),
        (["show", "--ledger", "/no/such/folder"], 2),
        (["key", "rotate", "--keys", "/no/such/folder"], 3),
        (["key", "rotate", "--ledger", "/no/such/folder"], 2),
        (["key", "new", "taro@example.jp", "--ledger", "/no/such/folder"], 3),
        (["verify", "--lang", "fr"], 3),
    ],
)
def test_what_cannot_be_done_says_so(
    daicho: Daicho, begun: str, words: list[str], code: int
) -> None:
    done = daicho(*words)
    assert done.code == code, done.out + done.err
    assert done.err.strip()
    assert "Traceback" not in done.err
