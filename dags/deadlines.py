"""Watch the clocks, every morning.

- **What**: counts the open findings that are overdue or due within a week, by role, looks whether
  every verb still runs, and closes erasures whose last copy is gone.
- **When it fails**: a verb has not finished for some source for a day and a half: the pipeline
  itself stands still, which no green run elsewhere may hide. `copies_expire` needs the ledger.
- **What to do**: look at the runs of `daicho_scan`, `daicho_check` and `daicho_flag`; for the
  ledger, `daicho ledger verify`.
- **Owner**: the chief privacy officer.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, Param, dag, task


@dag(
    dag_id="daicho_deadlines",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 8 * * *", timezone="Asia/Tokyo"),
    catchup=False,
    max_active_runs=1,
    tags=["daicho", "daily"],
    default_args={
        "owner": "privacy-officer",
        "retries": 2,
        "retry_delay": timedelta(minutes=5),
        "execution_timeout": timedelta(minutes=30),
    },
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

    @task
    def copies_expire() -> dict:
        from include.orchestration import copies, tasks

        tasks.day()  # refuses parameters that nobody declared
        return copies.expire()

    open_findings()
    every_verb_still_runs()
    copies_expire()


deadlines()
