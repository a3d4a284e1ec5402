"""``daicho ledger verify|anchor|export|show|key``: the proof of disposal, and its keys.

None of these needs a store, a source or DAICHO_KEY. ``verify`` needs a file and a public key only.
"""

from __future__ import annotations

import re
import secrets
from collections import deque
from hashlib import file_digest
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from include.governance.cli import options
from include.governance.cli.edge import (
    Exit,
    console,
    handled,
    language,
    now,
)
from include.governance.cli.json_file import write_json
from include.governance.errors import ConfigurationError
from include.governance.installation.anchor import anchor_place
from include.governance.installation.ledger_place import (
    given_key,
    key_folder,
    ledger_folder,
    passphrase,
    public_file,
)
from include.governance.ledger import keys
from include.governance.ledger.anchor import Anchor, as_mail, read_anchors
from include.governance.ledger.anchoring import anchor
from include.governance.ledger.entry import Record
from include.governance.ledger.export import export, verify_export
from include.governance.ledger.folder import append, snapshot, writing
from include.governance.ledger.log import Appended, Ledger
from include.governance.ledger.note import SigningKey, VerifierKey
from include.governance.ledger.problem import Verification
from include.governance.ledger.verify import verify
from include.governance.wording import Language, say

HELP = say("cli.ledger", "en") + " / " + say("cli.ledger", "ja")
VERIFY_HELP = say("cli.ledger_verify", "en") + " / " + say("cli.ledger_verify", "ja")
ANCHOR_HELP = say("cli.ledger_anchor", "en") + " / " + say("cli.ledger_anchor", "ja")
EXPORT_HELP = say("cli.ledger_export", "en") + " / " + say("cli.ledger_export", "ja")
SHOW_HELP = say("cli.ledger_show", "en") + " / " + say("cli.ledger_show", "ja")
KEY_HELP = say("cli.ledger_key", "en") + " / " + say("cli.ledger_key", "ja")
NEW_HELP = say("cli.ledger_key_new", "en") + " / " + say("cli.ledger_key_new", "ja")
ROTATE_HELP = say("cli.ledger_key_rotate", "en") + " / " + say("cli.ledger_key_rotate", "ja")

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")

app = typer.Typer(no_args_is_help=True)
key_app = typer.Typer(no_args_is_help=True)
app.add_typer(key_app, name="key", help=KEY_HELP)

Folder = Annotated[
    Path | None, typer.Option("--ledger", metavar="DIR", help="The ledger / 台帳 (HOME/ledger).")
]
KeyFolder = Annotated[
    Path | None,
    typer.Option("--keys", metavar="DIR", help="Private keys / 秘密鍵 (HOME/ledger-keys)."),
]
Trusted = Annotated[
    list[str] | None,
    typer.Option("--key", metavar="KEY|FILE", help="Trusted public key / 信頼する公開鍵."),
]


@app.command("verify", help=VERIFY_HELP)
def verify_ledger(
    path: Annotated[Path | None, typer.Argument(help="Folder or export / 台帳.")] = None,
    key: Trusted = None,
    anchors: options.Anchors = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Exit 1 when anything was altered, moved, added, cut off or rewritten."""
    with handled(lang):
        chosen = language(lang)
        trusted = keys.trusted_keys(key or [str(public_file())])
        kept = [found for each in anchors or () for found in read_anchors(each)]
        found = _verify(path or ledger_folder(), trusted, kept)
        write_json(_as_json(found, chosen), json)
        if str(json) != "-":
            _show(found, trusted, chosen)
        raise typer.Exit(Exit.CLEAN if found.holds else Exit.FINDINGS)


@app.command("anchor", help=ANCHOR_HELP)
def anchor_ledger(
    place: Annotated[
        Path | None,
        typer.Argument(metavar="FILE|FOLDER", help="Out of reach / 保管先 (DAICHO_ANCHOR)."),
    ] = None,
    mail: Annotated[
        tuple[str, str] | None,
        typer.Option("--mail", metavar="FROM TO", help="Print an e-mail / メールを出力."),
    ] = None,
    key: Trusted = None,
    ledger: Folder = None,
    lang: options.Lang = None,
) -> None:
    """Put the last checkpoint there, or print it as an e-mail for ``sendmail -t``."""
    with handled(lang):
        chosen, own = language(lang), Ledger(ledger_folder(ledger))
        if mail:
            if not all(_ADDRESS.fullmatch(each) for each in mail):
                raise ConfigurationError("ledger_anchor_address")
            typer.echo(as_mail(own.latest(), *mail, now(), chosen), nl=False)
            return
        path = place or anchor_place()
        if path is None:
            raise ConfigurationError("ledger_anchor_nowhere")
        put = anchor(own, keys.trusted_keys(key or [str(public_file())]), path)
        facts = {"path": str(path), "size": own.latest().size}
        said = say("ledger.anchored", chosen, **facts)
        console().print(escape(said if put else say("ledger.anchored_before", chosen, **facts)))


@app.command("export", help=EXPORT_HELP)
def export_ledger(
    target: Annotated[Path, typer.Argument(help="The zip to write / 出力先.")],
    ledger: Folder = None,
    lang: options.Lang = None,
) -> None:
    """Write the ledger as it is; `verify` tells whether it holds."""
    with handled(lang):
        export(ledger_folder(ledger), target, now())
        with target.open("rb") as stream:
            digest = file_digest(stream, "sha256").hexdigest()
        console().print(
            escape(say("ledger.exported", language(lang), path=str(target), digest=digest))
        )


@app.command("show", help=SHOW_HELP)
def show(
    last: Annotated[int, typer.Option("--last", min=0, help="Entries / 件数.")] = 10,
    ledger: Folder = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Show what was recorded last; nothing is verified."""
    with handled(lang):
        own = Ledger(ledger_folder(ledger))
        latest = own.latest()
        records = list(deque(own.records(), maxlen=last))
        entries = [each.model_dump(mode="json") for each in records]
        write_json({"checkpoint": latest.note, "entries": entries}, json)
        if str(json) != "-":
            origin, signed_by = latest.checkpoint.origin, latest.signatures[0].key_id
            for each in records:
                console().print(escape(_line(each)))
            facts = {"origin": origin, "size": latest.size, "keys": signed_by}
            console().print(escape(say("ledger.showing", language(lang), **facts)))


@key_app.command("new", help=NEW_HELP)
def new_key(
    name: Annotated[str, typer.Argument(help="Like example.co.jp/daicho / 台帳の名前.")],
    ledger: Folder = None,
    keys_at: KeyFolder = None,
    lang: options.Lang = None,
) -> None:
    """Make a key, keep its private part, print its public part, and begin the ledger with it."""
    with handled(lang):
        made = keys.make_key(name, secrets.token_bytes(keys.SEED_BYTES))
        folder = ledger_folder(ledger)
        Ledger.refuse_if_begun(folder)
        path = keys.save_key(made, key_folder(keys_at), passphrase())
        Ledger.begin(folder, made)
        _publish(made, path, language(lang))


@key_app.command("rotate", help=ROTATE_HELP)
def rotate_key(ledger: Folder = None, keys_at: KeyFolder = None, lang: options.Lang = None) -> None:
    """Make a new key and let the current one name it in the ledger."""
    with handled(lang):
        chosen = language(lang)
        own, folder = Ledger(ledger_folder(ledger)), key_folder(keys_at)
        old = keys.current_key(own.latest(), given_key(), folder, passphrase())
        new = keys.make_key(old.name, secrets.token_bytes(keys.SEED_BYTES))
        path = keys.save_key(new, folder, passphrase())
        done = own.rotate(old, new, now())
        _publish(new, path, chosen)
        _say_moved(done, chosen)
        console().print(say("ledger.rotated", chosen, entry=done.first))


def _verify(path: Path, trusted: tuple[VerifierKey, ...], anchors: list[Anchor]) -> Verification:
    if path.is_file():
        return verify_export(path, trusted, anchors)
    return verify(snapshot(path), trusted, anchors)


def _show(found: Verification, trusted: tuple[VerifierKey, ...], chosen: Language) -> None:
    out = console()
    for problem in found.problems:
        out.print(f"[red]{escape(problem.say(chosen))}[/]")
    for key in trusted:
        out.print(escape(say("ledger.trusted", chosen, key=key.vkey)))
    if not found.anchors:
        out.print(f"[yellow]{escape(say('ledger.no_anchor', chosen))}[/]")
    if found.holds:
        facts = found.model_dump(include={"entries", "checkpoints", "anchors", "root"})
        out.print(f"[green]{escape(say('ledger.holds', chosen, **facts))}[/]")
    else:
        facts = {"count": len(found.problems), "entries": found.entries}
        out.print(f"[bold red]{escape(say('ledger.broken', chosen, **facts))}[/]")


def _as_json(found: Verification, chosen: Language) -> dict[str, object]:
    document = found.model_dump(mode="json")
    for each, problem in zip(document["problems"], found.problems, strict=True):
        each["text"] = problem.say(chosen)
    return {"holds": found.holds, **document}


def _line(record: Record) -> str:
    fields = record.entry.model_dump(mode="json", exclude={"kind", "at"}, exclude_none=True)
    shown = "  ".join(
        f"{name}={str(value)[:12]}"
        for name, value in fields.items()
        if not isinstance(value, list | dict)
    )
    return f"{record.seq:>6}  {record.entry.at:%Y-%m-%d %H:%M:%S}Z  {record.entry.kind}  {shown}"


def _publish(key: SigningKey, path: Path, chosen: Language) -> None:
    with writing():
        append(public_file(), f"{key.public.vkey}\n".encode())
    console().print(escape(say("ledger.key_made", chosen, path=str(path))))
    console().print(say("ledger.key_public", chosen))
    console().print(escape(key.public.vkey))


def _say_moved(done: Appended, chosen: Language) -> None:
    for path in done.set_aside:
        console().print(escape(say("ledger.moved_aside", chosen, path=str(path))))
