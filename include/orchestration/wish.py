"""What an operator asks to be erased, by name and reference only, and the plans for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from airflow.sdk import get_current_context

from include.governance.disposal.desk import Desk
from include.governance.disposal.plan import plan_adhoc, plan_request, plan_retention
from include.governance.errors import ConfigurationError
from include.governance.model.disposal import PlanRecord
from include.governance.pipeline.workspace import Workspace
from include.orchestration.disposal import open_desk, requester, summary
from include.orchestration.people import CLOCK
from include.orchestration.tasks import at_the_edge, day

#: What can be named; exactly one of them is.
CAUSES = ("record_class", "selection", "request")


@at_the_edge
def plan_wish() -> list[dict[str, Any]]:
    """Plans for what the form names; of a dry run only the counts are left.

    Raises ConfigurationError when the form is wrong, before anything is planned.
    """
    as_of, context = date.fromisoformat(day()), get_current_context()
    form: Any = context["params"]
    desk, person = open_desk(), requester()
    refuse_wish(desk.workspace, form, person)
    dry = bool(form["dry_run"])
    made = _plans(replace(desk, keeps=not dry), form, as_of, person)
    return [summary(plan, dry=dry) for plan in made]


def refuse_wish(workspace: Workspace, form: Mapping[str, Any], person: str) -> None:
    """Raise ConfigurationError unless somebody names one thing that there is, and why."""
    if person == CLOCK:
        raise ConfigurationError("wish_nobody")
    named = [cause for cause in CAUSES if form[cause]]
    if len(named) != 1:
        raise ConfigurationError("wish_one", found=len(named), allowed=", ".join(CAUSES))
    if bool(form["source"]) != (named == ["record_class"]):
        raise ConfigurationError("wish_source")
    sources = workspace.source_names
    if form["source"] and form["source"] not in sources:
        raise ConfigurationError("wish_source_unknown", allowed=", ".join(sources))
    grounds = workspace.rulebook.policy.requests.grounds
    if form["reason"] not in grounds:
        raise ConfigurationError("wish_reason", allowed=", ".join(grounds))


def _plans(desk: Desk, form: Mapping[str, Any], as_of: date, person: str) -> tuple[PlanRecord, ...]:
    if name := form["record_class"]:
        return plan_retention(desk, form["source"], as_of, person, name)
    if selection := form["selection"]:
        return plan_adhoc(desk, selection, as_of, person)
    return plan_request(desk, form["request"], as_of, person)
