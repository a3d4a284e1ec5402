"""What must be true of the demo's contracts beyond what lint asks of anybody's."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import MetaData, create_engine, func, select

from include.demo.build import build
from include.demo.schema import SOURCES
from include.governance.contract.load import load_folder
from include.governance.flag.purposes import purpose_verdict
from include.governance.model.contract import Dataset
from include.governance.policy.load import Rulebook, load_rulebook
from include.governance.settings import ROOT


@cache
def datasets() -> dict[str, Dataset]:
    contracts, mistakes = load_folder(ROOT / "include" / "contracts", ROOT)
    assert mistakes == []
    return {dataset.id: dataset for contract in contracts for dataset in contract.datasets}


@cache
def rulebook() -> Rulebook:
    found, _ = load_rulebook(ROOT / "include" / "policies", ROOT)
    assert found is not None
    return found


def test_every_table_of_the_demo_has_a_contract_and_no_other() -> None:
    built = {
        f"{name}.{table.name}" for name, source in SOURCES.items() for table in source.sorted_tables
    }
    assert set(datasets()) == built
    assert len(built) == 35


@pytest.mark.parametrize("source", SOURCES)
def test_columns_and_keys_are_those_of_the_demo(source: str) -> None:
    metadata: MetaData = SOURCES[source]
    for table in metadata.sorted_tables:
        dataset = datasets()[f"{source}.{table.name}"]
        assert [column.name for column in dataset.columns] == [c.name for c in table.columns]
        if table.primary_key.columns:
            assert dataset.primary_key == tuple(c.name for c in table.primary_key.columns)


def test_exactly_two_columns_hold_what_no_purpose_names_and_both_are_retired() -> None:
    policy = rulebook().policy
    outside = [
        (dataset.table, column.name, column.deprecated)
        for dataset in datasets().values()
        for column in dataset.columns
        if purpose_verdict(dataset, column, policy) == "out_of_purpose"
    ]
    forbidden = {
        column.name
        for dataset in datasets().values()
        for column in dataset.with_category(*policy.forbidden_categories)
    }
    assert [found for found in outside if found[1] not in forbidden] == [
        ("dwh_member_features", "phone", True)
    ]
    assert forbidden == {"security_code"}


def test_every_table_has_an_owner_an_entity_of_its_own_and_a_key() -> None:
    entities = [dataset.entity for dataset in datasets().values()]
    assert len(set(entities)) == len(entities)
    assert all(dataset.owner and dataset.primary_key for dataset in datasets().values())


def test_every_column_says_what_it_holds_and_how_it_is_stored() -> None:
    for dataset in datasets().values():
        for column in dataset.columns:
            assert column.category, f"{dataset.table}.{column.name}"
            assert column.logical_type, f"{dataset.table}.{column.name}"


def test_every_register_is_filled_by_one_table() -> None:
    filled = [d.fills_register for d in datasets().values() if d.fills_register]
    assert len(set(filled)) == len(filled) == 18


def test_columns_that_disposal_empties_are_not_required() -> None:
    for dataset in datasets().values():
        for use in dataset.record_classes:
            emptied = {where.column for where in use.disposed if where.is_null}
            assert not [c.name for c in dataset.columns if c.name in emptied and c.required]


def test_required_columns_and_stated_quality_hold_in_the_clean_demo(tmp_path: Path) -> None:
    engines = {name: create_engine(f"sqlite:///{tmp_path}/{name}.db") for name in SOURCES}
    build(engines, variant="clean")
    broken = []
    for dataset in datasets().values():
        table = SOURCES[dataset.source].tables[dataset.table]
        with engines[dataset.source].connect() as connection:
            rows = connection.scalar(select(func.count()).select_from(table)) or 0
            for column in dataset.columns:
                held = connection.scalar(select(func.count(table.c[column.name]))) or 0
                distinct = func.count(table.c[column.name].distinct())
                if column.required and held < rows:
                    broken.append(f"{dataset.table}.{column.name} has nulls")
                if column.unique and (connection.scalar(select(distinct)) or 0) < held:
                    broken.append(f"{dataset.table}.{column.name} repeats")
        if any(rule.words.get("metric") == "rowCount" for rule in dataset.quality) and not rows:
            broken.append(f"{dataset.table} is empty")
    for engine in engines.values():
        engine.dispose()
    assert broken == []


def test_the_values_a_contract_lists_are_all_that_the_clean_demo_holds(tmp_path: Path) -> None:
    engines = {name: create_engine(f"sqlite:///{tmp_path}/{name}.db") for name in SOURCES}
    build(engines, variant="clean")
    contracts, _ = load_folder(ROOT / "include" / "contracts", ROOT)
    listed = 0
    for item in (t for contract in contracts for t in contract.document["schema"]):
        source = next(d.source for d in datasets().values() if d.table == item["name"])
        for column in item["properties"]:
            for rule in column.get("quality", ()):
                if rule.get("metric") != "invalidValues":
                    continue
                listed += 1
                stored = SOURCES[source].tables[item["name"]].c[column["name"]]
                with engines[source].connect() as connection:
                    held = set(connection.scalars(select(stored).distinct()))
                assert held - {None} <= set(rule["arguments"]["validValues"]), column["name"]
    for engine in engines.values():
        engine.dispose()
    assert listed == 5
