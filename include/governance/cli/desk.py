"""Open what a command of a disposal needs: the desk, and the language in which it answers."""

from __future__ import annotations

from include.governance.cli.edge import now, settings, workspace
from include.governance.disposal.desk import Desk
from include.governance.installation.desk import desk_of
from include.governance.wording import Language


def open_desk(lang: str | None) -> tuple[Desk, Language]:
    """One installation's disposals and the reader's language."""
    own = settings(lang)
    return desk_of(workspace(own), now), own.language
