"""Erase what is due, plan by plan, each after people of every stage have approved it.

- **What**: follows every weekly plan. Makes one erasure plan per table and record class, asks the
  approvers of the policy under *Required Actions*, applies what they approved in small chunks,
  asks the database whether exactly that is gone, and issues a certificate. When nothing is due,
  nobody is asked and the run is green.
- **When it fails**: a plan is over its limits, nobody is left who may approve, something is no
  longer as it was approved (rows, rules, schema, people), or a source did not answer.
- **What to do**: read the failed task: it says what was found and what is allowed. Clear the
  `apply` tasks to go on where it stopped. Marking an approval as successful approves nothing.
- **Owner**: the data owners; the policy names who approves.
"""

from datetime import timedelta

from airflow.sdk import Asset, Param, dag, task

from include.orchestration.erasing import POOL, erase_each

PLAN = Asset(name="daicho_plan", uri="daicho://plan")
RETRIES = {"retries": 3, "retry_delay": timedelta(minutes=5), "retry_exponential_backoff": 2}


@dag(
    dag_id="daicho_erase",
    doc_md=__doc__,
    schedule=[PLAN],
    catchup=False,
    max_active_runs=4,  # a run that waits for approval must not hold up the next week's
    tags=["daicho", "weekly", "destructive"],
    default_args={"owner": "data-owners", "execution_timeout": timedelta(hours=6), **RETRIES},
    params={"as_of": Param(None, type=["null", "string"], format="date", title="Day / 基準日")},
)
def erase():
    @task
    def targets(triggering_asset_events=None) -> list[dict]:
        from include.orchestration import tasks

        return tasks.targets(triggering_asset_events)

    @task(pool=POOL, map_index_template="{{ source }}")
    def plan_source(source: str, as_of: str, triggering_asset_events=None) -> dict:
        from include.orchestration import disposal, tasks

        return disposal.plan_due(tasks.shown(source), as_of, triggering_asset_events)

    found = targets()
    erase_each(found, plan_source.expand_kwargs(found))


erase()
