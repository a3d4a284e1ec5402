from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from include.governance.policy.statements import STATEMENTS
from tests.lint.company import CONTROLS, MEMBERS, ORDERS, POLICY, SCHEDULE, company


class Case(NamedTuple):
    """One slip: in ``file``, ``old`` became ``new``; ``code`` is said at the line of ``at``."""

    code: str
    file: str
    old: str
    new: str
    at: str
    level: str = "error"
    said_in: str = ""


def word(name: str, value: str) -> str:
    return f"{{property: {name}, value: {value}, vendor: daicho}}"


RECORD = "{record_class: member, when"
CLOCK = word("clock", "withdrawn")
ENTITY = word("entity", "member")


def append_only(clock: str) -> str:
    """The word of a table to which rows are only added."""
    return word("appendOnly", f"{{clock: {clock}}}")


STATUS = "- name: status\n        logicalType: string\n        customProperties:\n          - "
CASES: list[Case] = [
    # the policy
    *(Case(f"gap_{key}", POLICY, f'{key}: "1"', f"{key}: null", f"{key}: null",
           "warning")
      for key in STATEMENTS),
    Case("gap_retention_periods", POLICY, '  retention_periods: "1"\n', "", "statements:",
         "warning"),
    Case("gap_joint_use_range", POLICY, "range: [R-MAIL]", "range: []", "joint_use:", "warning"),
    Case("grounds_missing", POLICY, ", reportable_leak", "", "grounds: [", "warning"),
    Case("exception_too_wide", POLICY, ", consent_difficult", "", "life:", "warning"),
    Case("clause_unchecked", POLICY, ", not_checkable: {en: An attitude, ja: 姿勢}", "",
         '"2": {label', "warning"),
    Case("agreement_missing", POLICY,
         ", agreement: {signed_on: 2024-01-10, ends_on: 2028-03-31}", "", "R-MAIL: {"),
    Case("login_of_two", POLICY, "  R-MAIL: {",
         "  R-ADS: {name: {en: A, ja: A}, kind: third, logins: [mail_app]}\n"
         "  R-MAIL: {logins: [Mail_App], ", "R-MAIL: {"),
    Case("agreement_expired", POLICY, "ends_on: 2028-03-31", "ends_on: 2026-11-29", "R-MAIL: {"),
    Case("agreement_not_begun", POLICY, "signed_on: 2024-01-10", "signed_on: 2026-12-01",
         "R-MAIL: {"),
    Case("law_overdue", POLICY, "checked_on: 2026-11-01", "checked_on: 2026-01-01", "checked_on",
         "warning"),
    Case("purpose_unused", POLICY, "purposes:\n  P1:",
         'purposes:\n  P9: {clause: "1", label: {en: N, ja: 無}, dpv: [], fideslang: x, '
         "categories: []}\n  P1:", "P9:", "warning"),
    Case("purpose_forbidden", POLICY, "categories: [member_id]}",
         "categories: [member_id, my_number]}",
         "P2: {clause"),
    Case("never_touch_unknown_near", POLICY, "[shop.members]", "[shop.member]", "limits:"),
    Case("copy_source_unknown_near", POLICY, "sources: [shop]", "sources: [shop, shopp]",
         "backups:"),
    Case("undo_beyond_grace", POLICY, "act_within:", "undo_window: P7D\nact_within:",
         "undo_window", "warning"),
    Case("undo_beyond_request", POLICY, "requests:\n  clocks: {acknowledge: P2D, stop_use: P1D, "
         "decide: P14D, hard_stop: P30D, erase_everywhere: P30D}",
         "undo_window: P7D\nrequests:\n  clocks: {acknowledge: P2D, stop_use: P1D, "
         "decide: P14D, hard_stop: P30D, erase_everywhere: P6D}", "undo_window"),
    Case("wrong_value", POLICY, "act_within:", "undo_window: P31D\nact_within:", "undo_window"),
    Case("copies_none", POLICY, "sources: [shop]", "sources: [zodiac]", "copies:", "warning"),
    Case("undefined", POLICY, "P35D, role: CPO", "P35D, role: ZZ", "backups:"),
    Case("undefined_near", POLICY, "categories: [member_id, name, address]",
         "categories: [member_id, name, adress]", "P1: {clause"),
    Case("undefined", POLICY, "items: [name]", "items: [zodiac]", "items:"),
    Case("undefined_near", POLICY, "  contact_desk: \"1\"", "  contact_dsek: \"1\"",
         "contact_dsek"),
    Case("undefined", POLICY, "part_of: address", "part_of: zodiac", "prefecture:"),
    # the schedule
    Case("ceiling_below_floor", SCHEDULE, "period: P3Y", "period: P365D", "erase_after:"),
    Case("ceiling_below_floor", SCHEDULE, "period: P3Y", "at_once: true", "erase_after:"),
    Case("floor_without_basis", SCHEDULE,
         "\n      basis: [{text: {en: Law, ja: 法}, verified: true}]",
         "", "keep_at_least:"),
    Case("ceiling_without_basis", SCHEDULE,
         "\n      basis: [{text: {en: Practice, ja: 慣行}, verified: true}]", "", "erase_after:",
         "warning"),
    Case("basis_not_verified", SCHEDULE, "ja: 慣行}, verified: true", "ja: 慣行}, verified: false",
         "慣行", "warning"),
    Case("last_day_unknown", SCHEDULE, "fallback: [registered]}",
         "fallback: [registered], last_day: [expires]}", "trigger:"),
    Case("record_class_unused", SCHEDULE, "record_classes:\n",
         "record_classes:\n  spare: {label: {en: S, ja: 予}, control: C-2,"
         " trigger: {latest_of: [x]},"
         " erase_after: {period: P1Y, basis: [{text: {en: L, ja: 法}, verified: true}]},"
         " action: delete, verify: {recheck_after: P1D}}\n", "spare:", "warning"),
    Case("undefined", SCHEDULE, "holds: [legal_hold]", "holds: [whim]", "holds: ["),
    Case("undefined_near", SCHEDULE, "control: C-2", "control: C-1", "control:"),
    # the controls
    Case("undefined", CONTROLS, "role: CPO\n    verb: scan", "role: XYZ\n    verb: scan",
         "role: XYZ"),
    # columns
    Case("category_undeclared", MEMBERS, STATUS + word("dataCategory", "none"),
         "- name: status\n        logicalType: string", "- name: status"),
    Case("category_unknown_near", MEMBERS, word("dataCategory", "prefecture"),
         word("dataCategory", "prefectur"), "value: prefectur,"),
    Case("category_unknown", MEMBERS, word("dataCategory", "prefecture"),
         word("dataCategory", "zodiac"), "zodiac"),
    Case("purpose_unknown", MEMBERS, word("purposes", "[P1]"), word("purposes", "[P1, Z9]"), "Z9"),
    Case("purpose_unknown_near", MEMBERS, word("purposes", "[P1, P2]"),
         word("purposes", "[P1, P2, p11]"), "p11"),
    Case("purpose_missing", ORDERS, "      - {property: owner, value: EC, vendor: daicho}\n"
         "      - {property: purposes, value: [P1], vendor: daicho}\n",
         "      - {property: owner, value: EC, vendor: daicho}\n", "- name: buyer"),
    Case("out_of_purpose", MEMBERS, word("purposes", "[P1]"), word("purposes", "[P2]"), "[P2]"),
    Case("out_of_purpose_retired", MEMBERS,
         "- name: full_name\n        logicalType: string\n        customProperties:\n"
         "          - {property: dataCategory, value: name, vendor: daicho}\n"
         "          - {property: purposes, value: [P1], vendor: daicho}",
         "- name: full_name\n        deprecated: true\n        customProperties:\n"
         "          - {property: dataCategory, value: name, vendor: daicho}\n"
         "          - {property: purposes, value: [P2], vendor: daicho}", "[P2]", "warning"),
    Case("purpose_silent", MEMBERS, word("purposes", "[P1]"), word("purposes", "[P1, P2] "),
         "[P1, P2] ", "warning"),
    Case("forbidden_with_purpose", MEMBERS, word("dataCategory", "name"),
         word("dataCategory", "my_number"), "value: [P1],"),
    Case("forbidden_in_use", MEMBERS, word("dataCategory", "prefecture"),
         word("dataCategory", "my_number"), "my_number", "warning"),
    Case("quasi_unique", MEMBERS, word("dataCategory", "member_id"),
         word("dataCategory", "member_id") + "\n          - "
         + word("quasiIdentifier", "true"), "quasiIdentifier"),
    # keys and links
    Case("no_primary_key", MEMBERS, "        primaryKey: true\n", "", "- name: members"),
    Case("no_owner", MEMBERS, "      - {property: owner, value: EC, vendor: daicho}\n", "",
         "- name: members"),
    Case("no_entity", MEMBERS, "      - {property: entity, value: member, vendor: daicho}\n", "",
         "- name: members"),
    Case("column_unknown_near", MEMBERS, word("subjectKey", "member_id"),
         word("subjectKey", "memberid"), "memberid"),
    Case("column_unknown", MEMBERS, "when: {column: status", "when: {column: zodiac", "zodiac"),
    Case("append_clock_unknown", MEMBERS, ENTITY, f"{ENTITY}\n      - {append_only('zodiac')}",
         "appendOnly"),
    Case("append_clock_unknown_near", MEMBERS, ENTITY,
         f"{ENTITY}\n      - {append_only('registred')}", "appendOnly"),
    Case("value_never_occurs", MEMBERS, "equals: gone}", "equals: gonne}", "record_class: member"),
    Case("value_of_another_type", MEMBERS, "equals: gone}", "equals: 1}", "record_class: member"),
    Case("value_of_another_type", MEMBERS, "when: {column: status, equals: gone}",
         "when: {column: member_id, equals: one}", "record_class: member"),
    Case("column_unknown_near", MEMBERS, "disposed: [{column: full_name",
         "disposed: [{column: ful_name", "ful_name"),
    Case("column_unknown_near", MEMBERS, "disposed_at: erased_at", "disposed_at: erased",
         "erased}"),
    Case("link_table_unknown_near", ORDERS, "members.member_id", "member.member_id",
         "- name: buyer"),
    Case("link_table_unknown", ORDERS, "members.member_id", "zodiac.member_id", "- name: buyer"),
    Case("link_column_unknown_near", ORDERS, "members.member_id", "members.memberid",
         "- name: buyer"),
    Case("link_column_unknown", ORDERS, "members.member_id", "members.zzz", "- name: buyer"),
    Case("link_lengths", ORDERS, "{to: members.member_id}",
         "{to: [members.member_id, members.status]}",
         "- name: buyer"),
    # record classes
    Case("no_record_class", ORDERS,
         "        relationships:\n          - {to: members.member_id}\n", "",
         "- name: orders"),
    Case("record_class_unknown_near", MEMBERS, RECORD, "{record_class: membre, when", "membre"),
    Case("record_class_unknown", MEMBERS, RECORD, "{record_class: zodiac, when", "zodiac"),
    Case("clock_missing", MEMBERS, CLOCK, word("clock", "left"), "record_class: member"),
    Case("clock_missing_near", MEMBERS, CLOCK, word("clock", "withdrawal"), "record_class: member"),
    Case("clock_missing", MEMBERS, word("clock", "registered"), word("clock", "born"),
         "record_class: member", "warning"),
    Case("clock_not_a_date", MEMBERS, "- name: withdrawn_at\n        logicalType: timestamp",
         "- name: withdrawn_at\n        logicalType: string", "value: withdrawn,"),
    # registers
    Case("register_unknown", ORDERS, word("register", "holds"), word("register", "zodiac"),
         "zodiac"),
    Case("register_unknown_near", ORDERS, word("register", "holds"), word("register", "hold"),
         "value: hold,"),
    Case("field_unknown_near", ORDERS, word("registerField", "table_name"),
         word("registerField", "tablename"), "tablename"),
    Case("field_unknown", ORDERS, word("registerField", "table_name"),
         word("registerField", "zodiac"), "zodiac"),
    Case("field_twice", ORDERS, word("registerField", "table_name"), word("registerField",
         "hold_id"),
         "value: hold_id,"),
    Case("field_missing", ORDERS, "- name: hold_id", "- name: number", "property: register,"),
    Case("field_unfilled", ORDERS, "- name: review_due", "- name: due", "property: register,",
         "warning"),
    Case("register_not_named", ORDERS, f"      - {word('register', 'holds')}\n", "",
         "value: register,"),
    Case("field_without_register", ORDERS, f"      - {word('register', 'holds')}\n", "",
         "registerField"),
    # retention in the standard's words
    Case("sla_property_near", MEMBERS, "property: retention", "property: Retention", "Retention"),
    Case("sla_property_near", MEMBERS, "property: retention", "property: rt", "- property: rt"),
    Case("sla_quoted", MEMBERS, "value: 3\n", 'value: "3"\n', "property: retention"),
    Case("sla_not_a_number", MEMBERS, "value: 3\n", "value: 1.5\n", "property: retention"),
    Case("sla_not_a_number", MEMBERS, "value: 3\n", "value: true\n", "property: retention"),
    Case("sla_unit", MEMBERS, "unit: y", "unit: m", "property: retention"),
    Case("sla_no_element", MEMBERS, "    element: members.withdrawn_at\n", "",
         "property: retention"),
    Case("sla_many_elements", MEMBERS, "members.withdrawn_at",
         "members.withdrawn_at, members.status", "property: retention"),
    Case("sla_element_unknown_near", MEMBERS, "members.withdrawn_at", "members.withdrawnat",
         "property: retention"),
    Case("sla_element_unknown", MEMBERS, "members.withdrawn_at", "zzz", "property: retention"),
    Case("sla_not_a_clock", MEMBERS, "element: members.withdrawn_at", "element: members.erased_at",
         "property: retention"),
    Case("sla_no_record_class", MEMBERS, "    customProperties:\n"
         "      - {property: recordClass, value: member, vendor: daicho}\n", "",
         "property: retention", "warning"),
    Case("sla_class_unknown_near", MEMBERS, word("recordClass", "member"),
         word("recordClass", "membr"), "property: retention"),
    Case("sla_class_unknown", MEMBERS, word("recordClass", "member"), word("recordClass", "zodiac"),
         "property: retention"),
    Case("sla_disagrees", MEMBERS, "value: 3\n", "value: 2\n", "property: retention"),
    Case("sla_disagrees", MEMBERS, "unit: y", "unit: mo", "property: retention"),
    Case("sla_fiscal", SCHEDULE, "trigger: {latest_of: [withdrawn], fallback: [registered]}",
         "trigger: {latest_of: [withdrawn], calendar: fiscal_year_filing_due}",
         "property: retention", "error", MEMBERS),
]  # fmt: skip


def test_a_company_with_right_files_has_no_mistakes(tmp_path: Path) -> None:
    assert company(tmp_path).mistakes() == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.new[:24]!r}")
def test_each_slip_is_said_once_at_its_line(case: Case, tmp_path: Path) -> None:
    firm = company(tmp_path)
    firm.edit(case.file, case.old, case.new)
    said_in = case.said_in or case.file
    found = [m for m in firm.mistakes() if m.code == case.code]
    assert [(m.file, m.line, m.level) for m in found] == [
        (said_in, firm.line(said_in, case.at), case.level)
    ]
    assert "{" not in found[0].say("en") + found[0].say("ja")


ROOTS = ("record_class_unknown", "link_table_unknown", "clock_missing", "field_", "column_unknown")
ONE_SLIP = [case for case in CASES if case.code.startswith(ROOTS) and "without" not in case.code]


@pytest.mark.parametrize("case", ONE_SLIP, ids=lambda case: f"{case.code}-{case.new[:24]!r}")
def test_nothing_is_said_about_what_follows_from_a_slip(case: Case, tmp_path: Path) -> None:
    firm = company(tmp_path)
    firm.edit(case.file, case.old, case.new)
    assert [m.code for m in firm.mistakes()] == [case.code]


@pytest.mark.parametrize("period", ["P9999999Y", "P201Y", "P0D", "-P1D", "P-1D", "P1.5Y"])
def test_a_period_that_means_nothing_is_refused_at_its_line(period: str, tmp_path: Path) -> None:
    for old, at in (("period: P3Y", "erase_after:"), ("period: P1Y", "keep_at_least:")):
        firm = company(tmp_path / at[:-1])
        firm.edit(SCHEDULE, old, f"period: {period}")
        [said] = firm.mistakes()
        code = "wrong_value" if period == "P0D" else "not_period"
        assert (said.file, said.line, said.code) == (SCHEDULE, firm.line(SCHEDULE, at) + 1, code)


def test_a_record_class_that_the_schedule_has_and_the_table_does_not_use(tmp_path: Path) -> None:
    firm = company(tmp_path)
    text = (firm.folder / SCHEDULE).read_text("utf-8")
    body = text.split("  member:\n")[1]
    (firm.folder / SCHEDULE).write_text(f"{text}  other:\n{body}", "utf-8")
    firm.edit(MEMBERS, word("recordClass", "member"), word("recordClass", "other"))
    codes = {(m.code, m.level) for m in firm.mistakes()}
    assert codes == {("sla_class_not_used", "error"), ("record_class_unused", "warning")}


def test_two_columns_cannot_both_say_when_a_row_was_added(tmp_path: Path) -> None:
    firm = company(tmp_path)
    firm.edit(MEMBERS, ENTITY, f"{ENTITY}\n      - {append_only('withdrawn')}")
    firm.edit(MEMBERS, CLOCK, f"{CLOCK}\n      - name: left_at\n        logicalType: date\n"
              "        customProperties:\n          - {property: dataCategory, value: none, "
              f"vendor: daicho}}\n          - {CLOCK}")  # fmt: skip
    assert "append_clock_twice" in {m.code for m in firm.mistakes()}


def test_all_mistakes_of_all_files_are_shown_at_once(tmp_path: Path) -> None:
    firm = company(tmp_path)
    firm.edit(POLICY, 'fee: "1"', "fee: null")
    firm.edit(SCHEDULE, "period: P3Y", "period: P1D")
    firm.edit(MEMBERS, word("clock", "withdrawn"), word("clock", "left"))
    firm.edit(ORDERS, word("dataCategory", "member_id") + "\n        relationships",
              word("dataCategory", "zodiac") + "\n        relationships")  # fmt: skip
    assert [(m.file, m.code) for m in firm.mistakes()] == [
        (MEMBERS, "clock_missing"),
        (MEMBERS, "sla_disagrees"),
        (ORDERS, "category_unknown"),
        (POLICY, "gap_request_fee"),
        (SCHEDULE, "ceiling_below_floor"),
    ]


def test_the_day_decides_what_has_expired(tmp_path: Path) -> None:
    firm = company(tmp_path)
    assert firm.mistakes(date(2028, 3, 31))[0].code == "law_overdue"
    assert [m.code for m in firm.mistakes(date(2028, 4, 1))] == ["law_overdue", "agreement_expired"]


def test_a_year_of_days_is_below_a_year_of_months_only_when_a_leap_day_falls_in(
    tmp_path: Path,
) -> None:
    firm = company(tmp_path)
    firm.edit(SCHEDULE, "period: P3Y", "period: P365D")
    said = next(m for m in firm.mistakes() if m.code == "ceiling_below_floor")
    assert said.facts["day"] == "2023-03-01"


def test_a_grace_period_counts_for_the_ceiling(tmp_path: Path) -> None:
    firm = company(tmp_path)
    firm.edit(SCHEDULE, "period: P3Y", "period: P365D\n      grace: P1D")
    assert "ceiling_below_floor" not in [m.code for m in firm.mistakes()]


def test_a_number_in_a_register_needs_no_period_but_a_name_does(tmp_path: Path) -> None:
    firm = company(tmp_path)
    old = word("dataCategory", "member_id") + "\n      - name: reason"
    firm.edit(ORDERS, old, word("dataCategory", "name") + "\n      - name: reason")
    said = [m for m in firm.mistakes() if m.code == "no_record_class"]
    assert [m.facts["columns"] for m in said] == ["subject_ref"]


@pytest.mark.parametrize(("kind", "level"), [("pseudonymised", "warning"), ("anonymised", None)])
def test_data_without_a_known_person_is_judged_more_mildly(
    kind: str, level: str | None, tmp_path: Path
) -> None:
    firm = company(tmp_path)
    firm.edit(ORDERS, "        relationships:\n          - {to: members.member_id}\n", "")
    firm.edit(ORDERS, word("datasetKind", "transaction"), word("datasetKind", kind))
    said = [m.level for m in firm.mistakes() if m.code == "no_record_class"]
    assert said == ([level] if level else [])
