"""The demo's contracts against PostgreSQL and MariaDB, whose types are their own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import URL, Column, Integer, MetaData, String, Table, create_engine

from include.demo.schema import SOURCES
from include.governance.contract.load import load_folder
from include.governance.lint import drift
from include.governance.model.contract import Column as Promise
from include.governance.model.contract import Dataset
from include.governance.settings import ROOT
from include.governance.source.database import Source
from tests.servers import mariadb_database, postgres_database

Database = Callable[[URL], AbstractContextManager[URL]]
DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}
HOSTILE = '会員"; DROP TABLE `x`; --\n%s'


@pytest.fixture(params=["postgres", "mariadb"])
def server(request: pytest.FixtureRequest) -> tuple[URL, Database]:
    url: URL = request.getfixturevalue(f"{request.param}_url")
    return url, postgres_database if request.param == "postgres" else mariadb_database


def build(url: URL, metadata: MetaData) -> URL:
    driven = url.set(drivername=DRIVERS.get(url.get_backend_name(), url.drivername))
    engine = create_engine(driven)
    metadata.create_all(engine)
    engine.dispose()
    return driven


@pytest.mark.server
@pytest.mark.parametrize("name", ["shop", "gov", "dwh"])
def test_the_types_of_the_demo_agree_with_its_contracts(
    name: str, server: tuple[URL, Database]
) -> None:
    contracts, _ = load_folder(ROOT / "include" / "contracts", ROOT)
    datasets = [d for contract in contracts for d in contract.datasets if d.source == name]
    url, database = server
    with database(url) as fresh:
        source = Source(name, build(fresh, SOURCES[name]))
        assert [str(m) for m in drift(datasets, {name: source})] == []


@pytest.mark.server
def test_a_hostile_name_is_only_a_name(server: tuple[URL, Database]) -> None:
    metadata = MetaData()
    Table(HOSTILE, metadata, Column(HOSTILE, Integer, primary_key=True), Column("b", String(9)))
    promise = Dataset(
        source="s",
        table=HOSTILE,
        name=HOSTILE,
        kind="reference",
        columns=(Promise(name=HOSTILE, logical_type="integer"),),
        primary_key=(HOSTILE,),
    )
    url, database = server
    with database(url) as fresh:
        source = Source("s", build(fresh, metadata))
        found = drift([promise], {"s": source})
    assert [(m.code, m.facts.get("column")) for m in found] == [("column_undeclared", "b")]
