"""``daicho hold add|list|review|release``: rows that must not be erased for now."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from include.governance.cli import options
from include.governance.cli.actor import As, actor
from include.governance.cli.edge import Exit, console, handled, now, settings, today, workspace
from include.governance.cli.given_file import read_lines, read_text
from include.governance.cli.json_file import write_json
from include.governance.cli.register_show import print_lines
from include.governance.cli.terminal import plain
from include.governance.errors import ConfigurationError
from include.governance.installation.ledger_place import begun_ledger
from include.governance.model.register import HoldRow
from include.governance.pipeline import hold_record, legal_hold
from include.governance.pipeline.hold_effect import Effect
from include.governance.pipeline.hold_wish import HoldWish, hold_id, scope_of
from include.governance.pipeline.registers import holds
from include.governance.pipeline.workspace import Workspace
from include.governance.retention.hold_review import is_open
from include.governance.store.register_json import as_objects
from include.governance.wording import Language, say

COLUMNS = ("scope", "held", "reason", "approver", "review_due", "state", "place")
Step = Callable[[Workspace, datetime], legal_hold.Held]
HELP = say("cli.hold", "en") + " / " + say("cli.hold", "ja")
app = typer.Typer(no_args_is_help=True)
Which = Annotated[str, typer.Argument(metavar="HOLD", help="Its id / 保留ID.")]
Approver = Annotated[
    str, typer.Option("--approver", metavar="ROLE[/LOGIN]", help="Who allows it / 承認者.")
]
Review = Annotated[
    date,
    typer.Option(
        "--review-due", parser=options.day, metavar="YYYY-MM-DD", help="Next review / 見直し日."
    ),
]


def _help(key: str) -> str:
    return say(f"cli.hold_{key}", "en") + " / " + say(f"cli.hold_{key}", "ja")


@app.command("add", help=_help("add"))
def add(
    reason: Annotated[
        str, typer.Option("--reason", metavar="KEY", help="Of the schedule / 保存期間表の理由.")
    ],
    approver: Approver,
    review_due: Review,
    table: Annotated[
        str | None, typer.Option("--table", metavar="TABLE", help="All its rows / 表全体.")
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(
            "--subject",
            metavar="ENTITY:KEY|-",
            help="Like member:10; - reads it, seen by no other process / 対象者番号(- は標準入力).",
        ),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option("--column", metavar="SOURCE.TABLE.COLUMN", help="With --values / 列の値."),
    ] = None,
    values: Annotated[
        Path | None, typer.Option("--values", metavar="FILE|-", help="One a line / 1行1件.")
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", help="Without personal data / 個人データは不可.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--id", metavar="HOLD", help="Its id (made up) / 保留ID.")
    ] = None,
    by: As = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Place a hold; it counts for every chunk of an erasure from now on."""
    with handled(lang):
        if [table, subject, column].count(None) != 2 or (column is None) != (values is None):
            raise ConfigurationError("hold_one_scope")
        wish = HoldWish(
            hold_id=name or f"H-{today():%Y%m%d}-{secrets.token_hex(3)}",
            table=table,
            subject=_read_subject() if subject == "-" else subject,
            column=column,
            values=_lines(values) if values else (),
            reason=reason,
            note=note,
            approver=approver,
            review_due=review_due,
        )
        _carry_out("placed", lambda own, at: legal_hold.place(own, wish, actor(by), at), json, lang)


@app.command("review", help=_help("review"))
def review(
    which: Which,
    review_due: Review,
    by: As = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Keep a hold until its next review."""
    with handled(lang):
        _carry_out(
            "reviewed",
            lambda own, at: legal_hold.review(own, which, review_due, actor(by), at),
            json,
            lang,
        )


@app.command("release", help=_help("release"))
def release(
    which: Which,
    approver: Approver,
    by: As = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """End a hold; from now on its rows go when they are due."""
    with handled(lang):
        _carry_out(
            "released",
            lambda own, at: legal_hold.release(own, which, approver, actor(by), at),
            json,
            lang,
        )


@app.command("list", help=_help("list"))
def list_holds(
    every: Annotated[bool, typer.Option("--all", help="Released ones too / 解除済みも.")] = False,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Every hold of the store and of tables that contracts map."""
    with handled(lang):
        own = settings(lang)
        day = today()
        entries = [e for e in holds(workspace(own)) if every or is_open(e.row, day)]
        documents = [
            {"place": f"{e.source}.{e.table}", **as_objects(HoldRow, [e.row])[0]} for e in entries
        ]
        write_json({"holds": documents}, json)
        if str(json) != "-":
            lines = [
                (e.row.hold_id, *_shown(e.row, day, own.language), f"{e.source}.{e.table}")
                for e in entries
            ]
            columns = ("id", *(f"hold_{name}" for name in COLUMNS))
            print_lines(columns, lines, own.language)


def _carry_out(event: hold_record.Event, step: Step, json: Path | None, lang: str | None) -> None:
    """Change the register, say so, and tell the ledger if there is one."""
    own = settings(lang)
    opened = workspace(own)
    ledger = begun_ledger()
    at = now().astimezone(ZoneInfo(opened.zone.name))
    done = step(opened, at)
    name = hold_id(done.rows[0])
    facts = {"hold": name, "rows": len(done.rows), "due": f"{done.rows[0].review_due}"}
    key = event if done.changed else "unchanged"
    document = {"hold": name, "event": key, "rows": as_objects(HoldRow, done.rows)}
    effect = done.effect
    write_json(document | ({"kept": dict(effect.rows)} if effect else {}), json)
    if str(json) != "-":
        console().print(plain(say(f"hold.{key}", own.language, **facts)))
        for table, rows in effect.rows.items() if effect else ():
            if not rows:
                continue
            console().print(plain(say("hold.kept", own.language, table=table, rows=rows)))
    # After the commit: a hold must count even where the ledger cannot be written.
    if ledger and hold_record.record(opened, done.rows, event, at, *ledger) and str(json) != "-":
        console().print(plain(say("hold.recorded", own.language, hold=name)))
    if effect:
        _warn(effect, opened.control_of("hold_review"), own.language)


def _warn(effect: Effect, control: str, language: Language) -> None:
    """Say what is doubtful about a hold that counts; exit 2 for tables that were not counted."""
    if not effect.reason_listed:
        console(error=True).print(plain(say("hold.reason_not_listed", language, control=control)))
    if not effect.errors and not any(effect.rows.values()):
        console(error=True).print(plain(say("hold.keeps_nothing", language)))
    for said in dict.fromkeys(error.say(language) for error in effect.errors):
        console(error=True).print(plain(said))
    if effect.errors:
        console(error=True).print(plain(say("hold.not_counted", language)))
        raise typer.Exit(Exit.NOT_EVALUATED)


def _read_subject() -> str:
    """The one line of standard input."""
    line = read_text(Path("-")).removesuffix("\n").removesuffix("\r")
    if "\n" in line:
        raise ConfigurationError("hold_one_subject")
    return line


def _lines(file: Path) -> tuple[str, ...]:
    # with the blanks around it and without: a hold may keep a row too many, never one too few
    lines = (each for line in read_lines(file) for each in (line, line.strip()))
    return tuple(dict.fromkeys(line for line in lines if line))


def _shown(row: HoldRow, as_of: date, language: Language) -> tuple[str, ...]:
    """A hold as a person reads it; what is missing in a table of somebody's own stays empty."""
    state = "open" if is_open(row, as_of) else "released_state"
    if state == "open" and (row.review_due is None or row.review_due < as_of):
        state = "late"
    return (
        say(f"hold.scope_{scope_of(row)}", language),
        row.subject_ref or row.table_name or "",
        row.reason or "",
        row.approver or "",
        row.review_due.isoformat() if row.review_due else "",
        say(f"hold.{state}", language),
    )
