"""Whatever is done to a ledger is found, with its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.governance.errors import ConfigurationError
from include.governance.ledger.anchor import Anchor
from include.governance.ledger.checkpoint import Checkpoint, find_notes
from include.governance.ledger.entry import KeyRotated, Record, canonical, read_record
from include.governance.ledger.folder import CHECKPOINTS, ENTRIES, snapshot
from include.governance.ledger.log import Ledger
from include.governance.ledger.merkle import Tree, leaf_hash
from include.governance.ledger.problem import Verification
from include.governance.ledger.verify import verify
from tests.ledger import made
from tests.ledger.made import AT, check, chunk, chunks, codes, key

Lines = list[bytes]


def lines_of(folder: Path) -> Lines:
    return (folder / ENTRIES).read_bytes().splitlines(keepends=True)


def change(folder: Path, how: Callable[[Lines], Lines]) -> Verification:
    (folder / ENTRIES).write_bytes(b"".join(how(lines_of(folder))))
    return check(folder)


def notes_of(folder: Path) -> list[str]:
    return [f"{note}\n" for _, _, note in find_notes((folder / CHECKPOINTS).read_text("utf-8"))]


def change_text(folder: Path, name: str, old: str, new: str) -> Verification:
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), "utf-8")
    return check(folder)


def places(found: Verification) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.entry) for problem in found.problems]


# One thing done to the entries: which problem, and where. Checkpoints: 0, 3, 4, 9, 12.


def test_an_altered_entry_is_named_with_its_neighbour_and_its_checkpoints(
    ledger: Ledger, folder: Path
) -> None:
    found = change_text(folder, ENTRIES, '"chunk":6', '"chunk":5')
    assert places(found) == [("entry_link", 7), ("entries_altered", 4)]
    altered = found.problems[1]
    assert altered.checkpoint == 4
    assert altered.facts == {"first": 4, "last": 8, "through": 5}


def test_an_unreadable_entry_is_named(ledger: Ledger, folder: Path) -> None:
    found = change(folder, lambda lines: [*lines[:5], b"{}\n", *lines[6:]])
    assert places(found)[0] == ("entry_unreadable", 5)


def test_a_whole_chain_made_anew_does_not_fit_the_checkpoints(ledger: Ledger, folder: Path) -> None:
    found = change(folder, lambda lines: rewritten(lines, 6))
    assert places(found) == [("entries_altered", 4)]


def rewritten(lines: Lines, at: int) -> Lines:
    """Entry ``at`` altered, and every link after it made to fit."""
    records = [read_record(line[:-1]) for line in lines]
    records[at] = records[at].model_copy(update={"entry": chunk(99)})
    made_anew: Lines = []
    for seq, record in enumerate(records):
        previous = leaf_hash(made_anew[-1][:-1]).hex() if made_anew else record.previous
        line = canonical(Record(seq=seq, previous=previous, entry=record.entry))
        made_anew.append(line + b"\n")
    return made_anew


def test_a_removed_entry_is_named(ledger: Ledger, folder: Path) -> None:
    found = change(folder, lambda lines: lines[:5] + lines[6:])
    assert found.problems[0].code == "entries_missing"
    assert found.problems[0].facts == {"first": 5, "last": 5}
    assert "entries_cut" in codes(found)


def test_a_repeated_entry_is_named(ledger: Ledger, folder: Path) -> None:
    found = change(folder, lambda lines: lines[:6] + lines[5:])
    assert places(found)[0] == ("entry_out_of_place", 6)


def test_moved_entries_are_named(ledger: Ledger, folder: Path) -> None:
    found = change(folder, lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]])
    assert places(found)[:2] == [("entries_missing", 5), ("entry_out_of_place", 6)]


def test_a_cut_end_is_found_by_the_checkpoints(ledger: Ledger, folder: Path) -> None:
    found = change(folder, lambda lines: lines[:10])
    [problem] = found.problems
    assert problem.code == "entries_cut"
    assert problem.facts == {"found": 10, "size": 12}
    assert codes(change(folder, lambda lines: [*lines[:9], lines[9][:-3]])) == [
        "line_torn",
        "entries_cut",
    ]


def test_added_entries_are_not_signed(ledger: Ledger, folder: Path) -> None:
    record = Record(seq=12, previous=leaf_hash(lines_of(folder)[-1][:-1]).hex(), entry=chunk(12))
    found = change(folder, lambda lines: [*lines, canonical(record) + b"\n"])
    assert places(found) == [("entries_unsigned", 12)]


def test_several_things_are_found_at_once(ledger: Ledger, folder: Path) -> None:
    change_text(folder, ENTRIES, '"chunk":1,', '"chunk":2,')
    found = change(folder, lambda lines: lines[:5] + lines[6:7] + [b"x\n"] + lines[8:])
    assert {"entry_link", "entries_missing", "entry_unreadable", "entries_cut"} <= set(codes(found))


# One thing done to the checkpoints.


def test_an_altered_checkpoint_is_named(ledger: Ledger, folder: Path) -> None:
    root = Checkpoint(made.NAME, 4, bytes(32)).text.splitlines()[2]
    note = notes_of(folder)[2]
    found = change_text(folder, CHECKPOINTS, note.splitlines()[2], root)
    assert [(p.code, p.checkpoint) for p in found.problems] == [("checkpoint_signature", 3)]


def test_a_checkpoint_over_another_state_is_named(ledger: Ledger, folder: Path) -> None:
    """By the holder of the key; a later checkpoint shows which of the two is wrong."""
    false = Checkpoint(made.NAME, 4, bytes(32)).signed(key()).note + "\n"
    found = change_text(folder, CHECKPOINTS, notes_of(folder)[2], false)
    assert [(p.code, p.checkpoint) for p in found.problems] == [("checkpoint_root", 3)]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("\n9\n", "\n09\n", "checkpoint_unreadable"),
        ("\n9\n", "\n8\n", "checkpoint_signature"),
        (f"{made.NAME}\n9\n", "example.com\n9\n", "checkpoint_origin"),
        (f"\n\n{made.NAME}\n9\n", f"\n\n\n{made.NAME}\n9\n", "checkpoint_unreadable"),
        (f"\n\n{made.NAME}\n9\n", f"\n{made.NAME}\n9\n", "checkpoint_unreadable"),
        (f"\n{made.NAME}\n9\n", f"\nremark\n{made.NAME}\n9\n", "checkpoint_unreadable"),
    ],
)
def test_a_touched_checkpoint_is_found(
    ledger: Ledger, folder: Path, old: str, new: str, code: str
) -> None:
    assert code in codes(change_text(folder, CHECKPOINTS, old, new))


def test_moved_and_repeated_checkpoints_are_found(ledger: Ledger, folder: Path) -> None:
    a, b, c, d, e = notes_of(folder)
    for order in ([a, c, b, d, e], [a, b, b, c, d, e]):
        (folder / CHECKPOINTS).write_text("".join(order), "utf-8")
        assert codes(check(folder)) == ["checkpoint_order"]


def test_a_signature_of_somebody_else_is_not_wanted(ledger: Ledger, folder: Path) -> None:
    note = notes_of(folder)[2]
    other = key(5).sign("anything\n")
    found = change_text(folder, CHECKPOINTS, note, note[:-1] + f"{other}\n")
    assert codes(found) == ["checkpoint_signature"]


@pytest.mark.parametrize("name", [ENTRIES, CHECKPOINTS])
def test_an_empty_file_proves_nothing(ledger: Ledger, folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"")
    assert not check(folder).holds


# Keys.


def test_a_ledger_of_another_key_does_not_verify(ledger: Ledger, folder: Path) -> None:
    assert codes(check(folder, 2)) == ["key_untrusted"]
    assert key(1).public.key_id in check(folder, 2).problems[0].say("en")
    assert codes(verify(snapshot(folder), [key(1, "example.com/x").public])) == [
        *["checkpoint_origin"] * 5,
        "key_untrusted",
    ]


def test_a_ledger_cut_to_before_a_rotation_does_not_show_the_new_key(
    ledger: Ledger, folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(folder, tmp_path / "old")
    ledger.rotate(key(1), key(2), AT)
    assert check(tmp_path / "old", 1).holds
    assert codes(check(tmp_path / "old", 1, 2)) == ["key_missing"]
    assert codes(check(tmp_path / "old", 2)) == ["key_untrusted"]


def test_keys_of_several_ledgers_are_refused(ledger: Ledger, folder: Path) -> None:
    for trusted in ([], [key(1).public, key(2, "example.com/x").public]):
        with pytest.raises(ConfigurationError):
            verify(snapshot(folder), trusted)


def forge(folder: Path, entry: KeyRotated, *numbers: int) -> None:
    """Append a rotation past all checks, with a checkpoint of these keys."""
    lines = lines_of(folder)
    previous = leaf_hash(lines[-1][:-1]).hex()
    lines.append(canonical(Record(seq=len(lines), previous=previous, entry=entry)) + b"\n")
    (folder / ENTRIES).write_bytes(b"".join(lines))
    root = Tree(leaf_hash(line[:-1]) for line in lines).root()
    signed = Checkpoint(made.NAME, len(lines), root).signed(*map(key, numbers))
    with (folder / CHECKPOINTS).open("a", encoding="utf-8") as stream:
        stream.write(signed.note + "\n")


def rotation(old: int, new: int, signature: str = "0" * 128) -> KeyRotated:
    old_key, new_key = (key(n).public.public.hex() for n in (old, new))
    return KeyRotated(at=AT, old_key=old_key, new_key=new_key, signature=signature)


def test_a_rotation_that_the_old_key_did_not_sign_is_found(ledger: Ledger, folder: Path) -> None:
    forge(folder, rotation(1, 2), 2)
    assert places(check(folder, 1)) == [("rotation_signature", 12), ("checkpoint_key", None)]


def test_a_rotation_of_another_key_is_found(ledger: Ledger, folder: Path) -> None:
    ledger.rotate(key(1), key(2), AT)
    forge(folder, rotation(1, 3), 3)
    assert ("rotation_break", 13) in places(check(folder, 1))


def test_a_retired_key_does_not_sign_on(ledger: Ledger, folder: Path) -> None:
    ledger.rotate(key(1), key(2), AT)
    forge(folder, rotation(2, 1), 1)
    assert ("rotation_break", 13) in places(check(folder, 1))


def test_a_checkpoint_of_the_old_key_after_the_rotation_is_found(
    ledger: Ledger, folder: Path
) -> None:
    ledger.rotate(key(1), key(2), AT)
    ledger.append(chunks(1), key(2))
    last = ledger.latest().checkpoint
    found = change_text(folder, CHECKPOINTS, notes_of(folder)[-1], last.signed(key(1)).note + "\n")
    assert codes(found) == ["checkpoint_key"]


def test_who_steals_the_new_key_cannot_rewrite_what_the_old_one_signed(
    ledger: Ledger, folder: Path
) -> None:
    """The old checkpoints are thrown away, everything is made anew and signed by the new key."""
    ledger.rotate(key(1), key(2), AT)
    lines = rewritten(lines_of(folder), 6)
    (folder / ENTRIES).write_bytes(b"".join(lines))
    root = Tree(leaf_hash(line[:-1]) for line in lines).root()
    signed = Checkpoint(made.NAME, 13, root).signed(key(2))
    (folder / CHECKPOINTS).write_text(signed.note + "\n", "utf-8")
    assert "rotation_signature" in codes(check(folder, 2))


# Anchors.


def anchored(ledger: Ledger) -> Anchor:
    return Anchor("mail.eml", ledger.latest().note)


def test_an_anchored_checkpoint_of_the_past_fits(ledger: Ledger, folder: Path) -> None:
    anchors = [anchored(ledger)]
    ledger.append(chunks(3), key())
    anchors.append(anchored(ledger))
    ledger.rotate(key(1), key(2), AT)
    anchors.append(anchored(ledger))
    ledger.append(chunks(3), key(2))
    found = verify(snapshot(folder), [key(1).public], anchors)
    assert (found.holds, found.anchors) == (True, 3)


def test_a_history_made_anew_by_the_holder_of_the_key_is_a_fork(
    ledger: Ledger, tmp_path: Path
) -> None:
    made.ledger(tmp_path / "fork", 3, 1, 5, 2)
    Ledger(tmp_path / "fork").append(chunks(4, 70), key())
    assert check(tmp_path / "fork").holds
    found = verify(snapshot(tmp_path / "fork"), [key().public], [anchored(ledger)])
    assert [(p.code, p.anchor) for p in found.problems] == [("fork", "mail.eml")]


def test_an_end_cut_with_its_checkpoints_is_found_by_an_anchor(
    ledger: Ledger, tmp_path: Path
) -> None:
    made.ledger(tmp_path / "cut", 3, 1, 5)
    assert check(tmp_path / "cut").holds
    found = verify(snapshot(tmp_path / "cut"), [key().public], [anchored(ledger)])
    assert codes(found) == ["anchor_ahead"]


def test_an_anchor_that_nobody_signed_is_found(ledger: Ledger, folder: Path) -> None:
    right = ledger.latest().checkpoint
    other = Checkpoint("example.com/x", right.size, right.root).signed(key(1, "example.com/x"))
    notes = {
        right.signed(key(2)).note: "anchor_signature",
        other.note: "anchor_origin",
        other.note.replace("\n12\n", "\n012\n"): "anchor_unreadable",
    }
    for note, code in notes.items():
        found = verify(snapshot(folder), [key().public], [Anchor("a.txt", note)])
        assert codes(found) == [code]


def test_a_witness_may_sign_an_anchor_too(ledger: Ledger, folder: Path) -> None:
    note = ledger.latest().note + str(key(9, "witness.example.com").sign("time\n"))
    assert verify(snapshot(folder), [key().public], [Anchor("a.txt", note)]).holds


# Anything at all, done to any ledger.

BATCHES = st.lists(st.integers(1, 4), min_size=1, max_size=5)
QUIET = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[int, ...]], Path]:
    """A fresh copy of the ledger with these batches."""
    known: dict[tuple[int, ...], Path] = {}

    def copy(batches: tuple[int, ...]) -> Path:
        if batches not in known:
            known[batches] = tmp_path_factory.mktemp("ledger") / "original"
            grown = made.ledger(known[batches], *batches)
            if len(batches) > 2:
                grown.rotate(key(1), key(2), AT)
                grown.append(chunks(2), key(2))
        target = tmp_path_factory.mktemp("copy") / "ledger"
        shutil.copytree(known[batches], target)
        return target

    return copy


Shelf = Callable[[tuple[int, ...]], Path]


@QUIET
@given(batches=BATCHES, data=st.data())
def test_any_changed_order_or_number_of_entries_is_found(
    shelf: Shelf, batches: list[int], data: st.DataObject
) -> None:
    folder = shelf(tuple(batches))
    lines = lines_of(folder)
    pieces = st.lists(st.sampled_from(lines), max_size=len(lines) + 2)
    other = data.draw(
        st.one_of(
            pieces,
            st.permutations(lines),
            st.integers(0, len(lines)).map(lambda n: lines[:n]),
            st.integers(0, len(lines) - 1).map(lambda n: lines[:n] + lines[n + 1 :]),
            st.integers(0, len(lines) - 1).map(lambda n: lines[: n + 1] + lines[n:]),
        ).filter(lambda found: found != lines)
    )
    assert not change(folder, lambda _: other).holds


@QUIET
@given(batches=BATCHES, name=st.sampled_from([ENTRIES, CHECKPOINTS]), data=st.data())
def test_any_changed_removed_or_added_byte_is_found(
    shelf: Shelf, batches: list[int], name: str, data: st.DataObject
) -> None:
    folder = shelf(tuple(batches))
    content = (folder / name).read_bytes()
    at = data.draw(st.integers(0, len(content) - 1))
    some = data.draw(st.binary(max_size=3))
    taken = data.draw(st.integers(0, 3))
    other = content[:at] + some + content[at + taken :]
    (folder / name).write_bytes(other)
    assert check(folder).holds == (other == content)


@QUIET
@given(batches=BATCHES, data=st.data())
def test_any_other_history_is_a_fork(shelf: Shelf, batches: list[int], data: st.DataObject) -> None:
    """Made by the holder of the key, consistent in itself, differing in one entry."""
    folder = shelf(tuple(batches[:2]))
    anchor = Anchor("a.txt", Ledger(folder).latest().note)
    at = data.draw(st.integers(0, sum(batches[:2]) - 1))
    entries = chunks(sum(batches[:2]) + data.draw(st.integers(0, 2)))
    entries[at] = chunk(900)
    fork = Ledger.begin(folder / "fork", key())
    fork.append(entries, key())
    assert check(folder / "fork").holds
    found = verify(snapshot(folder / "fork"), [key().public], [anchor])
    assert codes(found) == ["fork"]


@QUIET
@given(batches=BATCHES)
def test_an_untouched_ledger_verifies(shelf: Shelf, batches: list[int]) -> None:
    assert check(shelf(tuple(batches))).holds


def test_every_problem_is_a_sentence_in_both_languages(ledger: Ledger, folder: Path) -> None:
    found = change(folder, lambda lines: [b"x\n", *lines[4:], lines[2], b"torn"])
    assert len(found.problems) > 3
    for problem in found.problems:
        assert problem.say("en") != problem.say("ja")
