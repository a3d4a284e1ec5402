"""The same company under other names: only contracts and connections say what is what."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from include.demo.ready import AS_OF
from include.governance.pipeline.everything import run_everything
from include.governance.pipeline.record import Recorder
from include.governance.pipeline.workspace import open_store, open_workspace
from include.governance.settings import ROOT
from tests.acceptance.company import Company, company

Names = dict[str, str]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory):
    with company("sqlite", "planted", tmp_path_factory.mktemp("known")) as built:
        yield built


def test_tables_columns_and_sources_may_have_any_name(planted: Company, tmp_path: Path) -> None:
    before = found_of(planted.judge("known"))
    sources: Names = {}
    tables: Names = {}
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    for at, file in enumerate(sorted((ROOT / "include" / "contracts").glob("*.odcs.yaml"))):
        document = yaml.safe_load(file.read_text("utf-8"))
        place = renamed(document, at, sources, tables)
        rename(planted.urls, *place, document)
        (contracts / file.name).write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    known = {new: old for old, new in sources.items()}
    settings = planted.workspace.settings.model_copy(
        update={"contracts": contracts, "home": tmp_path, "store_url": f"sqlite:///{tmp_path}/s.db"}
    )
    open_store(settings.store_url)
    own = open_workspace(settings, lambda name: planted.urls[known[name]])
    recorder = Recorder(own, own.store(), "other", AS_OF, lambda: datetime.now(UTC))
    outcome, _ = run_everything(recorder, lambda *_: None)
    places = {new: old for old, new in tables.items()}
    after = {
        (control, known.get(source, source), places.get(table, table)): rows
        for (control, source, table), rows in found_of(outcome.published()).items()
    }
    assert after == before


def found_of(outcome: Mapping[str, Any]) -> dict[tuple[str, str, str], int]:
    """How many rows each control found where."""
    found: dict[tuple[str, str, str], int] = {}
    for each in outcome["findings"]:
        place = (each["control"], each["source"], each["table"])
        found[place] = found.get(place, 0) + each["rows"]
    return found


def renamed(
    document: dict[str, Any], at: int, sources: Names, tables: Names
) -> tuple[str, str, Names]:
    """The source, the table and the new names of its columns; the contract says them."""
    [server], [table] = document["servers"], document["schema"]
    for word in server["customProperties"]:
        source = word["value"]
        word["value"] = sources.setdefault(source, f"place{len(sources)}")
    tables[table["name"]] = table["physicalName"] = f"thing_{at}"
    columns = {}
    for number, column in enumerate(table["properties"]):
        columns[column["name"]] = column["physicalName"] = f"part_{number}"
    return source, table["name"], columns


def rename(
    urls: Mapping[str, Any], source: str, table: str, columns: Names, document: dict[str, Any]
) -> None:
    """The same in the database."""
    with closing(sqlite3.connect(urls[source].database)) as connection, connection:
        for old, new in columns.items():
            connection.execute(f'ALTER TABLE "{table}" RENAME COLUMN "{old}" TO "{new}"')
        name = document["schema"][0]["physicalName"]
        connection.execute(f'ALTER TABLE "{table}" RENAME TO "{name}"')
