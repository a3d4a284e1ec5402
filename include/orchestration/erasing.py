"""The tasks that every plan goes through: approvals, workers that apply, verify, certificate."""

from __future__ import annotations

import os
from typing import Any

from airflow.sdk import Asset, task, task_group

from include.orchestration.application import ApplyPlan
from include.orchestration.approval import FourEyesApproval
from include.orchestration.workers import workers_from

ERASED = Asset(name="daicho_erased", uri="daicho://erased")
POOL = "daicho_sources"
NAMED = "{{ task.op_kwargs['about'] }}"


@task(map_index_template=NAMED, pool=POOL)
def verify(plan_id: str, about: str) -> dict[str, Any]:  # noqa: ARG001 - the name on the page
    """Whether exactly what was approved is gone."""
    from include.orchestration import disposal

    return disposal.verify(plan_id)


@task(map_index_template=NAMED)
def certify(plan_id: str, about: str) -> dict[str, Any]:  # noqa: ARG001 - the name on the page
    """The certificate, and the end of the plan's keys."""
    from include.orchestration import disposal

    return disposal.certificate(plan_id)


@task_group(group_id="erasure")
def erasure(plan_id: str, about: str) -> None:
    """One plan; each goes its own way, so that none waits for the approval of another."""
    given = {"plan_id": plan_id, "about": about}
    first = FourEyesApproval(task_id="approve", stage=1, **given)
    second = FourEyesApproval(task_id="approve_again", stage=2, **given)
    # Airflow maps this group over the plans and cannot map a task once more inside of it
    workers = [
        ApplyPlan(
            task_id=f"apply_{number}",
            worker=number,
            pool=POOL,
            max_active_tis_per_dagrun=1,  # plan after plan: no database is asked by more at once
            **given,
        )
        for number in range(1, workers_from(os.environ) + 1)
    ]
    first >> second >> workers >> verify(**given) >> certify(**given)


@task
def to_approve(made: Any) -> list[dict[str, str]]:
    """What people are asked about; when it is nothing, everything behind is skipped."""
    from include.orchestration import disposal

    return disposal.to_approve(made)


@task(trigger_rule="all_done", outlets=[ERASED])
def conclude(wanted: Any, made: Any, outlet_events: Any = None) -> dict[str, Any]:
    """How all of it ended: the run is as red as its worst plan."""
    from include.orchestration import disposal

    ended = disposal.conclude(len(wanted), made)
    outlet_events[ERASED].extra = ended
    return ended


def erase_each(wanted: Any, made: Any) -> None:
    """Ask about, erase and certify every plan; ``wanted`` is as long as ``made`` should be."""
    erasure.expand_kwargs(to_approve(made)) >> conclude(wanted, made)
