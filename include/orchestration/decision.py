"""What one approver is asked about a plan, and what becomes of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowException, AirflowSkipException

from include.governance.disposal.decide import approve, decisions_of, reject
from include.governance.disposal.desk import Desk
from include.governance.disposal.stages import may_approve, same_login, standing
from include.governance.errors import ConfigurationError, PlanError
from include.governance.model.disposal import Decision, PlanRecord, PlanStatus
from include.governance.settings import environment
from include.governance.wording import say
from include.orchestration.approval import APPROVE, TYPED
from include.orchestration.approval_page import Page, page_of
from include.orchestration.disposal import open_desk, run_name
from include.orchestration.edge import at_the_edge, reader
from include.orchestration.people import DEADLINE, People, people

#: As many stages as each plan has tasks for.
STAGES = 2
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Approver:
    """Somebody who may answer, as the policy and as Airflow know them."""

    login: str
    id: str


@dataclass(frozen=True)
class Request:
    """A page for an approver, who may answer it, and for how long."""

    page: Page
    people: Sequence[Approver]
    waits: timedelta


#: What is wrong with an answer, and not with the plan: the next try asks again.
NO_ANSWER = frozenset(
    {
        "airflow_stranger",
        "disposal_own_plan",
        "disposal_second_stage",
        "disposal_not_approver",
        "disposal_digest_typed",
    }
)


def or_ask_again(work: Callable[P, R]) -> Callable[P, R]:
    """A refused answer fails this try only: the next one asks again."""

    @wraps(work)
    def edge(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return work(*args, **kwargs)
        except PlanError as error:
            if error.code not in NO_ANSWER:
                raise
            raise AirflowException(error.say(reader())) from None

    return edge


@at_the_edge
def ask(plan_id: str, stage: int) -> Request | None:
    """The request to approve a plan; None when nobody need be asked.

    Raises AirflowSkipException for a plan that ended or whose time to be approved is over.
    """
    desk = open_desk()
    status, policy = desk.records.plan(plan_id), desk.workspace.rulebook.policy
    if len(policy.approvals.stages) > STAGES:
        raise ConfigurationError(
            "airflow_stages", found=len(policy.approvals.stages), allowed=STAGES
        )
    plan, approved = status.plan, standing(decisions_of(desk, status.plan), desk.clock())
    if stage > len(policy.approvals.stages) or stage in approved:
        return None
    _skip_ended(status)
    for before in range(1, stage):
        if before not in approved:
            roles = ", ".join(policy.approvals.stages[before - 1])
            raise PlanError("disposal_unapproved", plan=plan_id, stage=before, roles=roles)
    for over in plan.over_limits:
        raise over.error
    page = page_of(desk, status, stage)
    waits = page.until - desk.clock()
    if waits <= timedelta(0):
        raise _unanswered(desk, plan_id)
    who = list(_approvers(desk, plan, list(approved.values()), stage, people(environment())))
    if not who:
        roles = ", ".join(policy.approvals.stages[stage - 1])
        raise PlanError("airflow_nobody", plan=plan_id, stage=stage, roles=roles)
    return Request(page, who, waits)


@at_the_edge
@or_ask_again
def answer(plan_id: str, stage: int, event: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what a person answered; the event comes from Airflow, and nothing in it is trusted.

    Raises AirflowSkipException after a rejection is stored, and AirflowException for an answer
    that is none: a digest that is not this plan's, or a person who may not approve.
    """
    desk = open_desk()
    status = desk.records.plan(plan_id)
    _skip_ended(status)
    if event.get("timedout"):
        raise _unanswered(desk, plan_id)
    login = _answerer(desk, status.plan, stage, event)
    if event.get("chosen_options") != [APPROVE]:
        raise _rejected(desk, plan_id, login)
    typed = str((event.get("params_input") or {}).get(TYPED) or "")
    made = approve(desk, plan_id, typed, login, run_name())
    return {"plan": plan_id, "stage": made.stage, "decision": made.decision}


def _answerer(desk: Desk, plan: PlanRecord, stage: int, event: Mapping[str, Any]) -> str:
    """The login of whoever answered; raises PlanError unless it is one of those to decide."""
    user = (event.get("responded_by_user") or {}).get("id")
    login = people(environment()).login_of(str(user)) if user else None
    if login is None:
        raise PlanError("airflow_stranger", plan=plan.plan_id)
    approved = standing(decisions_of(desk, plan), desk.clock())
    _may_decide(desk, plan, list(approved.values()), stage, login)
    return login


def _starter() -> str:
    """The login of whoever started this run; empty when no person did."""
    context: Any = get_current_context()
    name = context["dag_run"].triggering_user_name
    return people(environment()).requester(name) if name else ""


def _skip_ended(status: PlanStatus) -> None:
    if status.state in ("superseded", "rejected", "withdrawn"):
        raise AirflowSkipException(
            say("airflow.ended", reader(), plan=status.plan.plan_id, state=status.state)
        )


def _unanswered(desk: Desk, plan_id: str) -> AirflowSkipException:
    """Nobody answered in time, which is a no."""
    reject(desk, plan_id, DEADLINE, run_name(), "no_answer")
    return AirflowSkipException(say("airflow.too_late", reader(), plan=plan_id))


def _rejected(desk: Desk, plan_id: str, person: str) -> AirflowSkipException:
    """The rejection is kept before anything is skipped."""
    reject(desk, plan_id, person, run_name())
    return AirflowSkipException(say("airflow.rejected", reader(), plan=plan_id))


def _approvers(
    desk: Desk, plan: PlanRecord, approved: Sequence[Decision], stage: int, users: People
) -> Iterator[Approver]:
    """The people of the stage without who asked, who runs, and who approved another stage."""
    policy = desk.workspace.rulebook.policy
    logins = (p for role in policy.approvals.stages[stage - 1] for p in policy.roles[role].people)
    for login in dict.fromkeys(logins):
        with suppress(PlanError):
            _may_decide(desk, plan, approved, stage, login)
            if user_id := users.id_of(login):
                yield Approver(login, user_id)


def _may_decide(
    desk: Desk, plan: PlanRecord, approved: Sequence[Decision], stage: int, login: str
) -> None:
    """Raise PlanError for a person that this run may not ask about the plan."""
    if same_login(login) == same_login(_starter()):
        raise PlanError("disposal_own_plan", plan=plan.plan_id, stage=stage)
    may_approve(desk.workspace.rulebook.policy, plan, approved, stage, login)
