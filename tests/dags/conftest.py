"""The real DAGs, Airflow's own database, and an installation of its own per test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, inspect, select, table

from include.demo.ready import Wish, make_ready
from include.demo.signing_keys import make_keys
from tests.conftest import ROOT

AS_OF = "2026-11-30"


@dataclass(frozen=True)
class Installation:
    """A demo company, its store, and the folder they live in."""

    home: Path

    @property
    def store(self) -> Path:
        """The governance store."""
        return self.home / "demo" / "governance.db"

    def tables(self) -> dict[str, int]:
        """Rows per table of the governance store."""
        from include.governance.store.schema import own_tables

        engine = create_engine(f"sqlite:///{self.store}")
        with engine.connect() as connection:
            names = sorted(own_tables() & set(inspect(connection).get_table_names()))
            counts = {
                name: int(connection.scalar(select(func.count()).select_from(table(name))) or 0)
                for name in names
            }
        engine.dispose()
        return counts


@dataclass(frozen=True)
class Done:
    """A finished DAG run, as far as tests look at it."""

    state: str
    run_id: str
    tasks: dict[tuple[str, int], Any]

    def states(self, task_id: str) -> list[str]:
        """The states of a task, one per mapped instance."""
        return [str(t.state) for (name, _), t in sorted(self.tasks.items()) if name == task_id]

    def shown(self, task_id: str) -> dict[str, Any]:
        """The mapped instances of a task by the name that Airflow's pages show."""
        return {t.rendered_map_index: t for (name, _), t in self.tasks.items() if name == task_id}

    def result(self, task_id: str, map_index: int = -1) -> Any:
        """What a task returned."""
        return self.tasks[(task_id, map_index)].xcom_pull(
            task_ids=task_id, map_indexes=map_index, run_id=self.run_id
        )


@pytest.fixture(scope="session")
def dags() -> dict[str, Any]:
    """Every DAG, parsed by Airflow, in an Airflow database that was just made."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.db import initdb

    initdb()
    bag = DagBag(str(ROOT / "dags"))
    assert not bag.import_errors
    return dict(bag.dags)


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The demo company with its planted breaches, built once: to be copied."""
    home = tmp_path_factory.mktemp("company")
    make_keys(home)
    return home, make_ready(Wish(), home, lambda _name, _rows: None).settings


@pytest.fixture
def installation(
    company: tuple[Path, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Installation:
    """A copy of the demo company, to which the environment points."""
    return settle(company, tmp_path / "home", monkeypatch)


def settle(
    company: tuple[Path, dict[str, str]], home: Path, monkeypatch: pytest.MonkeyPatch
) -> Installation:
    """Copy the company to ``home`` and point the environment to it."""
    built, settings = company
    shutil.copytree(built, home)
    monkeypatch.setenv("DAICHO_HOME", str(home))
    for name, value in settings.items():
        monkeypatch.setenv(name, value.replace(str(built), str(home)))
    return Installation(home)


Run = Callable[..., Done]


@pytest.fixture(scope="session")
def run(dags: dict[str, Any]) -> Run:
    """Run one DAG in this process, as `airflow dags test` does."""

    def test(
        name: str, day: datetime | None = None, mark: str | None = None, **conf: object
    ) -> Done:
        dag = dags[f"daicho_{name}"]
        kept = deepcopy(dag.params)  # a run leaves its conf behind in the parameters
        try:
            done = dag.test(
                logical_date=day, run_after=day, run_conf=conf, mark_success_pattern=mark
            )
        finally:
            dag.params = kept
        tasks = {(t.task_id, t.map_index): t for t in done.get_task_instances()}
        return Done(str(done.state), done.run_id, tasks)

    return test
