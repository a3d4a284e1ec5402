"""``daicho store upgrade``: bring the governance store to the version of this program."""

from __future__ import annotations

import typer
from rich.markup import escape

from include.governance.cli import options
from include.governance.cli.edge import Exit, console, handled, language
from include.governance.settings import environment, store_url
from include.governance.store.migrate import current, upgrade
from include.governance.wording import say

HELP = say("cli.store", "en") + " / " + say("cli.store", "ja")
UPGRADE_HELP = say("cli.store_upgrade", "en") + " / " + say("cli.store_upgrade", "ja")
app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep ``upgrade`` a word of its own."""


@app.command("upgrade", help=UPGRADE_HELP)
def upgrade_store(lang: options.Lang = None) -> None:
    """Migrate the store; doing it again changes nothing. It needs DAICHO_STORE, but no key."""
    with handled(lang):
        url = store_url(environment())
        before = current(url) or "-"
        upgrade(url)
        found = say("cli.store_version", language(lang), before=before, after=current(url) or "-")
        console().print(escape(found))
        raise typer.Exit(Exit.CLEAN)
