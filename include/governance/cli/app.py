"""The command ``daicho``: one module per verb, put together here."""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import structlog
import typer

from include.governance import __version__
from include.governance.cli import (
    approve,
    certificate,
    dispose,
    end,
    explain,
    finding,
    hold,
    judge,
    ledger,
    lint,
    plan,
    reapply,
    reclaim,
    register,
    report,
    selection,
    store,
    undo,
    verdict,
)
from include.governance.cli.usage import Commands
from include.governance.wording import say

HELP = say("cli.app", "en") + " / " + say("cli.app", "ja")
app = typer.Typer(
    name="daicho",
    cls=Commands,
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("lint", help=lint.HELP)(lint.lint)
app.command("run", help=judge.RUN_HELP)(judge.run)
app.command("scan", help=judge.SCAN_HELP)(judge.scan)
app.add_typer(verdict.app, name="verdict", help=verdict.HELP)
app.command("check", help=judge.CHECK_HELP)(judge.check)
app.command("flag", help=judge.FLAG_HELP)(judge.flag)
app.command("explain", help=explain.HELP)(explain.explain_command)
app.add_typer(plan.app, name="plan", help=plan.HELP)
app.add_typer(selection.app, name="selection", help=selection.HELP)
app.command("approve", help=approve.APPROVE_HELP)(approve.approve_command)
app.command("reject", help=approve.REJECT_HELP)(approve.reject_command)
app.command("withdraw", help=approve.WITHDRAW_HELP)(approve.withdraw_command)
app.add_typer(dispose.app, name="dispose", help=dispose.HELP)
dispose.app.command("reclaim", help=reclaim.RECLAIM_HELP)(reclaim.reclaim_command)
dispose.app.command("expire", help=reclaim.EXPIRE_HELP)(reclaim.expire_command)
dispose.app.command("undo", help=undo.HELP)(undo.undo_command)
dispose.app.command("end", help=end.HELP)(end.end_command)
dispose.app.command("close", help=end.CLOSE_HELP)(end.close_command)
app.add_typer(certificate.app, name="certificate", help=certificate.HELP)
app.command("reapply", help=reapply.HELP)(reapply.reapply_command)
app.command("report", help=report.HELP)(report.report)
app.add_typer(finding.app, name="finding", help=finding.HELP)
app.add_typer(register.app, name="register", help=register.HELP)
app.add_typer(hold.app, name="hold", help=hold.HELP)
app.add_typer(ledger.app, name="ledger", help=ledger.HELP)
app.add_typer(store.app, name="store", help=store.HELP)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"daicho {__version__}")
        raise typer.Exit


@app.callback()
def _quiet(
    _asked: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_version, help="Version / 版."),
    ] = False,
) -> None:
    """Keep logs off standard output, where JSON may go."""
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        # Looked up for each line: a caller may have closed what was standard error at the time.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def main() -> None:
    """Run the command line; the demo is added only where its package is shipped."""
    from include.demo.cli import app as demo

    app.add_typer(demo, name="demo")
    app(prog_name="daicho")
