"""Find what the tables really hold, every night.

- **What**: reads every table of every source, large ones in parts, and judges what *scan* controls.
- **When it fails**: a source did not answer after the retries, or is not what its contract says.
  The other sources are judged all the same; the flag run of the day is red.
- **What to do**: read the failed `scan_source` task, mend the connection, clear the task.
- **Owner**: data engineering.
"""

from datetime import timedelta

from airflow.sdk import Asset, CronTriggerTimetable, Param, dag, task

from include.orchestration.parts import parts_read

SCANNED = Asset(name="daicho_scanned", uri="daicho://scanned")
RETRIES = {"retries": 3, "retry_delay": timedelta(minutes=5), "retry_exponential_backoff": 2}


@dag(
    dag_id="daicho_scan",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 1 * * *", timezone="Asia/Tokyo"),
    catchup=False,
    max_active_runs=1,
    tags=["daicho", "daily"],
    default_args={"owner": "data-engineering", "execution_timeout": timedelta(hours=6), **RETRIES},
    params={"as_of": Param(None, type=["null", "string"], format="date", title="Day / 基準日")},
)
def scan():
    @task
    def targets() -> list[dict]:
        from include.orchestration import tasks

        return tasks.targets()

    @task(pool="daicho_sources", map_index_template="{{ source }}", trigger_rule="all_done")
    def scan_source(source: str, as_of: str, run_id=None) -> dict:
        from include.orchestration import tasks

        return tasks.judge("scan", tasks.shown(source), run_id, as_of)

    @task(trigger_rule="all_done_min_one_success", inlets=[SCANNED], outlets=[SCANNED])
    def publish(found: list[dict], outlet_events=None, asset_state_store=None) -> None:
        outlet_events[SCANNED].extra = {"as_of": found[0]["as_of"]}
        asset_state_store[SCANNED].set("watermark", found[0]["as_of"])

    @task
    def every_source_answered(counts) -> dict:
        from include.orchestration import tasks

        return tasks.total(counts)

    found = targets()
    counts = scan_source.expand_kwargs(found)
    parts_read(found) >> counts >> [publish(found), every_source_answered(counts)]


scan()
