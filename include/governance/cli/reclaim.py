"""``daicho dispose reclaim|expire``: how far an erasure goes beyond the rows being gone."""

from __future__ import annotations

from typing import Annotated

import typer

from include.governance.cli import options
from include.governance.cli.desk import open_desk
from include.governance.cli.dispose import PlanId
from include.governance.cli.edge import Exit, console, handled
from include.governance.cli.json_file import write_json
from include.governance.cli.terminal import plain
from include.governance.disposal.certificate_files import write_certificate
from include.governance.disposal.expiring import expire
from include.governance.disposal.levels_reached import certified, reclaim_plan
from include.governance.wording import say

RECLAIM_HELP = say("cli.dispose_reclaim", "en") + " / " + say("cli.dispose_reclaim", "ja")
EXPIRE_HELP = say("cli.dispose_expire", "en") + " / " + say("cli.dispose_expire", "ja")


def reclaim_command(
    plan: PlanId,
    level: Annotated[int, typer.Option("--level", min=2, max=3, help="2 | 3")] = 2,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Give the space of a certified plan's tables back; exit 2 unless the database shows it."""
    with handled(lang):
        desk, reader = open_desk(lang)
        found = reclaim_plan(desk, plan, 3 if level == 3 else 2)
        write_certificate(desk, certified(desk, plan))
        write_json(found.model_dump(mode="json"), json)
        reached = say(f"certificate.level_{found.level}", reader)
        text = say("certificate.level_now", reader, level=reached)
        console(error=str(json) == "-").print(plain(text))


def expire_command(
    now: Annotated[
        str | None,
        typer.Option("--now", metavar="PLAN", help="End its undo window / 復元期間を直ちに終える."),
    ] = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Level 4 for plans whose copies are gone; destroy keys that nobody needs."""
    with handled(lang):
        desk, reader = open_desk(lang)
        found = expire(desk, now)
        write_json(found.model_dump(mode="json"), json)
        facts = {
            "closed": len(found.closed),
            "ended": len(found.ended),
            "destroyed": len(found.destroyed),
            "forgotten": found.forgotten,
        }
        out = console(error=str(json) == "-")
        out.print(say("certificate.expired", reader, **facts))
        for plan, why in found.uncertified.items():
            text = say("certificate.uncertified", reader, plan=plan, why=why.say(reader))
            out.print(f"[red]{plain(text)}[/]")
        if found.uncertified:
            raise typer.Exit(Exit.NOT_EVALUATED)
