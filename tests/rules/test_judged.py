"""What is judged where, and that nothing which cannot be evaluated passes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from include.governance.errors import SourceUnavailable
from include.governance.wording import say
from tests.rules.small import Small, Table, build, refs

GRANTS = Table("rights", ("grant_id", "employment", "last_used_on"), register="grants")
DATA_MAP = Table("map", ("table_name", "column_name", "owner"), register="data_map")
LIST = Table("allowed", ("purpose", "category"), register="purpose_categories")
STATEMENTS = Table("said", ("item", "value"), register="policy_statements")
JOBS = Table("jobs_", ("job_id", "purpose", "categories"), register="jobs")
UNUSED: dict[str, Any] = {
    "rows": "grants",
    "breach": "last_used_on < :unused",
    "params": {"unused": {"ago": "P90D"}},
}
NOT_ALLOWED = (
    "EXISTS (SELECT 1 FROM jobs__categories c WHERE c.job_id = jobs.job_id AND NOT EXISTS"
    " (SELECT 1 FROM purpose_categories a WHERE a.purpose = jobs.purpose AND a.category = c.word))"
)


def test_a_cell_that_cannot_be_read_is_an_error_not_a_pass(tmp_path: Path) -> None:
    rows = [{"grant_id": 1, "last_used_on": "30.11.2026"}, {"grant_id": 2, "last_used_on": ""}]
    [found] = build(tmp_path, {GRANTS: rows}).judge(**UNUSED)
    assert (found.status, found.reason) == ("error", "cells_not_understood")
    assert found.facts["column"] == "last_used_on"
    assert found.facts["cells"] == 1
    assert "30.11" not in say("error.cells_not_understood", "en", **found.facts)


def test_a_field_that_no_column_fills_skips_the_rule_unless_it_may_be_empty(tmp_path: Path) -> None:
    table = Table("rights", ("grant_id", "last_used_on"), register="grants")
    small = build(tmp_path, {table: [{"grant_id": 1}]})
    words = {"rows": "grants", "breach": "employment IS NULL"}
    [skipped] = small.judge(**words)
    assert (skipped.status, skipped.reason) == ("skip", "field_not_mapped")
    assert skipped.facts["fields"] == "employment"
    [found] = small.judge(**words, optional=["employment"])
    assert found.row_refs == refs("rights", 1)


def test_a_relation_that_nobody_maps_skips_the_rule(tmp_path: Path) -> None:
    small = build(tmp_path, {GRANTS: [{"grant_id": 1}]})
    [found] = small.judge(rows="grants", breach="NOT EXISTS (SELECT 1 FROM persons)")
    assert (found.status, found.reason) == ("skip", "relation_not_mapped")
    assert say("error.relation_not_mapped", "ja", **found.facts)
    assert small.judge(rows="persons", breach="mail_flag = 1") == []


def test_a_register_that_nobody_keeps_is_empty(tmp_path: Path) -> None:
    small = build(tmp_path, {GRANTS: [{"grant_id": 1}]})
    [found] = small.judge(rows="grants", breach="NOT EXISTS (SELECT 1 FROM reviews)")
    assert found.row_refs == refs("rights", 1)


def test_a_source_that_does_not_answer_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = build(tmp_path, {GRANTS: [{"grant_id": 1}]})
    open_ = Small._open

    def refused(self: Small, name: str) -> Any:
        if name == "main":
            raise SourceUnavailable("source_unavailable", source="main", kind="refused")
        return open_(self, name)

    monkeypatch.setattr(Small, "_open", refused)
    [found] = small.judge(**UNUSED)
    assert (found.status, found.reason) == ("error", "source_unavailable")


@pytest.mark.parametrize(
    ("listed", "broken"),
    [
        (None, ("J2",)),
        ([("P2", "name"), ("P2", "gender")], ("J2",)),
        ([("P2", "address")], ("J1", "J2")),
        ([], ("J1", "J2")),
    ],
    ids=["no list", "a wider list", "another list", "an empty list"],
)
def test_allowed_is_what_policy_and_list_allow(
    tmp_path: Path, listed: list[tuple[str, str]] | None, broken: tuple[str, ...]
) -> None:
    tables: dict[Table, list[dict[str, Any]]] = {
        JOBS: [
            {"job_id": "J1", "purpose": "P2", "categories": "name"},
            {"job_id": "J2", "purpose": "P2", "categories": "gender"},
        ]
    }
    if listed is not None:
        tables[LIST] = [{"purpose": p, "category": c} for p, c in listed]
    [found] = build(tmp_path, tables).judge(rows="jobs", breach=NOT_ALLOWED)
    assert found.row_refs == refs("jobs_", *broken)


def test_a_statement_that_the_office_left_empty_is_found_in_its_table(tmp_path: Path) -> None:
    rows = [{"item": "contact_desk", "value": ""}, {"item": "security_measures", "value": "3"}]
    small = build(tmp_path, {STATEMENTS: rows})
    of_policy, of_table = small.judge(rows="policy_statements", breach="value IS NULL")
    assert (of_policy.source, of_policy.status) == ("policy", "pass")
    assert of_table.row_refs == refs("said", "contact_desk")


def test_what_contracts_declare_is_judged_table_by_table(tmp_path: Path) -> None:
    rows = [{"table_name": "rights"}, {"table_name": "map", "owner": "EC"}]
    small = build(tmp_path, {GRANTS: [], DATA_MAP: rows})
    found = small.judge(
        rows="declared_tables",
        breach="EXISTS (SELECT 1 FROM data_map d WHERE d.owner IS NULL"
        " AND d.table_name = declared_tables.table_name)",
    )
    assert {(r.table, r.status, r.row_refs) for r in found} == {
        ("rights", "fail", refs("rights", "rights")),
        ("map", "pass", ()),
    }
