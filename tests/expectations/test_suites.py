"""The suites: Great Expectations' own files, bound to columns by what contracts say of them."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from include.governance.expectations.breaches import BREACHES
from include.governance.expectations.endings import to_the_end
from include.governance.expectations.files import load_suites
from include.governance.expectations.session import quiet
from include.governance.expectations.suites import Bound, Unbound, bind
from include.governance.model.contract import Column
from include.governance.policy.load import load_rulebook
from include.governance.rules.rule import TYPE as RULE
from tests.source import tables
from tests.source.tables import AS_OF

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "expectations"
RULEBOOK, _ = load_rulebook(ROOT / "include" / "policies", ROOT)
assert RULEBOOK is not None
SUITES, MISTAKES = load_suites(FOLDER, ROOT, RULEBOOK)
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
    assert used <= {*BREACHES, RULE}


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
    return json.dumps(document, indent="\t")


def wrong(folder: Path) -> list[tuple[str, str, int]]:
    """What is wrong with the suites of a folder: file, code and line, in both languages."""
    assert RULEBOOK is not None
    _, found = load_suites(folder, folder, RULEBOOK)
    assert all(mistake.say("en") != mistake.say("ja") for mistake in found)
    return [(mistake.file, mistake.code, mistake.line) for mistake in found]


def test_our_own_suites_have_no_mistake() -> None:
    assert MISTAKES == []


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "empty_file", ""),
        ("{", "broken_yaml", "{"),
        ('{"name": "x",\n"meta": 1,}', "not_json", "meta"),
        ("name: x", "not_json", "name"),
        ("[]", "not_a_mapping", "[]"),
        ("null", "not_a_mapping", "null"),
        ("[" * 100_000, "nested_too_deep", "["),
        ('{"a": "x",\n"name": 1, "name": 2}', "repeated_key", "name"),
        (json.dumps({**GOOD, "nmae": 1}, indent=1), "unknown_key_near", "nmae"),
        (_changed(zzzzzzzz=True), "unknown_key", "zzzzzzzz"),
        (_changed(meta={"id": "x"}), "missing_key", '\t"meta": {\n\t\t\t\t"id": "x"'),
        (_changed(meta={"control": "S6-01"}), "missing_key", '"meta": {\n\t\t\t\t"control"'),
        (_changed(meta={"control": "S6-99", "id": "x"}), "suite_control", "S6-99"),
        (_changed(meta={"control": "S1-02", "id": "x"}), "suite_control", "S1-02"),
        (_changed(type="expect_table_row_count_to_be_between"), "suite_type", "row_count"),
        (_changed(type="expect_nothing"), "suite_type", "expect_nothing"),
        (_changed(kwargs={"column": "{email}", "regex": ".", "x": 1}), "suite_kwargs", "kwargs"),
        (_changed(kwargs={"column": "{email}", "row_condition": ""}), "suite_kwargs", "kwargs"),
        (_changed(kwargs={"regex": "."}), "suite_kwargs", "kwargs"),
        (_changed(kwargs={"column": "{emial}", "regex": "."}), "undefined_near", "emial"),
        (_changed(kwargs={"column": "{zzzzzzzz}", "regex": "."}), "undefined", "zzzzzzzz"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_a_bad_suite_is_refused_with_its_file_and_line(
    tmp_path: Path, text: str, code: str, at: str
) -> None:
    (tmp_path / "bad.json").write_text(text, "utf-8")
    assert ("bad.json", code, text[: text.index(at)].count("\n") + 1) in wrong(tmp_path)


def test_text_that_is_not_utf8_or_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"\xff\xfe{}")
    (tmp_path / "b.json").symlink_to(tmp_path / "nowhere")
    (tmp_path / "c.json").mkdir()
    assert wrong(tmp_path) == [
        ("a.json", "not_utf8", 1),
        ("b.json", "file_missing", 1),
        ("c.json", "file_unreadable", 1),
    ]


def test_no_suite_at_all_is_refused(tmp_path: Path) -> None:
    assert [code for _, code, _ in wrong(tmp_path)] == ["no_suites"]


def test_a_control_that_no_suite_names_is_a_mistake_of_the_catalogue(tmp_path: Path) -> None:
    fewer = [e for e in GOOD["expectations"] if e["meta"]["control"] != "S6-04"]
    (tmp_path / "a.json").write_text(json.dumps({**GOOD, "expectations": fewer}), "utf-8")
    found = wrong(tmp_path)
    text = (ROOT / "include" / "policies" / "controls.yaml").read_text("utf-8").splitlines()
    assert {place[:2] for place in found} == {
        ("include/policies/controls.yaml", "control_without_suite")
    }
    named = {text[line - 1] for _, _, line in found}
    assert "  S6-04:" in named
    assert not named & {"  S6-01:", "  S6-05:", "  S9-04:"}


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


@pytest.mark.parametrize(
    ("regex", "told"),
    [
        ("^a$", "^a(?![^x]|x)"),
        ("a$|b$", "a(?![^x]|x)|b(?![^x]|x)"),
        ("[$]", "[$]"),
        ("[]$]$", "[]$](?![^x]|x)"),
        ("[[:alpha:]$]", "[[:alpha:]$]"),
        (r"\$", r"\$"),
    ],
)
def test_a_dollar_sign_is_the_end_of_the_value(regex: str, told: str) -> None:
    assert to_the_end(regex) == told
