"""The list of findings for spreadsheets: one line each, and never a formula."""

import csv
import io

import pytest

from include.governance.report.compose import compose
from include.governance.report.export import COLUMNS, as_csv
from tests.report.given import report_input, result


def lines(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_there_is_one_line_for_each_finding() -> None:
    header, *found = lines(as_csv(compose(report_input()), "ja"))
    assert len(header) == len(COLUMNS)
    assert [(line[1], line[6], line[8]) for line in found] == [
        ("S6-13", "vip", "1"),
        ("S6-10", "orders", "2"),
        ("S6-01", "orders", "4"),
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"])
def test_a_name_that_begins_like_a_formula_is_text(name: str) -> None:
    found = (result("S6-01", name, "fail", columns=(name,), rows=1),)
    _, line = lines(as_csv(compose(report_input(results=found)), "en"))
    assert line[6] == f"'{name}"
    assert line[7] == f"'{name}"
