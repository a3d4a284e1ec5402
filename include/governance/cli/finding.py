"""``daicho finding list|accept|false-positive|reopen|incident``: what people say of findings."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.table import Table

from include.governance.cli import options
from include.governance.cli.edge import (
    Exit,
    console,
    handled,
    now,
    settings,
    workspace,
)
from include.governance.cli.json_file import write_json
from include.governance.disposal.stages import same_login
from include.governance.errors import StoreError
from include.governance.model.control import IncidentCategory
from include.governance.model.policy import PrivacyPolicy
from include.governance.pipeline.incidents import Incident, incident_of, require_answerable
from include.governance.pipeline.workspace import Workspace
from include.governance.store.findings import Verdict
from include.governance.store.incidents import Answer
from include.governance.store.lifecycle import FindingRecord
from include.governance.store.store import Store
from include.governance.wording import Language, say

HELP = say("cli.finding", "en") + " / " + say("cli.finding", "ja")
app = typer.Typer(no_args_is_help=True)
Which = Annotated[str, typer.Argument(help="First characters of its id / IDの先頭.")]
Reason = Annotated[str, typer.Option("--reason", help="Without personal data / 個人データは不可.")]


@app.command("list", help=say("cli.finding_list", "en") + " / " + say("cli.finding_list", "ja"))
def show(json: options.Json = None, lang: options.Lang = None) -> None:
    """Every finding with its life so far."""
    with handled(lang):
        own = settings(lang)
        opened = workspace(own)
        records, incidents = opened.store().findings(), _incidents(opened)
        listed = [
            {**r.model_dump(mode="json"), "incident": incidents.get(r.finding.fingerprint)}
            for r in records
        ]
        write_json({"findings": listed}, json)
        if str(json) != "-":
            console().print(_table(records, incidents, own.language))


@app.command("accept", help=say("cli.accept", "en") + " / " + say("cli.accept", "ja"))
def accept(
    which: Which,
    reason: Reason,
    role: Annotated[str, typer.Option("--role", help="Role of the policy / 役割.")],
    until: Annotated[date, typer.Option("--until", parser=options.day, metavar="YYYY-MM-DD")],
    lang: options.Lang = None,
) -> None:
    """Accept the risk until a day, at most a year ahead."""
    _decide("accept", which, reason, lang, role=role, until=until)


@app.command(
    "false-positive", help=say("cli.false_positive", "en") + " / " + say("cli.false_positive", "ja")
)
def false_positive(which: Which, reason: Reason, lang: options.Lang = None) -> None:
    """Say that these rows are none; new rows are heard again."""
    _decide("false_positive", which, reason, lang)


@app.command("reopen", help=say("cli.reopen", "en") + " / " + say("cli.reopen", "ja"))
def reopen(which: Which, reason: Reason, lang: options.Lang = None) -> None:
    """Take a decision back."""
    _decide("reopen", which, reason, lang)


@app.command("incident", help=say("cli.incident", "en") + " / " + say("cli.incident", "ja"))
def incident(
    which: Which,
    answer: Annotated[Answer, typer.Option("--answer", help="yes | no")],
    reason: Reason,
    role: Annotated[str, typer.Option("--role", help="Role of the policy / 役割.")],
    category: Annotated[
        IncidentCategory | None, typer.Option("--category", help="Of a leak / 漏えい等の区分.")
    ] = None,
    persons: Annotated[
        int | None, typer.Option("--persons", min=0, help="As far as known / 判明した人数.")
    ] = None,
    lang: options.Lang = None,
) -> None:
    """Say whether a finding is a leak; a yes enters it in the register of incidents."""
    with handled(lang):
        own = settings(lang)
        opened = workspace(own)
        store, login = opened.store(), getpass.getuser()
        _require_role(opened.rulebook.policy, role, login)
        fingerprint = _one(store, which)
        record = store.finding(fingerprint)
        if record is not None:
            require_answerable(opened, record, role, category)
        entered = store.answer_incident(
            fingerprint,
            answer,
            reason=reason,
            by=login,
            at=now().astimezone(ZoneInfo(opened.zone.name)),
            role=role,
            category=category,
            persons=persons,
        )
        if record is not None:
            console().print(_table((record,), _incidents(opened), own.language))
        if entered is not None:
            told = {"key": entered.incident_id, "day": f"{entered.known_on}"}
            console().print(say("cli.incident_entered", own.language, **told))
        raise typer.Exit(Exit.CLEAN)


def _incidents(opened: Workspace) -> dict[str, Incident]:
    """What each finding says of a leak, where its control asks."""
    store = opened.store()
    states = store.incident_states()
    found = {
        record.finding.fingerprint: incident_of(
            record, states.get(record.finding.fingerprint), opened.controls
        )
        for record in store.findings()
    }
    return {fingerprint: said for fingerprint, said in found.items() if said}


def _decide(
    verdict: Verdict,
    which: str,
    reason: str,
    lang: str | None,
    role: str | None = None,
    until: date | None = None,
) -> None:
    with handled(lang):
        own = settings(lang)
        opened = workspace(own)
        store = opened.store()
        login = getpass.getuser()
        if role is not None:
            _require_role(opened.rulebook.policy, role, login)
        record = store.decide(
            _one(store, which),
            verdict,
            reason=reason,
            by=login,
            at=now().astimezone(ZoneInfo(opened.zone.name)),
            role=role,
            until=until,
        )
        console().print(_table((record,), _incidents(opened), own.language))
        raise typer.Exit(Exit.CLEAN)


def _require_role(policy: PrivacyPolicy, role: str, login: str) -> None:
    """Raise StoreError unless the policy has the role and names the login or nobody under it."""
    if role not in policy.roles:
        raise StoreError("role_unknown", allowed=", ".join(policy.roles))
    people = policy.roles[role].people
    if people and same_login(login) not in map(same_login, people):
        raise StoreError("role_of_others", role=role, found=login)


def _one(store: Store, which: str) -> str:
    """The one finding whose id begins so."""
    found = [r.finding.fingerprint for r in store.findings()]
    matching = [each for each in found if each.startswith(which)]
    if len(matching) != 1 or len(which) < 4:
        raise StoreError("finding_not_one", found=len(matching))
    return matching[0]


def _table(
    records: tuple[FindingRecord, ...], incidents: Mapping[str, Incident], language: Language
) -> Table:
    table = Table()
    keys = ("id", "control", "table", "rows", "status", "first_seen", "due", "until", "incident")
    for key in keys:
        table.add_column(
            say(f"column.{key}", language), justify="right" if key == "rows" else "left"
        )
    for record in records:
        finding, decision = record.finding, record.decision
        said = incidents.get(finding.fingerprint)
        table.add_row(
            finding.fingerprint[:12],
            finding.control,
            escape(f"{finding.source}.{finding.table}"),
            f"{finding.rows:,}",
            say(f"life.{record.status}", language),
            record.first_seen.isoformat(),
            finding.due.isoformat(),
            decision.until.isoformat() if decision and decision.until else "",
            say(f"incident.{said}", language) if said else "",
        )
    return table
