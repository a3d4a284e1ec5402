"""Judge retention and purposes, and bring the findings up to date, after every check.

- **What**: measures every record class in its source, joins that with the day's scan and check,
  and opens, reopens or closes findings.
- **When it fails**: a source did not answer, or a declared rule has no result for the day.
- **What to do**: the report names each such control with its reason.
- **Owner**: data engineering; each finding names its own.
"""

from datetime import timedelta

from airflow.sdk import Asset, Param, dag, task

CHECKED = Asset(name="daicho_checked", uri="daicho://checked")
FLAGGED = Asset(name="daicho_findings", uri="daicho://findings")
RETRIES = {"retries": 3, "retry_delay": timedelta(minutes=5), "retry_exponential_backoff": 2}


@dag(
    dag_id="daicho_flag",
    doc_md=__doc__,
    schedule=[CHECKED],
    catchup=False,
    max_active_runs=1,
    tags=["daicho", "daily"],
    default_args={"owner": "data-engineering", "execution_timeout": timedelta(hours=3), **RETRIES},
    params={"as_of": Param(None, type=["null", "string"], format="date", title="Day / 基準日")},
)
def flag():
    @task
    def targets(triggering_asset_events=None) -> list[dict]:
        from include.orchestration import tasks

        return tasks.targets(triggering_asset_events)

    @task(pool="daicho_sources", map_index_template="{{ source }}")
    def flag_source(source: str, as_of: str, run_id=None) -> dict:
        from include.orchestration import tasks

        return tasks.judge("flag", tasks.shown(source), run_id, as_of)

    @task(trigger_rule="all_done_min_one_success", outlets=[FLAGGED])
    def conclude(found: list[dict], run_id=None, outlet_events=None) -> dict:
        from include.orchestration import tasks

        outlet_events[FLAGGED].extra = tasks.conclude(run_id, found[0]["as_of"])
        return dict(outlet_events[FLAGGED].extra)

    @task
    def nothing_was_left_out(outcome: dict) -> None:
        from include.orchestration import tasks

        tasks.refuse_if_incomplete(outcome)

    found = targets()
    flag_source.expand_kwargs(found) >> (outcome := conclude(found))
    nothing_was_left_out(outcome)


flag()
