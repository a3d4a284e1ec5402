"""Write a certificate to files: the JSON that its hash is of, and one page a language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from include.governance.disposal.certificate_html import Neighbours, render
from include.governance.disposal.certificate_issue import read_certificate
from include.governance.model.certificate import LevelEvidence
from include.governance.store.certificates import StoredCertificate
from include.governance.wording import LANGUAGES, Language


def write_certificate(
    stored: StoredCertificate, levels: Sequence[LevelEvidence], folder: Path
) -> tuple[Path, ...]:
    """The paths of the files, readable by their owner alone; the same certificate, same bytes.

    Pages show the levels reached by now, so they are written again when a level is reached.
    """
    certificate = read_certificate(stored)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem = f"certificate-{stored.number:05d}"
    texts = {f"{stem}.json": stored.document + "\n"}
    for language in LANGUAGES:
        beside = Neighbours(other_language=_page(stem, _other(language)), json_file=f"{stem}.json")
        texts[_page(stem, language)] = render(certificate, stored.sha256, levels, language, beside)
    return tuple(_write(folder / name, text) for name, text in texts.items())


def _page(stem: str, language: Language) -> str:
    return f"{stem}.{language}.html"


def _other(language: Language) -> Language:
    return next(each for each in LANGUAGES if each != language)


def _write(path: Path, text: str) -> Path:
    partial = path.with_name(f"{path.name}.part")
    partial.touch(mode=0o600)
    partial.write_text(text, "utf-8")
    partial.replace(path)
    return path
