"""What the tasks of the DAGs do; every return value is counts, names and digests only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import Connection, get_current_context
from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException
from pydantic import SecretStr

from include.governance.errors import ConfigurationError, SourceError
from include.governance.model.facts import DueRows
from include.governance.model.period import Period
from include.governance.pipeline.record import VERBS, Recorder
from include.governance.pipeline.registers import REGISTERS
from include.governance.pipeline.workspace import (
    Workspace,
    connections_by,
    open_store,
    open_workspace,
)
from include.governance.settings import environment, load
from include.governance.source.connection import ConnectionSpec
from include.governance.wording import say
from include.orchestration.edge import at_the_edge, reader

#: A verb that has not judged anything for this long has stopped, whatever its last word was.
STALE_AFTER = timedelta(hours=36)


def connection(conn_id: str) -> ConnectionSpec:
    """An Airflow connection as the engine reads it; raises ConfigurationError when missing."""
    try:
        found = Connection.get(conn_id)
    except AirflowNotFoundException:
        variable = f"AIRFLOW_CONN_{conn_id.upper()}"
        raise ConfigurationError(
            "connection_missing", connection=conn_id, variable=variable
        ) from None
    return ConnectionSpec(
        conn_id=conn_id,
        conn_type=found.conn_type,
        host=found.host,
        login=found.login,
        password=SecretStr(found.password) if found.password else None,
        schema_name=found.schema,
        port=found.port,
        extra=found.extra_dejson or {},
    )


def workspace() -> Workspace:
    """Policy, contracts and suites, with sources from Airflow's connections."""
    settings = load(environment())
    open_store(settings.store_url)
    return open_workspace(settings, connections_by(connection))


def recorder(run_id: str, as_of: str) -> Recorder:
    """A recorder for this DAG run and day."""
    opened = workspace()
    return Recorder(opened, opened.store(), run_id, date.fromisoformat(as_of), now)


def now() -> datetime:
    """The instant."""
    return datetime.now(UTC)


Events = Mapping[Any, Sequence[Any]]


def day(events: Events | None = None) -> str:
    """The day that the DAG run of this task judges."""
    context = get_current_context()
    run: Any = context["dag_run"]
    declared = context["dag"].params
    return judged_day(declared, context["params"], run.conf, run.run_after, events)


def judged_day(
    declared: Iterable[str],
    params: Mapping[str, Any],
    conf: Mapping[str, Any] | None,
    run_after: datetime,
    events: Events | None = None,
) -> str:
    """The day a run judges: asked for, handed on by the run before, or the day it runs in Japan.

    Airflow takes any key in a trigger's conf, and shows it to tasks among the params. One that
    the DAG does not declare is a typing error and is refused, so that nothing is done by default
    that was meant otherwise.
    """
    allowed = sorted(declared)
    if unknown := set(conf or {}) - set(allowed):
        names = ", ".join(allowed)
        raise AirflowFailException(
            say("airflow.unknown_conf", reader(), found=len(unknown), allowed=names)
        )
    if wanted := params.get("as_of") or _handed_on(events or {}):
        return _day(str(wanted))
    return run_after.astimezone(ZoneInfo("Asia/Tokyo")).date().isoformat()


def _handed_on(events: Events) -> str | None:
    """The day of the newest of the events that started this run."""
    found = [event for of_asset in events.values() for event in of_asset]
    days = (event.extra.get("as_of") for event in sorted(found, key=lambda e: e.timestamp))
    return next((day for day in reversed(list(days)) if day), None)


def _day(text: str) -> str:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date().isoformat()  # noqa: DTZ007 - only a day
    except ValueError:
        raise AirflowFailException(say("airflow.no_day", reader())) from None


@at_the_edge
def targets(events: Events | None = None, *, registers: bool = False) -> list[dict[str, str]]:
    """One entry per source that contracts name, with the day to judge: what tasks map over.

    With ``registers``, one more for the rules that look at several sources. Without a source every
    task behind this one would be skipped, and the run green; so it fails.
    """
    as_of = day(events)
    names = workspace().source_names
    if not names:
        raise AirflowFailException(say("airflow.no_source", reader()))
    scopes = (*names, REGISTERS) if registers else names
    return [{"source": name, "as_of": as_of} for name in scopes]


def shown(source: str) -> str:
    """The source, also shown as the name of the mapped task in Airflow's pages."""
    context: Any = get_current_context()
    context["source"] = source
    return source


@at_the_edge
def judge(verb: str, source: str, run_id: str, as_of: str) -> dict[str, int]:
    """scan, check or flag one source; or check the registers."""
    own = recorder(run_id, as_of)
    if (verb, source) == ("check", REGISTERS):
        return own.check_rules()
    return {"scan": own.scan, "check": own.check, "flag": own.flag}[verb](source)


@at_the_edge
def parts(sources: Iterable[Mapping[str, str]], run_id: str) -> list[dict[str, Any]]:
    """One entry per part of a large table: what tasks read before the sources are scanned.

    A source that does not answer is left to its own task, which says so.
    """
    found: list[dict[str, Any]] = []
    for each in sources:
        with suppress(SourceError):
            own = recorder(run_id, each["as_of"]).divide(each["source"])
            found += [{"part": p.model_dump(mode="json"), "as_of": each["as_of"]} for p in own]
    return found


@at_the_edge
def read_part(part: Mapping[str, Any], run_id: str, as_of: str) -> dict[str, int]:
    """Read a part of a large table for the scan of its source."""
    return {"rows": recorder(run_id, as_of).read_part(part)}


def total(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Counts of several sources added up; fails when anything could not be evaluated."""
    added: dict[str, int] = {}
    for each in counts:
        for name, number in each.items():
            added[name] = added.get(name, 0) + number
    if errors := added.get("errors"):
        raise AirflowFailException(say("airflow.not_evaluated", reader(), found=errors))
    return added


@at_the_edge
def conclude(run_id: str, as_of: str) -> dict[str, Any]:
    """Join the day's results; the outcome as counts."""
    outcome, _ = recorder(run_id, as_of).conclude()
    severities = [finding.severity for finding in outcome.findings]
    return {
        "as_of": as_of,
        "result": outcome.result,
        "findings": len(severities),
        **{name: severities.count(name) for name in sorted(set(severities))},
        "not_evaluated": sum(rule.status == "error" for rule in outcome.rules),
    }


def refuse_if_incomplete(outcome: Mapping[str, Any]) -> None:
    """Fail when a rule could not be evaluated: red, never green."""
    if outcome["result"] == "error":
        found = outcome["not_evaluated"]
        raise AirflowFailException(say("airflow.not_evaluated", reader(), found=found))


@at_the_edge
def due_rows(source: str, run_id: str, as_of: str) -> list[dict[str, Any]]:
    """What is due in a source: counts and keyed digests."""
    return [fact.model_dump(mode="json") for fact in recorder(run_id, as_of).plan_facts(source)]


@at_the_edge
def make_plan(
    facts: Iterable[Iterable[Mapping[str, Any]]], run_id: str, as_of: str
) -> dict[str, Any]:
    """Store the plan over all sources; its digest and counts."""
    due = [DueRows.model_validate(fact) for of_source in facts for fact in of_source]
    plan = recorder(run_id, as_of).plan(due)
    return {
        "as_of": as_of,
        "digest": plan.digest,
        "rows": plan.rows,
        "steps": len(plan.steps),
        "refusals": len(plan.refusals),
    }


@at_the_edge
def report(run_id: str, as_of: str) -> dict[str, str]:
    """Write the report of the day in both languages; the paths by language."""
    from include.governance.pipeline.report import write_report

    return {k: str(path) for k, path in write_report(recorder(run_id, as_of)).items()}


@at_the_edge
def deadlines(run_id: str, as_of: str) -> dict[str, int]:
    """How many open findings are overdue or due within a week, by role."""
    own = recorder(run_id, as_of)
    soon = Period(days=7).after(own.as_of)
    counts: dict[str, int] = {}
    for record in own.store.findings("open"):
        for state in _states(record.finding.due, own.as_of, soon):
            name = f"{state} {record.finding.owner}"
            counts[name] = counts.get(name, 0) + 1
    return counts


def _states(due: date, as_of: date, soon: date) -> Iterator[str]:
    if due < as_of:
        yield "overdue"
    elif due <= soon:
        yield "due_soon"


@at_the_edge
def refuse_if_stale(run_id: str, as_of: str) -> None:
    """Fail when a verb has not finished for any source in a day and a half."""
    own = recorder(run_id, as_of)
    fresh = {
        (run.verb, run.scope)
        for run in own.store.newest_finished()
        if run.finished_at and own.clock() - run.finished_at < STALE_AFTER
    }
    wanted = {(verb, source) for verb in VERBS for source in own.workspace.source_names}
    if missing := sorted(wanted - fresh):
        names = ", ".join(f"{verb} {source}" for verb, source in missing)
        hours = int(STALE_AFTER / timedelta(hours=1))
        raise AirflowFailException(say("airflow.stale", reader(), hours=hours, runs=names))
