"""Several tasks apply one plan at once; what a killed one had, another does."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from airflow.sdk.definitions.context import Context
from airflow.sdk.execution_time.task_runner import set_current_context

from include.governance.disposal.decide import approve
from include.governance.disposal.plan import plan_retention
from include.governance.settings import demo_file, read_env_file
from include.orchestration import disposal
from tests.acceptance.company import Engine
from tests.disposal.office import Office, office

pytestmark = [pytest.mark.faults, pytest.mark.server]
RUN: Any = {"dag": SimpleNamespace(dag_id="daicho_erase"), "run_id": "week-1"}
WAITING = {
    "postgresql": "SELECT count(*) FROM pg_locks WHERE NOT granted",
    "mysql": "SELECT count(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
}


@pytest.fixture(params=["postgres", "mariadb"])
def company(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """A company on a server, with connections as Airflow has them."""
    engine: Engine = request.param
    request.getfixturevalue(f"{engine}_url")
    with office(engine, tmp_path) as found:
        for name, value in read_env_file(demo_file(tmp_path)).items():
            if name.startswith("AIRFLOW_CONN_"):
                monkeypatch.setenv(name, value)
        yield found


def work(plan_id: str, number: int) -> None:
    """What one task does, in a process of its own."""
    with set_current_context(Context(**RUN)):
        disposal.apply(plan_id, number, lambda: False)


def until(good: Callable[[], bool]) -> None:
    """Wait for something that must come."""
    end = time.monotonic() + 60
    while not good():
        assert time.monotonic() < end
        time.sleep(0.2)  # MariaDB shows its locks anew only when nobody has looked for 0.1 s


def test_two_work_at_once_and_what_a_killed_one_had_the_other_does(company: Office) -> None:
    desk = replace(company.desk(), chunk_roots=1)
    (plan,) = plan_retention(desk, "shop", company.day, "tanaka", "order_statutory")
    for person in ("owner.ec", "cpo"):
        approve(desk, plan.plan_id, plan.digest, person, "daicho_erase/week-1")
    chunks = plan.erasure.chunks
    assert chunks > 1
    oldest = "SELECT order_id FROM shop_orders ORDER BY ordered_at LIMIT 1"
    fork = multiprocessing.get_context("fork")
    victim, other = (fork.Process(target=work, args=(plan.plan_id, n)) for n in (1, 2))
    engine = sa.create_engine(company.urls["shop"], poolclass=sa.NullPool)
    waiting = WAITING[engine.url.get_backend_name()]
    with engine.begin() as somebody:
        somebody.exec_driver_sql(f"{oldest} FOR UPDATE")
        victim.start()
        until(lambda: bool(company.scalar("shop", waiting)))
        other.start()
        until(lambda: company.count("shop", "daicho_erasure_done") == chunks - 1)
        victim.kill()
        victim.join()
    other.join(60)
    assert (victim.exitcode, other.exitcode) == (-9, 0)
    assert company.count("shop", "daicho_erasure_done") == chunks
    assert desk.records.plan(plan.plan_id).state == "applied"
    with set_current_context(Context(**RUN)):
        again = disposal.apply(plan.plan_id, 1, lambda: False)
        proved = disposal.verify(plan.plan_id)
    assert again == {"plan": plan.plan_id, "chunks": 0, "rows": 0}
    assert (proved["roots"], proved["skipped"]) == (plan.erasure.roots, 0)
    assert not proved["by_keys"]
