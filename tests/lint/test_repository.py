"""The files of this repository, judged by its own lint."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from sqlalchemy import URL, create_engine

from include.demo.schema import SOURCES, UNDECLARED
from include.governance.contract.load import load_folder
from include.governance.lint import drift, lint
from include.governance.policy.load import load_rulebook
from include.governance.settings import ROOT
from include.governance.source.database import Source

AS_OF = date(2026, 11, 30)


def test_the_demo_lints_without_an_error_and_says_what_is_known_to_be_open() -> None:
    rulebook, wrong = load_rulebook(ROOT / "include" / "policies", ROOT)
    contracts, also = load_folder(ROOT / "include" / "contracts", ROOT)
    assert rulebook is not None
    assert [str(m) for m in (*wrong, *also)] == []
    found = lint(rulebook, contracts, AS_OF)
    assert [str(m) for m in found if m.level == "error"] == []
    by_code = Counter(m.code for m in found)
    assert by_code["out_of_purpose_retired"] == 1  # the phone number in the warehouse
    assert by_code["no_record_class"] == 1  # pseudonymised members carry no date
    assert set(by_code) <= {
        "out_of_purpose_retired",
        "no_record_class",
        "field_unfilled",
        "clause_unchecked",
        "basis_not_verified",
    }
    assert all(m.line > 1 for m in found)


def test_the_contracts_say_what_the_demo_builds_and_the_undeclared_table_is_found(
    tmp_path: Path,
) -> None:
    contracts, _ = load_folder(ROOT / "include" / "contracts", ROOT)
    sources = {}
    for name, metadata in SOURCES.items():
        url = URL.create("sqlite", database=str(tmp_path / f"{name}.db"))
        engine = create_engine(url)
        metadata.create_all(engine)
        if name == "dwh":
            UNDECLARED.create_all(engine)
        engine.dispose()
        sources[name] = Source(name, url)
    datasets = [dataset for contract in contracts for dataset in contract.datasets]
    found = [(m.file, m.path, m.code) for m in drift(datasets, sources)]
    assert found == [("dwh", "dwh_adhoc_vip_2021", "table_undeclared")]
