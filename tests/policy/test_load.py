"""The three files of compliance are read together, and every name in them must lead somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.governance.policy.load import load_rulebook
from include.governance.settings import ROOT
from tests.lint.company import CONTROLS, POLICY, SCHEDULE, company


def test_our_own_rulebook_loads() -> None:
    rulebook, mistakes = load_rulebook(ROOT / "include" / "policies", ROOT)
    assert [str(m) for m in mistakes] == []
    assert rulebook is not None
    assert rulebook.documents[POLICY].file == "include/policies/privacy_policy.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "level"),
    [
        (POLICY, "max_percent: 20", "max_percent: 120", "number_out_of_range", "error"),
        (POLICY, "max_rows: 10", "max_rows: 0", "number_out_of_range", "error"),
        (POLICY, "effective_from: 2026-04-01", "effective_from: soon", "not_date", "error"),
        (POLICY, 'end: "03-31"', 'end: "31-03"', "wrong_pattern", "error"),
        (POLICY, "id: jp-appi", "id: eu-gdpr", "not_allowed", "error"),
        (POLICY, "approvals: {stages: [[CPO]]", "approvals: {stages: []", "list_too_short",
         "error"),
        (POLICY, "critical: P1D", "critical: 1 day", "not_period", "error"),
        (POLICY, "high: P7D", "hihg: P7D", "not_allowed", "error"),
        (POLICY, "controller:\n  name: {en: Shop, ja: 店}", "controller:\n  name: {en: Shop}",
         "missing_key", "error"),
        (SCHEDULE, "latest_of: [withdrawn]", "latest_of: []", "wrong_value", "error"),
        (SCHEDULE, "period: P3Y", "period: P3Y\n      at_once: true", "wrong_value", "error"),
        (SCHEDULE, "action: delete", "action: remove", "not_allowed", "error"),
        (CONTROLS, "    flag: over_retained\n", "", "wrong_value", "error"),
        (CONTROLS, "{undeclared: true}", "{entities: [EMAIL_ADRESS]}", "undefined_near", "error"),
        (CONTROLS, "{undeclared: true}", "{entities: [XX]}", "undefined", "error"),
    ],
)  # fmt: skip
def test_a_slip_in_a_file_of_compliance(
    file: str, old: str, new: str, code: str, level: str, tmp_path: Path
) -> None:
    firm = company(tmp_path)
    firm.edit(file, old, new)
    rulebook, mistakes = load_rulebook(tmp_path, tmp_path)
    assert rulebook is None
    assert [(m.file, m.code, m.level) for m in mistakes] == [(file, code, level)]
    assert mistakes[0].line == firm.line(file, new.strip().split("\n")[0]) or mistakes[0].line > 1


def test_mistakes_of_all_three_files_come_together(tmp_path: Path) -> None:
    firm = company(tmp_path)
    firm.edit(POLICY, "max_rows: 10", "max_rows: 0")
    firm.edit(SCHEDULE, "action: delete", "action: remove")
    firm.edit(CONTROLS, "role: CPO\n    verb: scan", "rolle: CPO\n    verb: scan")
    _, mistakes = load_rulebook(tmp_path, tmp_path)
    assert [(m.file, m.code) for m in mistakes] == [
        (POLICY, "number_out_of_range"),
        (SCHEDULE, "not_allowed"),
        (CONTROLS, "missing_key"),
        (CONTROLS, "unknown_key_near"),
    ]


def test_a_missing_file_is_a_mistake(tmp_path: Path) -> None:
    firm = company(tmp_path)
    (firm.folder / SCHEDULE).unlink()
    rulebook, mistakes = load_rulebook(tmp_path, tmp_path)
    assert rulebook is None
    assert [(m.file, m.code) for m in mistakes] == [(SCHEDULE, "file_missing")]
