"""``daicho dispose end|close``: a plan that does not go on, or that nobody can prove."""

from __future__ import annotations

from include.governance.cli import options
from include.governance.cli.actor import As, actor
from include.governance.cli.desk import open_desk
from include.governance.cli.dispose import Digest, PlanId, RunId
from include.governance.cli.edge import console, handled
from include.governance.cli.reason import WhyEnd
from include.governance.cli.terminal import plain
from include.governance.disposal.closing import close_plan
from include.governance.disposal.ending import end_plan
from include.governance.wording import say

HELP = say("cli.dispose_end", "en") + " / " + say("cli.dispose_end", "ja")
CLOSE_HELP = say("cli.dispose_close", "en") + " / " + say("cli.dispose_close", "ja")


def end_command(
    plan: PlanId,
    digest: Digest,
    reason: WhyEnd,
    person: As = None,
    run: RunId = None,
    lang: options.Lang = None,
) -> None:
    """Let nobody erase another chunk of it, for ever."""
    with handled(lang):
        desk, reader = open_desk(lang)
        chunks = end_plan(desk, plan, digest, actor(person), reason, run)
        said = "is_ended" if chunks else "is_ended_untouched"
        console().print(plain(say(f"disposal.{said}", reader, plan=plan, chunks=chunks)))


def close_command(
    plan: PlanId,
    digest: Digest,
    reason: WhyEnd,
    person: As = None,
    run: RunId = None,
    lang: options.Lang = None,
) -> None:
    """Give up the certificate of an applied plan that cannot be verified any more."""
    with handled(lang):
        desk, reader = open_desk(lang)
        done = close_plan(desk, plan, digest, actor(person), reason, run)
        facts = {"plan": plan, "chunks": done.chunks, "roots": done.roots}
        console().print(plain(say("disposal.is_closed", reader, **facts)))
