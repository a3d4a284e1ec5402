"""``daicho approve|reject|withdraw``: what a person decides about one plan, signed and kept."""

from __future__ import annotations

from include.governance.cli import options
from include.governance.cli.actor import As, actor
from include.governance.cli.desk import open_desk
from include.governance.cli.dispose import Digest, PlanId, RunId
from include.governance.cli.edge import console, handled
from include.governance.cli.reason import WhyReject
from include.governance.cli.terminal import plain
from include.governance.disposal.decide import approve, decisions_of, reject, withdraw
from include.governance.disposal.stages import open_stage, roles_of
from include.governance.wording import say

APPROVE_HELP = say("cli.approve", "en") + " / " + say("cli.approve", "ja")
REJECT_HELP = say("cli.reject", "en") + " / " + say("cli.reject", "ja")
WITHDRAW_HELP = say("cli.withdraw", "en") + " / " + say("cli.withdraw", "ja")


def approve_command(
    plan: PlanId,
    digest: Digest,
    person: As = None,
    run: RunId = None,
    lang: options.Lang = None,
) -> None:
    """Approve the next stage of exactly this plan."""
    with handled(lang):
        desk, reader = open_desk(lang)
        made = approve(desk, plan, digest, actor(person), run)
        found, policy = desk.records.plan(plan).plan, desk.workspace.rulebook.policy
        left = open_stage(policy, decisions_of(desk, found), desk.clock())
        out = console()
        until = f"{made.expires:%Y-%m-%d %H:%M}Z"
        out.print(plain(say("disposal.approved", reader, stage=made.stage, until=until)))
        if left:
            roles = ", ".join(label.say(reader) for label in roles_of(policy, left).values())
            out.print(plain(say("disposal.waits", reader, stage=left, roles=roles)))


def reject_command(
    plan: PlanId,
    reason: WhyReject = None,
    person: As = None,
    run: RunId = None,
    lang: options.Lang = None,
) -> None:
    """End a plan for good; its keys are forgotten."""
    with handled(lang):
        desk, reader = open_desk(lang)
        reject(desk, plan, actor(person), run, reason)
        console().print(plain(say("disposal.is_rejected", reader, plan=plan)))


def withdraw_command(
    plan: PlanId,
    reason: WhyReject = None,
    person: As = None,
    lang: options.Lang = None,
) -> None:
    """Take a plan back before it begins to be applied; its keys are forgotten."""
    with handled(lang):
        desk, reader = open_desk(lang)
        withdraw(desk, plan, actor(person), reason)
        console().print(plain(say("disposal.is_withdrawn", reader, plan=plan)))
