"""The tasks that read large tables in parts, before their source is scanned."""

from __future__ import annotations

from typing import Any

from airflow.sdk import task


def parts_read(found: Any) -> Any:
    """One mapped task per part of the sources in ``found``; none where no table is large."""

    @task
    def parts(found: list[dict[str, str]], run_id: str | None = None) -> list[dict[str, Any]]:
        from include.orchestration import tasks

        return tasks.parts(found, str(run_id))

    @task(pool="daicho_sources", map_index_template="{{ source }}")
    def read_part(part: dict[str, Any], as_of: str, run_id: str | None = None) -> dict[str, int]:
        from include.orchestration import tasks

        tasks.shown(part["source"])
        return tasks.read_part(part, str(run_id), as_of)

    return read_part.expand_kwargs(parts(found))
