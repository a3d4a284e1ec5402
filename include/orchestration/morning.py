"""The morning's tasks: copies expire, approvals end, who must act is told, the ledger anchored."""

from __future__ import annotations

from airflow.sdk import task


@task
def copies_expire() -> dict[str, int]:
    """Level 4, and the end of what was kept, where their time is over."""
    from include.orchestration import copies, tasks

    tasks.day()  # refuses parameters that nobody declared
    return copies.expire()


@task
def overdue_is_escalated(run_id: str | None = None) -> dict[str, int]:
    """Who must act is told, and then who is above."""
    from include.orchestration import escalation, tasks

    return escalation.escalate(str(run_id), tasks.day())


@task
def approvals_end_soon() -> dict[str, int]:
    """Who decides is reminded."""
    from include.orchestration import notice, tasks

    tasks.day()
    return notice.remind()


@task
def ledger_is_anchored() -> dict[str, int]:
    """The last checkpoint lies out of reach, and those before it fit."""
    from include.orchestration import anchoring, tasks

    tasks.day()
    return anchoring.refuse_if_not_anchored()
