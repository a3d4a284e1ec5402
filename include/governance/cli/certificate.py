"""``daicho certificate issue|list|show|told|verify``: what a reader is given as proof."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from include.governance.cli import options
from include.governance.cli.actor import As, actor
from include.governance.cli.desk import open_desk
from include.governance.cli.edge import Exit, console, handled, language
from include.governance.cli.json_file import write_json
from include.governance.cli.terminal import Terminal, plain
from include.governance.disposal.certificate_check import Checked, Mismatch, check
from include.governance.disposal.certificate_files import write_certificate
from include.governance.disposal.certificate_issue import certify, refuse_altered
from include.governance.disposal.deletion_record import tell_recipients
from include.governance.disposal.desk import Desk
from include.governance.disposal.levels_reached import levels_of
from include.governance.errors import PlanError
from include.governance.installation.anchor import anchor_if_set
from include.governance.installation.ledger_place import ledger_folder, public_file
from include.governance.ledger.anchor import Anchor, read_anchors
from include.governance.ledger.entry import Record, read_record
from include.governance.ledger.export import Export, verify_export
from include.governance.ledger.folder import snapshot
from include.governance.ledger.keys import trusted_keys
from include.governance.ledger.verify import verify
from include.governance.model.certificate import level_now
from include.governance.store.certificates import Certificates, StoredCertificate
from include.governance.wording import Language, say

HELP = say("cli.certificate", "en") + " / " + say("cli.certificate", "ja")
ISSUE_HELP = say("cli.certificate_issue", "en") + " / " + say("cli.certificate_issue", "ja")
LIST_HELP = say("cli.certificate_list", "en") + " / " + say("cli.certificate_list", "ja")
SHOW_HELP = say("cli.certificate_show", "en") + " / " + say("cli.certificate_show", "ja")
TOLD_HELP = say("cli.certificate_told", "en") + " / " + say("cli.certificate_told", "ja")
VERIFY_HELP = say("cli.certificate_verify", "en") + " / " + say("cli.certificate_verify", "ja")
app = typer.Typer(no_args_is_help=True)

Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="Folder / 出力先 (HOME/certificates)."),
]
Which = Annotated[str, typer.Argument(metavar="ID|NO|PLAN", help="Certificate / 証明書.")]


@app.command("issue", help=ISSUE_HELP)
def issue(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="Plan / 計画ID.")],
    out: Out = None,
    lang: options.Lang = None,
) -> None:
    """Certify a verified plan, forget its keys and anchor the ledger; again shows the same one."""
    with handled(lang):
        desk, reader = open_desk(lang)
        _write(desk, certify(desk, plan), out, reader)
        anchor_if_set()


@app.command("list", help=LIST_HELP)
def list_certificates(json: options.Json = None, lang: options.Lang = None) -> None:
    """Every certificate with the level that was reached."""
    with handled(lang):
        desk, reader = open_desk(lang)
        found = Certificates(desk.records).all()
        rows = [_row(desk, stored) for stored in found]
        write_json(rows, json)
        table = Table()
        for name in ("number", "certificate", "plan", "table", "rows", "label", "level"):
            table.add_column(say(f"certificate.list_{name}", reader))
        for row in rows:
            shown = row | {"label": say(f"certificate.label_{row['label']}", reader)}
            table.add_row(*(plain(str(value)) for value in shown.values()))
        console(error=str(json) == "-").print(table)


@app.command("show", help=SHOW_HELP)
def show(
    certificate: Which,
    out: Out = None,
    lang: options.Lang = None,
) -> None:
    """Write the files of a certificate again, with the level reached by now."""
    with handled(lang):
        desk, reader = open_desk(lang)
        stored = _named(desk, certificate)
        _write(desk, stored, out, reader)


@app.command("told", help=TOLD_HELP)
def told(
    certificate: Which,
    on: Annotated[
        date,
        typer.Option("--on", parser=options.day, metavar="YYYY-MM-DD", help="Day / 通知日."),
    ],
    person: As = None,
    out: Out = None,
    lang: options.Lang = None,
) -> None:
    """Note in the register of deletions when recipients were told, and write the files again."""
    with handled(lang):
        desk, reader = open_desk(lang)
        stored = _named(desk, certificate)
        tell_recipients(desk, stored, on, actor(person))
        _write(desk, stored, out, reader)


@app.command("verify", help=VERIFY_HELP)
def verify_certificate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The JSON / 証明書のJSON.")],
    ledger: Annotated[
        Path | None, typer.Option("--ledger", metavar="DIR|ZIP", help="Ledger or export / 台帳.")
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="KEY|FILE", help="Trusted public key / 信頼する公開鍵."),
    ] = None,
    anchors: options.Anchors = None,
    json: options.Json = None,
    lang: options.Lang = None,
) -> None:
    """Needs no store and no source; exit 1 when certificate or ledger are not as recorded."""
    with handled(lang):
        reader = language(lang)
        text = _text(file)
        kept = [each for place in anchors or () for each in read_anchors(place)]
        broken, records = _ledger(ledger or ledger_folder(), key or [str(public_file())], kept)
        found = check(text, records)
        if broken:
            mismatch = Mismatch(code="ledger_broken", facts={"n": broken})
            found = found.model_copy(update={"mismatches": (mismatch, *found.mismatches)})
        write_json(_as_json(found, reader), json)
        out = console(error=str(json) == "-")
        if not kept:
            out.print(f"[yellow]{plain(say('ledger.no_anchor', reader))}[/]")
        _show(found, out, reader)
        raise typer.Exit(Exit.CLEAN if found.holds else Exit.FINDINGS)


def _named(desk: Desk, certificate: str) -> StoredCertificate:
    """The certificate as the ledger knows it; raises PlanError or CertificateRefused."""
    shelf = Certificates(desk.records)
    stored = shelf.by_id(certificate) or shelf.of_plan(certificate)
    if stored is None and certificate.isdecimal():
        stored = next((each for each in shelf.all() if certificate == str(each.number)), None)
    if stored is None:
        raise PlanError("certificate_unknown")
    refuse_altered(desk, stored)
    return stored


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise PlanError("certificate_unreadable") from None


def _ledger(path: Path, trusted: list[str], anchors: list[Anchor]) -> tuple[int, list[Record]]:
    """How many problems a ledger has, and what of it can be read."""
    known = trusted_keys(trusted)
    if path.is_file():
        return len(verify_export(path, known, anchors).problems), list(
            _records(Export(path).lines())
        )
    seen = snapshot(path)
    return len(verify(seen, known, anchors).problems), list(_records(seen.lines()))


def _records(lines: Iterator[bytes]) -> Iterator[Record]:
    for line in lines:
        try:
            yield read_record(line.removesuffix(b"\n"))
        except ValueError:
            continue  # counted as a problem of the ledger


def _show(found: Checked, out: Terminal, reader: Language) -> None:
    for each in found.mismatches:
        out.print(f"[red]{plain(each.say(reader))}[/]")
    facts = {"id": found.certificate_id, "number": found.number}
    if found.holds:
        text = say("certificate_check.holds", reader, **facts, level=found.level)
    else:
        text = say("certificate_check.broken", reader, **facts, n=len(found.mismatches))
    out.print(plain(text))


def _as_json(found: Checked, reader: Language) -> dict[str, object]:
    document = found.model_dump(mode="json")
    for each, mismatch in zip(document["mismatches"], found.mismatches, strict=True):
        each["text"] = mismatch.say(reader)
    return {"holds": found.holds, **document}


def _row(desk: Desk, stored: StoredCertificate) -> dict[str, object]:
    certificate = stored.read()
    return {
        "number": certificate.number,
        "certificate": certificate.certificate_id,
        "plan": certificate.plan_id,
        "table": f"{certificate.source}.{certificate.table}",
        "rows": certificate.rows,
        "label": certificate.label,
        "level": level_now(levels_of(desk, stored.plan_id)),
    }


def _write(desk: Desk, stored: StoredCertificate, out: Path | None, reader: Language) -> None:
    for path in write_certificate(desk, stored, out):
        console().print(plain(say("certificate.written", reader, path=str(path))))
