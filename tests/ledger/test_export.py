"""An export verifies on its own, on another machine, and shows what was done to it."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from include.governance.errors import LedgerError
from include.governance.ledger.anchor import Anchor
from include.governance.ledger.export import MANIFEST, README, Manifest, export, verify_export
from include.governance.ledger.folder import CHECKPOINTS, ENTRIES
from include.governance.ledger.log import Ledger
from tests.ledger.made import AT, chunks, codes, key

KEYS = [key().public]
Files = dict[str, bytes]


@pytest.fixture
def exported(ledger: Ledger, tmp_path: Path) -> Path:
    target = tmp_path / "out" / "ledger.zip"
    export(ledger.folder, target, AT)
    return target


def changed(path: Path, how: Callable[[Files], Files]) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in how(files).items():
            archive.writestr(name, content)
    return codes(verify_export(path, KEYS))


def test_an_export_needs_nothing_but_itself(ledger: Ledger, exported: Path) -> None:
    shutil.rmtree(ledger.folder)
    found = verify_export(exported, KEYS)
    assert found.holds
    assert (found.entries, found.checkpoints) == (12, 5)
    assert exported.stat().st_mode & 0o777 == 0o600


def test_an_export_lists_its_files(exported: Path) -> None:
    with zipfile.ZipFile(exported) as archive:
        manifest = Manifest.model_validate_json(archive.read(MANIFEST))
        assert {each.name for each in manifest.files} == {README, ENTRIES, CHECKPOINTS}
        assert all(len(archive.read(f.name)) == f.bytes for f in manifest.files)
        readme = archive.read(README).decode()
    assert "daicho ledger verify" in readme
    assert "検証" in readme


def test_the_same_ledger_makes_the_same_file(ledger: Ledger, exported: Path) -> None:
    before = exported.read_bytes()
    export(ledger.folder, exported, AT)
    assert exported.read_bytes() == before
    assert [path.name for path in exported.parent.iterdir()] == ["ledger.zip"]


def test_anchors_count_for_an_export_too(ledger: Ledger, exported: Path) -> None:
    ledger.append(chunks(1), key())
    anchor = Anchor("mail.eml", ledger.latest().note)
    assert codes(verify_export(exported, KEYS, [anchor])) == ["anchor_ahead"]


def test_a_broken_ledger_is_exported_as_it_is(ledger: Ledger, tmp_path: Path) -> None:
    path = ledger.folder / ENTRIES
    path.write_bytes(path.read_bytes()[:-3])
    export(ledger.folder, tmp_path / "broken.zip", AT)
    assert codes(verify_export(tmp_path / "broken.zip", KEYS)) == ["line_torn", "entries_cut"]


def without(name: str) -> Callable[[Files], Files]:
    return lambda files: {n: content for n, content in files.items() if n != name}


def test_a_changed_export_is_found(exported: Path) -> None:
    assert changed(exported, lambda f: f | {README: b"x"}) == ["export_file_altered"]
    assert changed(exported, without(README)) == ["export_file_missing"]


def test_a_changed_ledger_in_an_export_is_found(exported: Path) -> None:
    def alter(files: Files) -> Files:
        return files | {ENTRIES: files[ENTRIES].replace(b'"chunk":3', b'"chunk":2')}

    assert changed(exported, alter) == ["export_file_altered", "entry_link", "entries_altered"]


@pytest.mark.parametrize("name", [ENTRIES, CHECKPOINTS])
def test_a_missing_part_is_found(exported: Path, name: str) -> None:
    assert "export_file_missing" in changed(exported, without(name))


def test_a_part_taken_off_the_list_too_is_found(exported: Path) -> None:
    def unlist(files: Files) -> Files:
        manifest = Manifest.model_validate_json(files[MANIFEST])
        kept = tuple(each for each in manifest.files if each.name == README)
        text = manifest.model_copy(update={"files": kept}).model_dump_json()
        return {README: files[README], MANIFEST: text.encode()}

    assert "export_file_missing" in changed(exported, unlist)


def test_a_file_nobody_listed_is_found(exported: Path) -> None:
    assert changed(exported, lambda f: f | {"x": b""}) == ["export_file_unknown"]


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all"])
def test_what_is_no_export_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(LedgerError, match="no ledger export"):
        verify_export(tmp_path / "x.zip", KEYS)


@pytest.mark.parametrize("manifest", [None, b"{}", b"no json"])
def test_an_export_without_its_list_is_refused(exported: Path, manifest: bytes | None) -> None:
    with pytest.raises(LedgerError, match="no ledger export"):
        changed(
            exported,
            without(MANIFEST) if manifest is None else lambda f: f | {MANIFEST: manifest},
        )


def test_a_damaged_zip_is_refused_or_found(exported: Path) -> None:
    content = bytearray(exported.read_bytes())
    for at in range(0, len(content), 97):
        damaged = content.copy()
        damaged[at] ^= 0xFF
        exported.write_bytes(damaged)
        try:
            holds = verify_export(exported, KEYS).holds
        except LedgerError:
            continue
        # Dates and rights of a zip's own list are no part of what is proved.
        assert not holds or same_files(exported, bytes(content))


def same_files(path: Path, original: bytes) -> bool:
    other = path.with_name("original.zip")
    other.write_bytes(original)
    with zipfile.ZipFile(path) as a, zipfile.ZipFile(other) as b:
        return {n: a.read(n) for n in a.namelist()} == {n: b.read(n) for n in b.namelist()}


def test_a_folder_that_cannot_be_written_is_named(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LedgerError, match="could not be written"):
        export(ledger.folder, tmp_path / "file" / "x.zip", AT)
