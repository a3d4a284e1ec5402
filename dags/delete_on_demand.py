"""Erase what an operator names: due rows of a record class, a stored selection, or a request.

- **What**: plans what the form names and, unless it is a dry run, has each plan approved by the
  people of the policy, applies, verifies and certifies it. The form takes names and references
  only: rows are chosen beforehand with `daicho selection add`, requests stand in the register.
  A dry run shows the counts and keeps nothing.
- **When it fails**: the form names nothing, two things or something unknown; or as `daicho_erase`.
- **What to do**: read the failed task, correct the form and trigger again. Who triggers cannot
  approve; nor can the two stages be approved by one person.
- **Owner**: data engineering; the policy names who approves.
"""

from datetime import timedelta

from airflow.sdk import dag, task

from include.orchestration.erasing import POOL, erase_each
from include.orchestration.form import form

RETRIES = {"retries": 3, "retry_delay": timedelta(minutes=5), "retry_exponential_backoff": 2}


@dag(
    dag_id="daicho_delete_on_demand",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=16,  # one that waits for approval must not hold up another
    tags=["daicho", "on demand", "destructive"],
    default_args={"owner": "data-engineering", "execution_timeout": timedelta(hours=6), **RETRIES},
    params=form(),
)
def delete_on_demand():
    @task(pool=POOL)
    def plan() -> dict:
        from include.orchestration import wish

        return wish.plan_wish()

    made = plan()
    erase_each(["plan"], [made])


delete_on_demand()
