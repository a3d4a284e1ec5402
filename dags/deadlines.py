"""Watch the clocks, every morning.

- **What**: counts open findings that are overdue or due within a week and tells who must act by
  e-mail, looks whether every verb still runs, ends erasures whose copies or undo window are over,
  reminds approvers, and anchors the ledger at `DAICHO_ANCHOR`.
- **When it fails**: a verb has not ended for a source for a day and a half; what the ledger records
  is anchored nowhere, or what is anchored is not of its history; an erasure that is over cannot be
  certified.
- **What to do**: look at `daicho_scan`, `daicho_check`, `daicho_flag`; set `DAICHO_ANCHOR`; run
  `daicho ledger verify --anchor` with it.
- **Owner**: the chief privacy officer.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, Param, dag, task

from include.orchestration.morning import (
    approvals_end_soon,
    copies_expire,
    ledger_is_anchored,
    overdue_is_escalated,
)

MINUTES = {"retry_delay": timedelta(minutes=5), "execution_timeout": timedelta(minutes=30)}


@dag(
    dag_id="daicho_deadlines",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 8 * * *", timezone="Asia/Tokyo"),
    catchup=False,
    max_active_runs=1,
    tags=["daicho", "daily"],
    default_args={"owner": "privacy-officer", "retries": 2, **MINUTES},
    params={"as_of": Param(None, type=["null", "string"], format="date", title="Day / 基準日")},
)
def deadlines():
    @task
    def open_findings(run_id=None) -> dict:
        from include.orchestration import tasks

        return tasks.deadlines(run_id, tasks.day())

    @task
    def every_verb_still_runs(run_id=None) -> None:
        from include.orchestration import tasks

        tasks.refuse_if_stale(run_id, tasks.day())

    open_findings()
    every_verb_still_runs()
    copies_expire()
    approvals_end_soon()
    overdue_is_escalated()
    ledger_is_anchored()


deadlines()
