"""One file with a whole ledger in it, for an auditor who verifies it on a machine of their own."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from include.governance.errors import LedgerError
from include.governance.ledger.anchor import Anchor
from include.governance.ledger.fields import Digest, Moment
from include.governance.ledger.folder import (
    CHECKPOINTS,
    ENTRIES,
    Snapshot,
    read_lines,
    reading,
    snapshot,
    writing,
)
from include.governance.ledger.note import VerifierKey
from include.governance.ledger.problem import Problem, Verification
from include.governance.ledger.verify import verify
from include.governance.model.base import Model
from include.governance.wording import LANGUAGES, say

MANIFEST = "manifest.json"
README = "README.txt"
_BLOCK = 1 << 20
_MOST_CHECKPOINTS = 1 << 30


class ExportedFile(Model):
    """A file of the export."""

    name: str
    sha256: Digest
    bytes: int


class Manifest(Model):
    """What an export holds. It is not signed: the checkpoints are."""

    version: Literal[1] = 1
    at: Moment
    files: tuple[ExportedFile, ...]


def export(folder: Path, target: Path, at: datetime) -> Manifest:
    """Write the ledger as it is, sound or not, to a zip; the same ledger and ``at``, same bytes."""
    found = snapshot(folder)
    whole = target.with_name(f"{target.name}.part")
    with writing():
        target.parent.mkdir(parents=True, exist_ok=True)
        whole.unlink(missing_ok=True)
        whole.touch(0o600)
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            manifest = Manifest(at=at, files=tuple(_pack(archive, found, at)))
            archive.writestr(_info(MANIFEST, at), manifest.model_dump_json(indent=2))
        whole.replace(target)
    return manifest


def _pack(archive: zipfile.ZipFile, found: Snapshot, at: datetime) -> Iterator[ExportedFile]:
    readme = "\n".join(say("ledger.export_readme", language) for language in LANGUAGES)
    yield _copy(archive, README, iter((readme.encode(),)), at)
    yield _copy(archive, ENTRIES, found.lines(), at)
    yield _copy(archive, CHECKPOINTS, iter((found.checkpoints_raw(),)), at)


def _copy(
    archive: zipfile.ZipFile, name: str, parts: Iterator[bytes], at: datetime
) -> ExportedFile:
    digest, size = hashlib.sha256(), 0
    with archive.open(_info(name, at), "w", force_zip64=True) as stream:
        for part in parts:
            digest.update(part)
            size += stream.write(part)
    return ExportedFile(name=name, sha256=digest.hexdigest(), bytes=size)


def _info(name: str, at: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, at.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


class Export:
    """An export as evidence for ``verify``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self) -> Iterator[bytes]:
        """The lines of the entries; none when the file is missing, which ``problems`` reports."""
        with self._open() as archive:
            if ENTRIES in archive.namelist():
                with archive.open(ENTRIES) as stream:
                    size = archive.getinfo(ENTRIES).file_size
                    yield from read_lines(stream, size)

    def checkpoints(self) -> str:
        """The text of the checkpoints."""
        with self._open() as archive:
            if CHECKPOINTS not in archive.namelist():
                return ""
            if archive.getinfo(CHECKPOINTS).file_size > _MOST_CHECKPOINTS:
                raise LedgerError("ledger_export_unreadable")
            return archive.read(CHECKPOINTS).decode("utf-8", "replace")

    def problems(self) -> list[Problem]:
        """Files that are not those of the manifest."""
        with self._open() as archive:
            listed = {each.name: each for each in self._manifest(archive).files}
            there = [name for name in archive.namelist() if name != MANIFEST]
            found = [_file("export_file_missing", n) for n in listed if n not in there]
            found += [
                _file("export_file_missing", n) for n in (ENTRIES, CHECKPOINTS) if n not in listed
            ]
            found += [_file("export_file_unknown", n) for n in there if n not in listed]
            altered = [
                n for n, e in listed.items() if n in there and _digest(archive, n) != e.sha256
            ]
            return found + [_file("export_file_altered", name) for name in altered]

    def _manifest(self, archive: zipfile.ZipFile) -> Manifest:
        try:
            return Manifest.model_validate_json(archive.read(MANIFEST))
        except (KeyError, ValidationError):
            raise LedgerError("ledger_export_unreadable") from None

    @contextmanager
    def _open(self) -> Iterator[zipfile.ZipFile]:
        try:
            with reading(), zipfile.ZipFile(self.path) as archive:
                yield archive
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError):
            raise LedgerError("ledger_export_unreadable") from None


def verify_export(
    path: Path, trusted: Sequence[VerifierKey], anchors: Sequence[Anchor] = ()
) -> Verification:
    """Everything that is wrong with an export and the ledger in it."""
    evidence = Export(path)
    found = verify(evidence, trusted, anchors)
    return found.model_copy(update={"problems": (*evidence.problems(), *found.problems)})


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _file(
    code: Literal["export_file_missing", "export_file_unknown", "export_file_altered"], name: str
) -> Problem:
    return Problem(code=code, facts={"name": name[:100]})
