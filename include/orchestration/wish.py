"""What an operator asks to be erased, by name and reference only, and the plans for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from airflow.sdk import get_current_context

from include.governance.disposal import told
from include.governance.disposal.answer import plan_request
from include.governance.disposal.desk import Desk
from include.governance.disposal.occasion import occasion_of
from include.governance.disposal.plan import plan_adhoc, plan_retention
from include.governance.errors import ConfigurationError
from include.governance.model.disposal import KeptRows, PlanRecord
from include.governance.model.occasion import Occasion
from include.governance.pipeline.workspace import Workspace
from include.orchestration.disposal import open_desk, planned, requester
from include.orchestration.edge import at_the_edge, reader
from include.orchestration.people import CLOCK
from include.orchestration.tasks import day

#: What can be named; exactly one of them is.
CAUSES = ("record_class", "selection", "request")


@at_the_edge
def plan_wish() -> dict[str, Any]:
    """Plans for what the form names, and what of a person no plan touches, as counts.

    Of a dry run only these counts stay.

    Raises ConfigurationError when the form is wrong, before anything is planned.
    """
    as_of, context = date.fromisoformat(day()), get_current_context()
    form: Any = context["params"]
    desk, person = open_desk(), requester()
    why, dry = refuse_wish(desk.workspace, form, person), bool(form["dry_run"])
    plans, left = _plans(replace(desk, keeps=not dry), form, Asked(as_of, person, why))
    return planned(plans, left, dry=dry)


@dataclass(frozen=True)
class Asked:
    """Who asks on which day, and why."""

    as_of: date
    person: str
    why: Occasion


def refuse_wish(workspace: Workspace, form: Mapping[str, Any], person: str) -> Occasion:
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
    return occasion_of(workspace.rulebook.policy, form["reason"], form["ticket"])


def _plans(
    desk: Desk, form: Mapping[str, Any], asked: Asked
) -> tuple[tuple[PlanRecord, ...], tuple[KeptRows, ...]]:
    """The plans, and a person's rows that stay."""
    as_of, person, why = asked.as_of, asked.person, asked.why
    if name := form["record_class"]:
        return plan_retention(desk, form["source"], as_of, person, name, why), ()
    if selection := form["selection"]:
        return plan_adhoc(desk, selection, as_of, person, why), ()
    found = plan_request(desk, form["request"], as_of, person, why)
    for line in told.answer(found, reader()):
        print(line)
    return found.plans, found.left
