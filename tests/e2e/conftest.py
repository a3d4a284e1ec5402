"""One Airflow for all end-to-end tests: starting it takes longer than using it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from include.demo.airflow_env import passwords
from include.demo.ready import Wish, make_ready
from include.demo.signing_keys import make_keys
from tests.canary import canaries
from tests.conftest import ROOT
from tests.e2e.airflow_server import Server

#: Two sources are enough here: every task is a process, and tests/dags runs all of them.
SOURCES = ("gov", "shop")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Airflow with the planted demo company, ready to use."""
    home = tmp_path_factory.mktemp("e2e")
    contracts = home / "contracts"
    contracts.mkdir()
    for source in SOURCES:
        for file in (ROOT / "include" / "contracts").glob(f"{source}_*.yaml"):
            shutil.copy(file, contracts)
    settings = make_ready(Wish(), home, lambda _name, _rows: None).settings
    canaries.plant(home / "demo" / "shop.db")
    passwords(home)
    make_keys(home)
    policies = shutil.copytree(ROOT / "include" / "policies", home / "policies")
    text = (policies / "privacy_policy.yaml").read_text("utf-8")
    (policies / "privacy_policy.yaml").write_text(
        text.replace("max_percent: 20", "max_percent: 100"), "utf-8"
    )
    own = {"DAICHO_CONTRACTS": str(contracts), "DAICHO_POLICIES": str(policies)}
    airflow = Server(home, {**settings, **own})
    try:
        airflow.start()
        airflow.login()
        yield airflow
    finally:
        airflow.stop()
    assert airflow.processes() == [], "every process that was started is gone"
