"""What a report says, section by section."""

from datetime import date

import pytest

from include.governance.model.contract import Dataset
from include.governance.model.text import Text
from include.governance.report.compose import compose
from include.governance.report.coverage import scanned_tables
from include.governance.report.data_map import agreement
from include.governance.report.given import ReportInput, TableScan
from tests.report.given import (
    AS_OF,
    classification,
    controls,
    emails,
    plan,
    policy,
    report_input,
    result,
    results,
    text,
    with_history,
)


def clean() -> ReportInput:
    passed = tuple(result(control, "orders") for control in controls())
    return report_input(results=passed)


def test_the_same_input_gives_the_same_report() -> None:
    assert compose(report_input()) == compose(report_input())


def test_a_run_without_findings_is_complete() -> None:
    assert compose(clean()).head.verdict == "complete"


def test_findings_need_review_worst_first() -> None:
    report = compose(report_input())
    assert report.head.verdict == "needs_review"
    assert [group.severity for group in report.attention] == ["critical", "high", "medium"]


def test_a_rule_that_was_not_evaluated_makes_the_headline_red() -> None:
    broken = (*results(), result("S6-19", "carts", "error", reason="not_evaluated"))
    assert compose(report_input(results=broken)).head.verdict == "could_not_evaluate"


def test_a_table_that_was_not_read_makes_a_clean_run_red() -> None:
    given = clean().model_copy(
        update={"scanned": (TableScan(source="shop", table="orders", rows=1),)}
    )
    report = compose(given)
    assert report.head.verdict == "could_not_evaluate"
    assert [each.table for each in report.head.coverage.unreached] == ["carts"]


def test_a_failed_scan_is_unreached_with_its_reason_even_if_older_rows_are_known() -> None:
    failed = result("S6-13", "carts", "error", reason="source_unavailable")
    coverage = compose(report_input(results=(*results(), failed))).head.coverage
    assert (coverage.declared, coverage.scanned, coverage.undeclared) == (2, 1, 1)
    assert "did not answer" in coverage.unreached[0].reason.en


def test_an_older_verdict_on_a_table_that_was_not_read_is_not_shown() -> None:
    failed = result("S6-13", "carts", "error", reason="source_unavailable")
    report = compose(report_input(results=(*results(), failed)))
    carts = next(table for table in report.data_map if table.table == "carts")
    assert carts.rows is None
    assert {column.agreement for column in carts.columns} == {"not_scanned"}


def test_accepted_findings_are_not_open_and_not_hidden() -> None:
    report = compose(with_history(report_input()))
    assert [each.status for each in report.decided] == ["accepted"]
    assert report.head.counts.open == 2
    decided = {c.control for clause in report.clauses for c in clause.controls if c.is_decided}
    assert decided == {report.decided[0].control}


def test_a_decision_that_does_not_hold_any_more_hides_nothing() -> None:
    given = with_history(report_input())
    assert given.known
    report = compose(given.model_copy(update={"outcome": report_input().outcome}))
    assert (report.decided, report.head.counts.open) == ((), 3)


def test_history_says_what_is_new_and_overdue_and_keeps_the_first_due_date() -> None:
    report = compose(with_history(report_input()))
    assert (report.head.counts.new, report.head.counts.overdue) == (1, 1)
    overdue = [f for g in report.attention for f in g.findings if f.progress == "overdue"]
    assert [each.due for each in overdue] == [date(2026, 10, 31)]


def test_without_history_nothing_is_called_new() -> None:
    counts = compose(report_input()).head.counts
    assert counts.new is None
    assert counts.overdue is None


def test_every_clause_is_there_and_says_when_it_has_no_check() -> None:
    clauses = compose(report_input()).clauses
    assert [(c.clause, len(c.controls), c.not_checkable is not None) for c in clauses] == [
        ("2-(1)", 0, False),
        ("6", 4, False),
        ("10", 0, True),
    ]


def test_a_clause_whose_controls_were_all_skipped_does_not_count_as_checked() -> None:
    assert compose(report_input()).head.clauses_checked == 1
    assert compose(report_input(results=())).head.clauses_checked == 0


def test_a_skipped_control_says_why() -> None:
    skipped = (result("S6-01", "carts", "skip", reason="no_such_column", facts={"missing": "fax"}),)
    clauses = compose(report_input(results=skipped)).clauses
    reasons = {c.control: [r.text.en for r in c.reasons] for c in clauses[1].controls}
    assert reasons["S6-01"] == ["No column of category fax is declared."]
    assert reasons["S6-19"] == ["No contract declares anything that this control looks at."]


def test_accuracy_is_the_share_of_rows_in_the_tables_that_were_judged() -> None:
    (line,) = compose(report_input()).accuracy
    assert (line.tables, line.rows, line.found, line.share) == (1, 100, 4, 0.96)


def test_retention_tells_what_was_not_measured_from_zero() -> None:
    (line,) = compose(report_input()).retention
    assert (line.over, line.undated, line.premature, line.held) == (2, 0, None, 1)
    assert compose(report_input()).head.held == 1
    unmeasured = compose(report_input(results=()))
    assert (unmeasured.retention[0].held, unmeasured.head.held) == (None, None)


def test_a_record_class_that_could_not_be_measured_has_no_number() -> None:
    broken = (result("S6-10", "orders", "error", rule="order", reason="clock_type"),)
    (line,) = compose(report_input(results=broken)).retention
    assert (line.status, line.over) == ("error", None)


def test_a_plan_of_another_day_is_not_current() -> None:
    old = plan().model_copy(update={"as_of": date(2026, 11, 1)})
    current, stale = compose(report_input()).disposal, compose(report_input(plan=old)).disposal
    assert current is not None
    assert current.is_current
    assert stale is not None
    assert not stale.is_current


@pytest.mark.parametrize(
    ("category", "found", "expected"),
    [
        ("email", emails("t", "c"), "agrees"),
        ("none", emails("t", "c"), "differs"),
        ("order", emails("t", "c"), "differs"),
        (None, emails("t", "c"), "undeclared"),
        ("email", classification("t", "c"), "no_evidence"),
        ("order", classification("t", "c"), "no_detector"),
        ("none", classification("t", "c"), "agrees"),
        ("email", None, "not_scanned"),
        ("none", emails("t", "c").model_copy(update={"standing": "stands"}), "decided"),
        ("none", emails("t", "c").model_copy(update={"standing": "contradicted"}), "contradicted"),
    ],
)
def test_a_declaration_is_compared_with_the_scan(category, found, expected) -> None:  # type: ignore[no-untyped-def]
    assert agreement(category, found, policy()) == expected


def test_a_column_that_looks_personal_is_shown_though_declared_otherwise() -> None:
    carts = next(t for t in compose(report_input()).data_map if t.table == "carts")
    assert ("id", "differs") in [(c.column, c.agreement) for c in carts.columns]


def test_gaps_of_the_policy_are_the_statements_without_a_clause() -> None:
    assert compose(report_input()).gaps == ("request_fee",)


@pytest.mark.parametrize(("as_of", "in_force"), [(AS_OF, False), (date(2027, 1, 17), True)])
def test_pending_law_is_in_force_from_its_day(as_of: date, in_force: bool) -> None:
    given = report_input()
    outcome = given.outcome.model_copy(update={"as_of": as_of})
    law = compose(given.model_copy(update={"outcome": outcome})).head.law
    assert [pending.is_in_force for pending in law.pending] == [in_force]


def test_rows_of_a_scan_are_the_most_values_of_any_column() -> None:
    seen = (classification("a", "x", rows=7), classification("a", "id", rows=9), emails("b", "x"))
    failed = (result("S6-13", "b", "error", reason="source_unavailable"),)
    scans = scanned_tables(seen, failed, controls())
    assert scans == (TableScan(source="shop", table="a", rows=9),)


def test_the_report_does_not_depend_on_where_contracts_lie() -> None:
    given = report_input()
    moved: tuple[Dataset, ...] = tuple(
        dataset.model_copy(update={"file": "/elsewhere.yaml"}) for dataset in given.datasets
    )
    assert compose(given.model_copy(update={"datasets": moved})) == compose(given)


def test_the_first_page_says_who_must_act_by_when() -> None:
    report = compose(with_history(report_input()))
    lines = report.head.agenda
    assert [line.due for line in lines] == sorted(line.due for line in lines)
    listed = [finding for group in report.attention for finding in group.findings]
    assert sum(line.open for line in lines) == len(listed) == report.head.counts.open
    assert {line.who.ja for line in lines} == {finding.owner.ja for finding in listed}
    assert compose(clean()).head.agenda == ()


def test_an_owner_is_called_as_the_policy_calls_the_department() -> None:
    departments = {"EC": text("E-commerce", "EC事業部")}
    report = compose(report_input(policy=policy(departments=departments)))
    owners = {each.table: each.owner for each in report.data_map}
    assert owners["orders"] == Text(en="E-commerce", ja="EC事業部")
    assert owners["carts"] is None
    named = {f.owner.ja for group in report.attention for f in group.findings}
    assert "EC事業部" in named
    assert "EC" not in named


def test_the_scope_names_what_was_read_and_what_was_not() -> None:
    (shop,) = compose(report_input()).head.coverage.sources
    assert shop.not_read == ("open_orders",)
    assert (shop.declared, shop.scanned, shop.undeclared) == (2, 2, 1)
