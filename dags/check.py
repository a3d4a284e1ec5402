"""Check the accuracy of the tables after every scan.

- **What**: runs the Great Expectations suites below `expectations/` as SQL inside each source, and
  the rules over `registers` of several; keeps counts and keyed row references only.
- **When it fails**: a source did not answer after the retries, or an expectation could not be
  evaluated. The other sources are judged all the same; the flag run of the day is red.
- **What to do**: read the failed `check_source` task or the report, mend the connection, clear it.
- **Owner**: data engineering.
"""

from datetime import timedelta

from airflow.sdk import Asset, Param, dag, task

SCANNED = Asset(name="daicho_scanned", uri="daicho://scanned")
CHECKED = Asset(name="daicho_checked", uri="daicho://checked")
RETRIES = {"retries": 3, "retry_delay": timedelta(minutes=5), "retry_exponential_backoff": 2}


@dag(
    dag_id="daicho_check",
    doc_md=__doc__,
    schedule=[SCANNED],
    catchup=False,
    max_active_runs=1,
    tags=["daicho", "daily"],
    default_args={"owner": "data-engineering", "execution_timeout": timedelta(hours=3), **RETRIES},
    params={"as_of": Param(None, type=["null", "string"], format="date", title="Day / 基準日")},
)
def check():
    @task
    def targets(triggering_asset_events=None) -> list[dict]:
        from include.orchestration import tasks

        return tasks.targets(triggering_asset_events, registers=True)

    @task(pool="daicho_sources", map_index_template="{{ source }}")
    def check_source(source: str, as_of: str, run_id=None) -> dict:
        from include.orchestration import tasks

        return tasks.judge("check", tasks.shown(source), run_id, as_of)

    @task(trigger_rule="all_done_min_one_success", outlets=[CHECKED])
    def publish(found: list[dict], outlet_events=None) -> None:
        outlet_events[CHECKED].extra = {"as_of": found[0]["as_of"]}

    @task
    def every_source_answered(counts) -> dict:
        from include.orchestration import tasks

        return tasks.total(counts)

    found = targets()
    counts = check_source.expand_kwargs(found)
    counts >> publish(found)
    every_source_answered(counts)


check()
