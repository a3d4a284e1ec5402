"""As many tasks apply a plan as the installation says."""

from __future__ import annotations

import pytest
from airflow.sdk import DAG

from include.governance.errors import ConfigurationError
from include.orchestration.erasing import erasure
from include.orchestration.workers import workers_from


@pytest.mark.parametrize(("given", "found"), [(None, 2), ("", 2), ("1", 1), ("16", 16)])
def test_two_tasks_unless_the_setting_says_otherwise(given: str | None, found: int) -> None:
    assert workers_from({} if given is None else {"DAICHO_APPLY_WORKERS": given}) == found


@pytest.mark.parametrize("given", ["0", "17", "-1", "two", "1.5", "²", "３"])
def test_another_number_is_refused(given: str) -> None:
    with pytest.raises(ConfigurationError, match="from 1 to 16"):
        workers_from({"DAICHO_APPLY_WORKERS": given})


def test_every_task_that_applies_waits_for_both_approvals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAICHO_APPLY_WORKERS", "3")
    with DAG("three_workers") as dag:
        erasure(plan_id="p", about="a")
    workers = {f"erasure.apply_{number}" for number in (1, 2, 3)}
    assert workers == {name for name in dag.task_ids if ".apply_" in name}
    assert dag.get_task("erasure.approve_again").downstream_task_ids == workers
    assert dag.get_task("erasure.verify").upstream_task_ids == workers
