"""``daicho dispose apply|status|cancel|verify|key``: carry an approved plan out and prove it."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Annotated

import typer

from include.governance.cli import options
from include.governance.cli.actor import As, actor
from include.governance.cli.desk import open_desk
from include.governance.cli.edge import Exit, console, handled, language
from include.governance.cli.json_file import write_json
from include.governance.cli.plan_view import show_statuses, show_view
from include.governance.cli.terminal import plain
from include.governance.disposal import told
from include.governance.disposal.apply import GENTLE, apply_plan, cancel
from include.governance.disposal.verify import verify_plan
from include.governance.disposal.view import view_plan
from include.governance.installation import approval_place
from include.governance.ledger.folder import append, writing
from include.governance.ledger.keys import SEED_BYTES, make_key, save_key
from include.governance.wording import say

HELP = say("cli.dispose", "en") + " / " + say("cli.dispose", "ja")
APPLY_HELP = say("cli.dispose_apply", "en") + " / " + say("cli.dispose_apply", "ja")
NICE_HELP = say("cli.nice", "en") + " / " + say("cli.nice", "ja")
STATUS_HELP = say("cli.dispose_status", "en") + " / " + say("cli.dispose_status", "ja")
CANCEL_HELP = say("cli.dispose_cancel", "en") + " / " + say("cli.dispose_cancel", "ja")
VERIFY_HELP = say("cli.dispose_verify", "en") + " / " + say("cli.dispose_verify", "ja")
KEY_HELP = say("cli.dispose_key", "en") + " / " + say("cli.dispose_key", "ja")
app = typer.Typer(no_args_is_help=True)

PlanId = Annotated[str, typer.Argument(metavar="PLAN", help="Plan / 計画ID.")]
Digest = Annotated[
    str, typer.Option("--digest", metavar="FIRST12", help="As shown / ダイジェストの先頭12文字.")
]
RunId = Annotated[
    str | None, typer.Option("--run", metavar="ID", help="The scheduler's run / 実行ID.")
]


@app.command("apply", help=APPLY_HELP)
def apply_command(
    plan: PlanId,
    person: As = None,
    run: RunId = None,
    nice: Annotated[float, typer.Option("--nice", min=0.0, max=20.0, help=NICE_HELP)] = GENTLE.nice,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Erase what was approved and is still due; exit 2 unless the plan is done to its end."""
    with handled(lang):
        desk, reader = open_desk(lang)
        done = apply_plan(desk, plan, actor(person), run, replace(GENTLE, nice=nice))
        write_json(done.model_dump(mode="json"), json)
        facts = done.model_dump(include={"chunks", "roots", "rows", "skipped"})
        out = console(error=str(json) == "-")
        key = "applied" if done.complete else "stopped" if done.cancelled else "unfinished"
        out.print(say(f"disposal.{key}", reader, plan=plan, **facts))
        for line in told.left(done.deferred, reader):
            out.print(plain(line))
        raise typer.Exit(Exit.CLEAN if done.complete else Exit.NOT_EVALUATED)


@app.command("status", help=STATUS_HELP)
def status(
    plan: Annotated[str | None, typer.Argument(metavar="PLAN", help="Plan / 計画ID.")] = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Show where one plan stands, or list all of them."""
    with handled(lang):
        desk, reader = open_desk(lang)
        out = console(error=str(json) == "-")
        if plan is None:
            found = desk.records.plans()
            write_json([each.model_dump(mode="json") for each in found], json)
            show_statuses(found, out, reader)
            return
        view = view_plan(desk, plan)
        write_json(view.model_dump(mode="json"), json)
        show_view(view, out, reader)


@app.command("cancel", help=CANCEL_HELP)
def cancel_command(plan: PlanId, lang: options.Lang = None) -> None:
    """Stop before the next chunk; `apply` goes on from there."""
    with handled(lang):
        desk, reader = open_desk(lang)
        cancel(desk, plan)
        console().print(say("disposal.will_stop", reader, plan=plain(plan)))


@app.command("verify", help=VERIFY_HELP)
def verify_command(
    plan: PlanId,
    person: As = None,
    run: RunId = None,
    audit: Annotated[
        bool,
        typer.Option(
            help="Also count what the database's foreign keys guarantee "
            "/ データベースの外部キーが保証する分も数えます."
        ),
    ] = False,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Look whether exactly what was approved is gone; exit 1 when it is not."""
    with handled(lang):
        desk, reader = open_desk(lang)
        proof = verify_plan(desk, plan, actor(person), run, audit=audit)
        write_json({"holds": proof.holds, **proof.model_dump(mode="json")}, json)
        out = console(error=str(json) == "-")
        for line in told.proven(proof, reader):
            out.print(plain(line))
        if proof.holds:
            out.print(plain(say("disposal.next_certificate", reader, plan=plan)))
        raise typer.Exit(Exit.CLEAN if proof.holds else Exit.FINDINGS)


@app.command("key", help=KEY_HELP)
def key(
    name: Annotated[str, typer.Argument(help="Like example.co.jp/approvals / 鍵の名前.")],
    lang: options.Lang = None,
) -> None:
    """Make a key for decisions and trust it from now on; older ones stay trusted."""
    with handled(lang):
        made = make_key(name, secrets.token_bytes(SEED_BYTES))
        path = save_key(made, approval_place.key_folder(), approval_place.passphrase())
        with writing():
            append(approval_place.public_file(), f"{made.public.vkey}\n".encode())
        out, reader = console(), language(lang)
        out.print(plain(say("disposal.key_made", reader, path=str(path))))
        out.print(plain(made.public.vkey))
