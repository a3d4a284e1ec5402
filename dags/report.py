"""Write the report for the compliance officer, on the first of every month.

- **What**: one self-contained HTML file in Japanese and one in English, with JSON and CSV beside
  them, in the reports folder: findings, clause by clause, Section 6, the plan, the data map.
- **When it fails**: the store cannot be read or the folder cannot be written.
- **What to do**: mend the folder or the store and clear the task; writing again changes nothing.
- **Owner**: the chief privacy officer.
"""

from datetime import timedelta

from airflow.sdk import Asset, CronTriggerTimetable, Param, dag, task

REPORT = Asset(name="daicho_report", uri="daicho://report")


@dag(
    dag_id="daicho_report",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 6 1 * *", timezone="Asia/Tokyo"),
    catchup=False,
    max_active_runs=1,
    tags=["daicho", "monthly"],
    default_args={
        "owner": "privacy-officer",
        "retries": 2,
        "retry_delay": timedelta(minutes=5),
        "execution_timeout": timedelta(hours=1),
    },
    params={"as_of": Param(None, type=["null", "string"], format="date", title="Day / 基準日")},
)
def report():
    @task(outlets=[REPORT])
    def write(run_id=None, outlet_events=None) -> dict:
        from include.orchestration import tasks

        day = tasks.day()
        paths = tasks.report(run_id, day)
        outlet_events[REPORT].extra = {"as_of": day, **paths}
        return paths

    write()


report()
