"""The suites: Great Expectations' own files, bound to columns by what contracts say of them."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from include.governance.errors import ConfigurationError
from include.governance.expectations.breaches import BREACHES
from include.governance.expectations.session import quiet
from include.governance.expectations.suites import Bound, Unbound, bind, load_suites
from include.governance.model.contract import Column
from tests.source import tables
from tests.source.tables import AS_OF

FOLDER = Path(__file__).resolve().parents[2] / "expectations"
SUITES = load_suites(FOLDER)
GOOD = json.loads((FOLDER / "clause_6_accuracy.json").read_text("utf-8"))


def test_every_file_loads_in_plain_great_expectations() -> None:
    with quiet():
        import great_expectations as gx

        import include.governance.expectations.own  # noqa: F401 - registers our classes

        for file in FOLDER.rglob("*.json"):
            document = json.loads(file.read_text("utf-8"))
            suite = gx.ExpectationSuite(**document)
            assert len(suite.expectations) == len(document["expectations"])
            kinds = [e.expectation_type for e in suite.expectations]
            assert kinds == [e["type"] for e in document["expectations"]]


def test_every_type_in_a_suite_names_its_rows() -> None:
    used = {e.type for suite in SUITES for e in suite.expectations}
    assert used <= set(BREACHES)


def test_every_type_that_names_rows_is_one_the_library_knows() -> None:
    with quiet():
        from great_expectations.expectations.registry import get_expectation_impl

        import include.governance.expectations.own  # noqa: F401

        for name in BREACHES:
            assert get_expectation_impl(name)


def test_an_expectation_has_one_name_in_its_control() -> None:
    names = [(e.control, e.id) for suite in SUITES for e in suite.expectations]
    assert len(names) == len(set(names))


def _changed(**changes: Any) -> str:
    document = json.loads(json.dumps(GOOD))
    document["expectations"][0] |= changes
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "suite_unreadable"),
        ("{", "suite_unreadable"),
        ("[]", "suite_unreadable"),
        ("null", "suite_unreadable"),
        ("[" * 100_000, "suite_unreadable"),
        (json.dumps({**GOOD, "typo": 1}), "suite_unreadable"),
        (
            json.dumps({**GOOD, "meta": {"clause": "6", "dataset_kinds": ["nobody"]}}),
            "suite_unreadable",
        ),
        (_changed(meta={"id": "x"}), "suite_meta"),
        (_changed(meta={"control": "S6-01"}), "suite_meta"),
        (_changed(type="expect_table_row_count_to_be_between"), "suite_type"),
        (_changed(type="expect_nothing"), "suite_type"),
        (_changed(typo=True), "suite_unreadable"),
        (_changed(kwargs={"column": "{email}", "regex": ".", "mostly": 0.9}), "suite_kwargs"),
        (_changed(kwargs={"column": "{email}", "row_condition": "1=1"}), "suite_kwargs"),
        (_changed(kwargs={"column": "{email}", "regex": ".", "typo": 1}), "suite_kwargs"),
        (_changed(kwargs={"regex": "."}), "suite_kwargs"),
    ],
)
def test_a_bad_suite_is_refused_with_its_file(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "bad.json").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as raised:
        load_suites(tmp_path)
    assert raised.value.code == code
    assert "bad.json" in raised.value.say("en")
    assert "bad.json" in raised.value.say("ja")


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(ConfigurationError) as raised:
        load_suites(tmp_path)
    assert raised.value.code == "suite_unreadable"


def test_no_suite_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_suites(tmp_path)
    assert raised.value.code == "no_suites"


def test_an_expectation_is_bound_once_per_fitting_column() -> None:
    columns = [
        Column(name="m1", logical_type="string", category="email"),
        Column(name="m2", logical_type="string", category="email"),
        Column(name="m3", logical_type="integer", category="email"),
        Column(name="b", logical_type="date", category="date_of_birth"),
    ]
    dataset = tables.dataset("t", columns, ["m1"], kind="subject_master")
    found = list(bind(SUITES, dataset, AS_OF, {"b": "text"}))
    bound = [(b.rule, b.columns) for b in found if isinstance(b, Bound)]
    assert ("email_is_an_address", ("m1",)) in bound
    assert ("email_is_an_address", ("m2",)) in bound
    assert ("email_is_an_address", ("m3",)) not in bound
    [born] = [b for b in found if isinstance(b, Bound) and b.rule == "date_of_birth_is_possible"]
    assert born.kwargs["high"] == "2026-11-30"
    assert born.kwargs["stored_as"] == "text"
    assert {b.missing for b in found if isinstance(b, Unbound)} >= {"phone.string"}


def test_a_table_of_another_kind_is_not_looked_at() -> None:
    dataset = tables.dataset("t", [Column(name="m", category="email")], ["m"], kind="log")
    assert list(bind(SUITES, dataset, AS_OF, {})) == []


def test_the_library_is_quiet(caplog: pytest.LogCaptureFixture) -> None:
    with quiet():
        pass
    assert logging.getLogger("great_expectations").getEffectiveLevel() >= logging.ERROR
