"""``daicho register list|show|add|import|export``: the registers kept in the governance store."""

from __future__ import annotations

import io
import json as jsonlib
from datetime import tzinfo
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer

from include.governance.cli import options
from include.governance.cli.actor import As, actor
from include.governance.cli.edge import console, handled, now, settings, workspace
from include.governance.cli.given_file import read_text
from include.governance.cli.json_file import write_json, write_text
from include.governance.cli.register_show import print_changes, print_lines, print_rows
from include.governance.cli.terminal import plain
from include.governance.errors import ConfigurationError, StoreError
from include.governance.model.register import REGISTERS
from include.governance.model.register_row import RegisterRow
from include.governance.pipeline.legal_hold import store_registers
from include.governance.refusal import did_you_mean
from include.governance.store.register_csv import read_csv, write_csv
from include.governance.store.register_entry import RegisterRefused
from include.governance.store.register_given import kept_fields, name_mistakes, row_of
from include.governance.store.register_json import as_objects, read_json
from include.governance.wording import Language, say

HELP = say("cli.register", "en") + " / " + say("cli.register", "ja")
app = typer.Typer(no_args_is_help=True)
Which = Annotated[str, typer.Argument(metavar="REGISTER", help=", ".join(REGISTERS))]
Format = Annotated[
    Literal["csv", "json"] | None, typer.Option("--format", help="csv | json (by its name).")
]
STANDARD = "-"


def _help(key: str) -> str:
    return say(f"cli.register_{key}", "en") + " / " + say(f"cli.register_{key}", "ja")


@app.command("list", help=_help("list"))
def list_registers(json: options.Json = None, lang: options.Lang = None) -> None:
    """Every register with its number of rows and its fields."""
    with handled(lang):
        own = settings(lang)
        registers = store_registers(workspace(own))
        counts = {name: registers.count(model) for name, model in REGISTERS.items()}
        documents = [
            {"register": n, "rows": counts[n], "fields": list(kept_fields(m))}
            for n, m in REGISTERS.items()
        ]
        write_json({"registers": documents}, json)
        if str(json) != STANDARD:
            titles = {name: say(f"register.{name}", own.language) for name in REGISTERS}
            lines = ((name, titles[name], f"{counts[name]:,}") for name in REGISTERS)
            print_lines(("register", "title", "rows"), lines, own.language)


@app.command("show", help=_help("show"))
def show(
    register: Which,
    key: Annotated[str | None, typer.Argument(help="One row / 行のキー.")] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Corrected rows and changes too / 訂正済みと変更も.")
    ] = False,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """The rows of a register; with a key that one only."""
    with handled(lang):
        own, model = settings(lang), model_of(register)
        registers = store_registers(workspace(own))
        rows = [row for row in registers.rows(model, history=history) if key in (None, row.key)]
        if key is not None and not rows:
            raise StoreError("register_row_unknown", register=register)
        events = [e for e in registers.events(register) if history and key in (None, e.key)]
        document = {
            "register": register,
            "rows": as_objects(model, rows),
            "changes": [event.model_dump(mode="json") for event in events],
        }
        write_json(document, json)
        if str(json) != STANDARD:
            print_rows(model, rows)
            if history:
                print_changes(events, own.language)


@app.command("add", help=_help("add"))
def add(
    register: Which,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE|-]", help="JSON object / JSONオブジェクト.")
    ] = None,
    field: Annotated[
        list[str] | None, typer.Option("--field", metavar="NAME=VALUE", help="A field / 項目.")
    ] = None,
    by: As = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Enter rows from fields or JSON; a row that is there just so is left."""
    with handled(lang):
        own, model = settings(lang), model_of(register)
        opened = workspace(own)
        if (file is None) == (not field):
            raise ConfigurationError("register_file_or_fields")
        zone = ZoneInfo(opened.zone.name)
        if file is None:
            rows = [_row_of_fields(model, field or [], zone)]
        else:
            rows = [row for _, row in read_json(model, read_text(file), file.name, zone)]
        if not rows:
            raise ConfigurationError("register_no_row")
        counts = store_registers(opened).enter(rows, actor(by), now().astimezone(zone))
        _done(register, counts, json, own.language)


@app.command("import", help=_help("import"))
def import_file(
    register: Which,
    file: Annotated[Path, typer.Argument(metavar="FILE|-", help="CSV or JSON / CSVかJSON.")],
    form: Format = None,
    by: As = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Enter the rows of a file, all or none: new keys are added, known ones changed."""
    with handled(lang):
        own, model = settings(lang), model_of(register)
        opened, text = workspace(own), read_text(file)
        zone = ZoneInfo(opened.zone.name)
        if (form or _form(file)) == "csv":
            rows = read_csv(model, io.StringIO(text, newline=""), file.name, zone)
        else:
            rows = read_json(model, text, file.name, zone)
        at = now().astimezone(zone)
        counts = store_registers(opened).import_rows(rows, file.name, actor(by), at)
        _done(register, counts, json, own.language)


@app.command("export", help=_help("export"))
def export(
    register: Which,
    file: Annotated[Path, typer.Argument(metavar="FILE|-", help="CSV or JSON / CSVかJSON.")],
    form: Format = None,
    history: Annotated[
        bool, typer.Option("--history", help="Corrected rows too / 訂正済みの行も.")
    ] = False,
    lang: options.Lang = None,
) -> None:
    """Write a register so that `import` reads it again."""
    with handled(lang):
        own, model = settings(lang), model_of(register)
        rows = list(store_registers(workspace(own)).rows(model, history=history))
        text = io.StringIO(newline="")
        if (form or _form(file)) == "csv":
            write_csv(model, rows, text)
        else:
            jsonlib.dump(as_objects(model, rows), text, ensure_ascii=False, indent=2)
            text.write("\n")
        write_text(text.getvalue(), file)
        if str(file) != STANDARD:
            facts = {"rows": len(rows), "path": str(file)}
            console().print(plain(say("register.exported", own.language, **facts)))


def model_of(register: str) -> type[RegisterRow]:
    """The register of that name; raises ConfigurationError naming one like it."""
    if register in REGISTERS:
        return REGISTERS[register]
    near = did_you_mean(register, REGISTERS)
    raise ConfigurationError("register_name", allowed=near or ", ".join(REGISTERS))


def _row_of_fields(model: type[RegisterRow], fields: list[str], zone: tzinfo) -> RegisterRow:
    """A row of ``NAME=VALUE`` words; raises RegisterRefused naming every mistake."""
    pairs = [field.partition("=") for field in fields]
    mistakes = list(name_mistakes(model, [name for name, _, _ in pairs], "--field", 0))
    if not mistakes:
        given = {name: value for name, _, value in pairs}
        row, mistakes = row_of(model, given, zone, "--field", 0)
        if row is not None:
            return row
    raise RegisterRefused(model.register_name, mistakes)


def _form(file: Path) -> str:
    """By the name of the file; what comes from elsewhere is JSON."""
    return "csv" if file.suffix.lower() == ".csv" else "json"


def _done(register: str, counts: dict[str, int], json: Path | None, language: Language) -> None:
    write_json({"register": register, **counts}, json)
    if str(json) != STANDARD:
        console().print(plain(say("register.done", language, register=register, **counts)))
