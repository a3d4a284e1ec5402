"""What was acknowledged stays; what was not is never signed; a healthy ledger is not touched."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from pathlib import Path

import pytest

from include.governance.errors import LedgerError, LedgerUnavailable
from include.governance.ledger import folder as files
from include.governance.ledger.log import Ledger, Mark
from include.governance.ledger.merkle import (
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from tests.ledger import made
from tests.ledger.made import AT, check, chunk, chunks, key


def content(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_what_was_appended_is_read_and_verifies(ledger: Ledger, folder: Path) -> None:
    records = list(ledger.records())
    assert [record.entry for record in records] == chunks(12)
    assert [record.seq for record in ledger.records(start=10)] == [10, 11]
    found = check(folder)
    assert found.holds
    assert (found.entries, found.checkpoints) == (12, 5)


def test_a_reader_that_comes_back_reads_only_what_is_new(ledger: Ledger, folder: Path) -> None:
    mark = Mark()
    assert len(list(ledger.read_on(mark))) == 12
    assert list(ledger.read_on(mark)) == []
    ledger.append(chunks(2), key())
    assert [record.seq for record in ledger.read_on(mark)] == [12, 13]
    assert mark.offset == (folder / "entries.jsonl").stat().st_size
    with pytest.raises(LedgerError) as refused:
        list(ledger.read_on(Mark(seq=15)))
    assert refused.value.code == "ledger_cut"


def test_every_kind_of_entry_can_be_appended(folder: Path) -> None:
    made.ledger(folder).append(made.one_of_each(), key())
    assert [r.entry for r in Ledger(folder).records()] == made.one_of_each()
    assert check(folder).holds


def test_an_append_names_its_first_entry_and_the_new_state(ledger: Ledger) -> None:
    done = ledger.append(chunks(2), key())
    assert (done.first, done.checkpoint.size, done.set_aside) == (12, 14, ())
    assert ledger.latest() == done.checkpoint


def test_an_empty_append_changes_nothing(ledger: Ledger, folder: Path) -> None:
    before = content(folder)
    assert ledger.append([], key()).checkpoint.size == 12
    assert content(folder) == before


def test_opening_and_reading_change_nothing(ledger: Ledger, folder: Path) -> None:
    before = content(folder)
    again = Ledger(folder)
    assert len(list(again.records())) == 12
    again.latest()
    again.inclusion(3)
    check(folder)
    assert content(folder) == before


def test_only_the_owner_may_read(ledger: Ledger, folder: Path) -> None:
    with (folder / files.ENTRIES).open("ab") as stream:
        stream.write(b"torn")
    ledger.append(chunks(1), key())
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_two_ledgers_over_one_folder_see_each_other(ledger: Ledger, folder: Path) -> None:
    other = Ledger(folder)
    for number in range(6):
        (ledger if number % 2 else other).append([chunk(number)], key())
    assert check(folder).holds
    assert check(folder).entries == 18


def test_a_begun_ledger_is_not_begun_again(ledger: Ledger, folder: Path) -> None:
    before = content(folder)
    with pytest.raises(LedgerError, match="already"):
        Ledger.begin(folder, key(2))
    assert content(folder) == before


@pytest.mark.parametrize("left", [[], [files.ENTRIES], [files.ENTRIES, files.CHECKPOINTS]])
def test_a_begin_that_was_killed_can_be_repeated(folder: Path, left: list[str]) -> None:
    folder.mkdir()
    for name in left:
        (folder / name).write_text("" if name == files.ENTRIES else "example.co.jp/dai")
    Ledger.begin(folder, key()).append(chunks(1), key())
    assert check(folder).holds


def test_a_folder_without_ledger_is_named(tmp_path: Path) -> None:
    for use in (
        lambda ledger: ledger.append(chunks(1), key()),
        lambda ledger: list(ledger.records()),
    ):
        with pytest.raises(LedgerError):
            use(Ledger(tmp_path))


def test_proofs_fit_the_checkpoint(ledger: Ledger, folder: Path) -> None:
    old = ledger.latest().checkpoint
    ledger.append(chunks(5, 12), key())
    lines = (folder / files.ENTRIES).read_bytes().splitlines()
    latest, path = ledger.inclusion(7)
    assert verify_inclusion(leaf_hash(lines[7]), 7, 17, path, latest.checkpoint.root)
    latest, proof = ledger.consistency(12)
    assert verify_consistency(12, 17, old.root, latest.checkpoint.root, proof)


# Another key.


def test_another_key_does_not_append(ledger: Ledger, folder: Path) -> None:
    before = content(folder)
    for wrong in (key(2), key(1, "example.com/other")):
        with pytest.raises(LedgerError, match="not signed by"):
            ledger.append(chunks(1), wrong)
    assert content(folder) == before


def test_the_key_can_change_and_the_old_one_signs_no_more(ledger: Ledger, folder: Path) -> None:
    done = ledger.rotate(key(1), key(2), AT)
    assert done.first == 12
    for each in (ledger, Ledger(folder)):
        with pytest.raises(LedgerError, match="rotated"):
            each.append(chunks(1), key(1))
        each.append(chunks(2), key(2))
    ledger.rotate(key(2), key(3), AT)
    ledger.append(chunks(1), key(3))
    for trusted in ((1,), (2,), (3,), (1, 2, 3)):
        assert check(folder, *trusted).holds
    assert len(check(folder).keys) == 3


def test_a_key_of_another_name_does_not_follow(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="same name"):
        ledger.rotate(key(1), key(2, "example.com/other"), AT)


# Unfinished appends.

TAILS = [b"{", b'{"entry":', b"complete but unsigned\n", b"one\ntwo\nthr", b"\n", b"\xff\xfe"]


@pytest.mark.parametrize("tail", TAILS)
def test_unsigned_entries_are_moved_aside_and_reported(folder: Path, tail: bytes) -> None:
    ledger = made.ledger(folder, 3)
    with (folder / files.ENTRIES).open("ab") as stream:
        stream.write(tail)
    assert not check(folder).holds
    assert len(list(Ledger(folder).records())) == 3
    done = ledger.append(chunks(1, 3), key())
    assert [path.read_bytes() for path in done.set_aside] == [tail]
    assert check(folder).holds
    assert [r.entry for r in ledger.records()] == chunks(4)


@pytest.mark.parametrize("lost", range(1, 60, 7))
def test_a_torn_checkpoint_and_its_entries_are_moved_aside(folder: Path, lost: int) -> None:
    """As after a power failure between the two writes."""
    made.ledger(folder, 3, 2)
    path = folder / files.CHECKPOINTS
    files.cut(path, path.stat().st_size - lost)
    assert not check(folder).holds
    done = Ledger(folder).append(chunks(1, 3), key())
    assert len(done.set_aside) == 2
    assert check(folder).holds
    assert check(folder).entries == 4


def test_moving_aside_twice_keeps_both(folder: Path) -> None:
    ledger = made.ledger(folder, 1)
    kept = set()
    for tail in (b"first", b"second", b"first"):
        with (folder / files.ENTRIES).open("ab") as stream:
            stream.write(tail)
        kept |= set(Ledger(folder).append(chunks(1), key()).set_aside)
    assert sorted(path.read_bytes() for path in kept) == [b"first", b"first", b"second"]
    assert ledger.append(chunks(1), key()).set_aside == ()


# What a checkpoint covers is never cut off, moved aside or signed over.


def damaged(folder: Path, how: str) -> None:
    entries, checkpoints = folder / files.ENTRIES, folder / files.CHECKPOINTS
    content = entries.read_bytes()
    match how:
        case "altered":
            entries.write_bytes(content.replace(b'"chunk":4', b'"chunk":5'))
        case "cut in a line":
            entries.write_bytes(content[:-5])
        case "cut after a line":
            entries.write_bytes(b"".join(content.splitlines(keepends=True)[:-1]))
        case "emptied":
            entries.write_bytes(b"")
        case "checkpoint altered":
            text = checkpoints.read_text().replace("\n12\n", "\n11\n")
            checkpoints.write_text(text)
        case "checkpoint unreadable":
            text = checkpoints.read_text().replace("\n12\n", "\nxx\n")
            checkpoints.write_text(text)
        case "checkpoint of nobody":
            text = checkpoints.read_text()
            checkpoints.write_text(text[:-20] + "AAAAAAA" + text[-13:])


@pytest.mark.parametrize("fresh", [True, False], ids=["new process", "same process"])
@pytest.mark.parametrize(
    "how",
    [
        "altered",
        "cut in a line",
        "cut after a line",
        "emptied",
        "checkpoint altered",
        "checkpoint unreadable",
        "checkpoint of nobody",
    ],
)
def test_a_damaged_ledger_is_refused_and_left_alone(
    ledger: Ledger, folder: Path, how: str, fresh: bool
) -> None:
    damaged(folder, how)
    before = content(folder)
    if how == "altered" and not fresh:
        return  # what this process has proved it does not read again; ``verify`` does
    with pytest.raises(LedgerError):
        (Ledger(folder) if fresh else ledger).append(chunks(1), key())
    assert content(folder) == before
    assert not check(folder).holds


def test_a_process_notices_that_the_end_was_cut_with_its_checkpoints(
    ledger: Ledger, folder: Path
) -> None:
    text = (folder / files.CHECKPOINTS).read_text()
    (folder / files.CHECKPOINTS).write_text(text[: text.rindex(made.NAME + "\n12")])
    with pytest.raises(LedgerError, match="cut"):
        ledger.append(chunks(1), key())


# The disk and the neighbours.


def test_a_full_disk_leaves_the_ledger_as_it_was(
    ledger: Ledger, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {name: found[0] for name, found in content(folder).items()}
    write, calls = os.write, []

    def full(descriptor: int, data: bytes) -> int:
        calls.append(len(data))
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data[:10])

    monkeypatch.setattr(files.os, "write", full)
    with pytest.raises(LedgerUnavailable, match="ENOSPC") as caught:
        ledger.append(chunks(1), key())
    assert caught.value.retryable
    monkeypatch.undo()
    assert {name: found[0] for name, found in content(folder).items()} == before
    ledger.append(chunks(1), key())
    assert check(folder).holds


def test_a_disk_that_fails_after_the_entries_leaves_nothing_acknowledged(
    ledger: Ledger, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = files.append

    def failing(path: Path, data: bytes) -> None:
        if path.name == files.CHECKPOINTS:
            raise OSError(errno.EIO, "Input/output error")
        append(path, data)

    monkeypatch.setattr(files, "append", failing)
    with pytest.raises(LedgerUnavailable, match="EIO"):
        ledger.append(chunks(1), key())
    monkeypatch.undo()
    assert len(list(ledger.records())) == 12
    assert len(ledger.append(chunks(1, 12), key()).set_aside) == 1
    assert check(folder).holds


def test_a_writer_that_does_not_finish_is_not_waited_for_for_ever(
    ledger: Ledger, folder: Path
) -> None:
    descriptor = os.open(folder / "lock", os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        with pytest.raises(LedgerUnavailable, match="Another process"):
            Ledger(folder, patience_seconds=0.05).append(chunks(1), key())
    finally:
        os.close(descriptor)
    ledger.append(chunks(1), key())


def test_an_entry_made_unchecked_is_refused_with_the_whole_batch(
    ledger: Ledger, folder: Path
) -> None:
    before = content(folder)
    unchecked = chunk(1).model_copy(update={"run": "taro.yamada@example.jp"})
    with pytest.raises(LedgerError, match="ChunkApplied") as caught:
        ledger.append([chunk(0), unchecked], key())
    assert "taro" not in str(caught.value)
    assert content(folder) == before
    ledger.append(chunks(1), key())
    assert check(folder).holds
