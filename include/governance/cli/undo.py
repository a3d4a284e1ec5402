"""``daicho dispose undo``: put back what an approved plan took away, while its window is open."""

from __future__ import annotations

import typer

from include.governance.cli import options
from include.governance.cli.actor import As, actor
from include.governance.cli.desk import open_desk
from include.governance.cli.dispose import Digest, PlanId
from include.governance.cli.edge import Exit, console, handled
from include.governance.cli.json_file import write_json
from include.governance.cli.reason import WhyUndo
from include.governance.cli.terminal import plain
from include.governance.disposal.undo import undo_plan
from include.governance.wording import say

HELP = say("cli.dispose_undo", "en") + " / " + say("cli.dispose_undo", "ja")


def undo_command(
    plan: PlanId,
    digest: Digest,
    reason: WhyUndo,
    person: As = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Put everything back in whose way nothing is; exit 2 unless that is all of it."""
    with handled(lang):
        desk, reader = open_desk(lang)
        done = undo_plan(desk, plan, digest, actor(person), reason)
        write_json({"complete": done.complete, **done.model_dump(mode="json")}, json)
        out = console(error=str(json) == "-")
        for each in done.refused:
            why = say(f"quarantine.{each.reason}", reader, table=each.table, rows=each.rows)
            out.print(plain(say("quarantine.refused", reader, chunk=each.chunk, why=why)))
        key = "quarantine.undone" if done.complete else "quarantine.undone_in_part"
        facts = {"rows": done.rows, "chunks": done.chunks, "refused": len(done.refused)}
        out.print(plain(say(key, reader, plan=plan, **facts)))
        raise typer.Exit(Exit.CLEAN if done.complete else Exit.NOT_EVALUATED)
