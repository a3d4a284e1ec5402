"""A value that a table holds never reaches a report, in any language or format."""

from pathlib import Path

from include.governance.detect.table import ColumnInfo, TableScanner
from include.governance.detect.values import Detector
from include.governance.report import files
from include.governance.report.compose import compose
from include.governance.report.given import TableScan
from tests.report.given import dataset, report_input

CANARIES = ("kanaria.hanako@canary.example", "090-1234-5678", "金糸雀 花子")


def test_no_scanned_value_is_in_any_file(tmp_path: Path) -> None:
    columns = ("email", "item", "id")
    scanner = TableScanner([ColumnInfo(name, "string") for name in columns], Detector(), watch={})
    cells = {name: [canary] * 30 for name, canary in zip(columns, CANARIES, strict=True)}
    scanner.feed([(n,) for n in range(30)], cells)
    found = scanner.finish().classified("shop", "orders")
    assert any(each.outcome != "none" for each in found)
    given = report_input(
        classifications=found,
        datasets=(dataset("orders"),),
        scanned=(TableScan(source="shop", table="orders", rows=30),),
    )
    for path in files.write(compose(given), tmp_path):
        written = path.read_text("utf-8")
        assert not [canary for canary in CANARIES if canary in written]
