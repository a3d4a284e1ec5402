"""What the tasks of an erasure do; what they return is ids, names and counts only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from include.governance.disposal.apply import apply_plan
from include.governance.disposal.certificate_files import write_certificate
from include.governance.disposal.certificate_issue import certify
from include.governance.disposal.desk import Desk
from include.governance.disposal.plan import plan_retention
from include.governance.disposal.quarantine import keeping_of
from include.governance.disposal.verify import verify_plan
from include.governance.installation.anchor import anchor_if_set
from include.governance.installation.desk import desk_of
from include.governance.model.disposal import KeptRows, PlanRecord
from include.governance.model.erasure import Applied
from include.governance.settings import environment
from include.governance.wording import say
from include.orchestration.edge import at_the_edge, reader
from include.orchestration.people import CLOCK, WORKER, People, people
from include.orchestration.tasks import Events, now, workspace

#: How a plan may end without anything being wrong.
ENDED = ("certified", "closed", "superseded", "rejected", "withdrawn", "kept", "undoing", "undone")
#: How often, and after how many seconds each, a worker looks whether the others have ended.
LOOKS, LOOK_AGAIN = 30, 2.0


def open_desk() -> Desk:
    """This installation's disposals, with sources from Airflow's connections."""
    return desk_of(workspace(), now)


def run_name() -> str:
    """This run, by a name that no run of another DAG has."""
    context: Any = get_current_context()
    return f"{context['dag'].dag_id}/{context['run_id']}"


def requester(events: Events | None = None) -> str:
    """The login of whoever asks for what this run does."""
    context: Any = get_current_context()
    return who_asks(context["dag_run"].triggering_user_name, events or {}, people(environment()))


def who_asks(starter: str | None, events: Events, users: People) -> str:
    """Who started a run, or the run that led to it; the clock when no person did.

    Raises AirflowFailException when nobody can tell: who asks must be told from who approves.
    """
    names = {starter} if starter else set(_starters(events))
    if len(names) > 1:
        raise AirflowFailException(say("airflow.who_asks", reader()))
    name = next(iter(names), "")
    return users.requester(name) if name else CLOCK


def _starters(events: Events) -> Iterator[str]:
    """Who started the runs that sent these events, as Airflow knows it; "" for the clock.

    An event that somebody sent by hand is of no run.
    """
    for event in (each for of_asset in events.values() for each in of_asset):
        run = event.source_dag_run
        if run is None:
            raise AirflowFailException(say("airflow.who_asks", reader()))
        yield run.triggering_user_name or ""


@at_the_edge
def plan_due(source: str, as_of: str, events: Events | None = None) -> dict[str, Any]:
    """Plans for what is due in a source; older ones that wait for approval are superseded."""
    made = plan_retention(open_desk(), source, date.fromisoformat(as_of), requester(events))
    return planned(made)


def planned(
    made: Iterable[PlanRecord], left: Iterable[KeptRows] = (), *, dry: bool = False
) -> dict[str, Any]:
    """What was planned, as tasks hand it on: names and counts.

    ``left`` are a person's rows that no plan touches; ``dry`` marks plans that were made to be
    looked at only.
    """
    stays: Counter[str] = Counter()
    for kept in left:
        stays[kept.reason] += kept.rows
    return {"plans": [_summary(plan) for plan in made], "left": dict(stays), "dry": dry}


def _summary(plan: PlanRecord) -> dict[str, Any]:
    return {
        "plan_id": plan.plan_id,
        "about": f"{plan.source}.{plan.table} {plan.rule}",
        "rows": {step.id: step.rows for step in plan.erasure.steps},
        "kept": sum(kept.rows for kept in plan.kept),
        "over_limits": len(plan.over_limits),
    }


Made = Sequence[dict[str, Any] | None]


def to_approve(made: Made) -> list[dict[str, str]]:
    """The plans that people are asked about; of a dry one or one without rows nobody is."""
    return [{"plan_id": plan["plan_id"], "about": plan["about"]} for plan in _to_carry_out(made)]


def _to_carry_out(made: Made) -> list[dict[str, Any]]:
    plans = [plan for each in made if each and not each["dry"] for plan in each["plans"]]
    return [plan for plan in plans if any(plan["rows"].values())]


@at_the_edge
def apply(plan_id: str, worker: int, stopping: Callable[[], bool]) -> dict[str, Any]:
    """Erase what is approved and still due; a retry goes on where this try ended.

    Whether it is approved is looked up in the signed decisions about the plan. A worker too many
    does nothing: skipped, it would skip what follows.
    """
    desk = replace(open_desk(), stopping=stopping)
    plan = desk.records.plan(plan_id).plan
    if worker > most_workers(desk, plan):
        print(say("airflow.spare", reader(), plan=plan_id))
        return {"plan": plan_id, "chunks": 0, "rows": 0}
    tries = [apply_plan(desk, plan_id, WORKER, run_name())]
    while _others_work(tries):
        desk.sleep(LOOK_AGAIN)
        tries.append(apply_plan(desk, plan_id, WORKER, run_name()))
    last, chunks = tries[-1], sum(each.chunks for each in tries)
    if last.cancelled and not stopping():
        raise AirflowFailException(say("airflow.stopped", reader(), plan=plan_id))
    if not last.complete:
        raise AirflowException(say("airflow.unfinished", reader(), plan=plan_id, chunks=chunks))
    return {"plan": plan_id, "chunks": chunks, "rows": sum(each.rows for each in tries)}


def most_workers(desk: Desk, plan: PlanRecord) -> int:
    """So many can work on a plan at once: one a chunk, and one in SQLite, which has one writer."""
    return 1 if desk.target(plan.source).kind == "sqlite" else plan.erasure.chunks


def _others_work(tries: Sequence[Applied]) -> bool:
    """Whether other workers still have chunks, which they give back if they die."""
    last = tries[-1]
    over = last.complete or last.cancelled or last.deferred
    return not over and len(tries) <= LOOKS


@at_the_edge
def verify(plan_id: str) -> dict[str, Any]:
    """Ask the database whether exactly what was approved is gone; fails when it is not.

    Of a plan that has its certificate nothing is asked again: its keys are forgotten.
    """
    desk = open_desk()
    proof = desk.records.proof(plan_id)
    if proof is None or desk.records.plan(plan_id).state != "certified":
        proof = verify_plan(desk, plan_id, WORKER, run_name())
    if not proof.holds:
        raise AirflowFailException(say("airflow.not_proved", reader(), plan=plan_id))
    found = proof.verification
    skipped = sum(found.skipped.values())
    return {"plan": plan_id, "roots": found.roots, "skipped": skipped, "by_keys": proof.by_keys}


@at_the_edge
def certificate(plan_id: str) -> dict[str, Any]:
    """Issue the certificate of a plan, once, write its files and anchor the ledger behind it.

    While its rows can still be put back, the daily task issues it when that is over.
    """
    desk = open_desk()
    kept = keeping_of(desk, plan_id)
    if kept and kept.destroyed_at is None:
        return {"plan": plan_id, "kept_until": kept.until.isoformat()}
    issued = certify(desk, plan_id)
    files = write_certificate(desk, issued)
    anchor_if_set()
    return {
        "plan": plan_id,
        "certificate": issued.certificate_id,
        "number": issued.number,
        "files": [file.name for file in files],
    }


def _ended(desk: Desk, plan_id: str) -> str:
    """The state of a plan, or that only the end of its undo window is waited for."""
    state, kept = desk.records.plan(plan_id).state, keeping_of(desk, plan_id)
    return "kept" if state == "verified" and kept and kept.destroyed_at is None else state


@at_the_edge
def conclude(wanted: int, made: Made) -> dict[str, Any]:
    """How the plans of a run ended, as counts; fails unless all were made and ended properly."""
    if missing := wanted - sum(each is not None for each in made):
        raise AirflowFailException(say("airflow.not_planned", reader(), found=missing))
    desk = open_desk()
    states = [_ended(desk, plan["plan_id"]) for plan in _to_carry_out(made)]
    counts: dict[str, int] = {state: states.count(state) for state in sorted(set(states))}
    if open_ones := [f"{number} {state}" for state, number in counts.items() if state not in ENDED]:
        raise AirflowFailException(say("airflow.left", reader(), states=", ".join(open_ones)))
    left: Counter[str] = Counter()
    for each in made:
        left.update(each["left"] if each else {})
    if not left and not any(each and each["plans"] for each in made):
        print(say("airflow.nothing_due", reader()))
    return {"plans": len(states), **counts, **({"left": dict(left)} if left else {})}
