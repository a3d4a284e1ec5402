"""Plan what is due for disposal, every week. Nothing is deleted here; `daicho_erase` follows.

- **What**: counts the rows that each record class makes due, and what hangs on them, and stores a
  plan under a digest that is bound to exactly these rows, this policy and these contracts.
- **When it fails**: a source did not answer, or a clock column is missing or is no date. There is
  no plan then: half a plan would look like a whole one.
- **What to do**: mend the source or the contract and clear the failed `due_rows` task.
- **Owner**: the data owners; the plan is for them to review.
"""

from datetime import timedelta

from airflow.sdk import Asset, CronTriggerTimetable, Param, dag, task

PLAN = Asset(name="daicho_plan", uri="daicho://plan")
RETRIES = {"retries": 3, "retry_delay": timedelta(minutes=5), "retry_exponential_backoff": 2}


@dag(
    dag_id="daicho_retention",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 4 * * 1", timezone="Asia/Tokyo"),
    catchup=False,
    max_active_runs=1,
    tags=["daicho", "weekly"],
    default_args={"owner": "data-owners", "execution_timeout": timedelta(hours=3), **RETRIES},
    params={"as_of": Param(None, type=["null", "string"], format="date", title="Day / 基準日")},
)
def retention():
    @task
    def targets() -> list[dict]:
        from include.orchestration import tasks

        return tasks.targets()

    @task(pool="daicho_sources", map_index_template="{{ source }}")
    def due_rows(source: str, as_of: str, run_id=None) -> list[dict]:
        from include.orchestration import tasks

        return tasks.due_rows(tasks.shown(source), run_id, as_of)

    @task(outlets=[PLAN])
    def plan(facts, found: list[dict], run_id=None, outlet_events=None) -> dict:
        from include.orchestration import tasks

        made = tasks.make_plan(facts, run_id, found[0]["as_of"])
        outlet_events[PLAN].extra = made
        return made

    found = targets()
    plan(due_rows.expand_kwargs(found), found)


retention()
