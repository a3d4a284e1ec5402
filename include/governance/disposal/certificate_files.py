"""Write a certificate to files: the JSON that its hash is of, and one page a language."""

from __future__ import annotations

from pathlib import Path

from include.governance.disposal.certificate_html import Neighbours, Since, render
from include.governance.disposal.deletion_record import told_on
from include.governance.disposal.desk import Desk
from include.governance.disposal.levels_reached import levels_of
from include.governance.store.certificates import StoredCertificate
from include.governance.wording import LANGUAGES, Language


def write_certificate(
    desk: Desk, stored: StoredCertificate, folder: Path | None = None
) -> tuple[Path, ...]:
    """The paths of the files, readable by their owner alone, in the home's folder by default.

    The JSON has the same bytes each time. Pages show what is known by now: the levels that were
    reached, and when recipients were told.
    """
    folder = folder or desk.workspace.settings.home / "certificates"
    since = Since(
        levels=levels_of(desk, stored.plan_id), told_on=told_on(desk, stored.certificate_id)
    )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem = f"certificate-{stored.number:05d}"
    texts = {f"{stem}.json": stored.document + "\n"}
    for language in LANGUAGES:
        beside = Neighbours(other_language=_page(stem, _other(language)), json_file=f"{stem}.json")
        texts[_page(stem, language)] = render(stored.read(), stored.sha256, since, language, beside)
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
