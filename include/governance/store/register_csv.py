"""Registers as CSV files: exported so that a spreadsheet runs nothing, imported all or nothing."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from typing import TextIO, TypeVar

from include.governance.model.mistake import Mistake
from include.governance.model.register_row import RegisterRow
from include.governance.store.encoding import canonical
from include.governance.store.register_entry import RegisterRefused, mistake
from include.governance.store.register_given import doubled, kept_fields, name_mistakes, row_of

R = TypeVar("R", bound=RegisterRow)
#: Excel reads a file as UTF-8 only behind this mark.
BYTE_ORDER_MARK = "\ufeff"
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠|%]")


def write_csv(model: type[R], rows: Iterable[R], to: TextIO) -> int:
    """Write rows with their field names; returns how many.

    A text that a spreadsheet would run as a formula gets an apostrophe in front, which
    ``read_csv`` takes away again. Open the file with ``newline=""``.
    """
    kinds = kept_fields(model)
    to.write(BYTE_ORDER_MARK)
    writer = csv.writer(to, lineterminator="\r\n")
    writer.writerow(kinds)
    count = 0
    for row in rows:
        writer.writerow([_cell(getattr(row, field)) for field in kinds])
        count += 1
    return count


def read_csv(model: type[R], lines: TextIO, file: str, zone: tzinfo) -> list[tuple[int, R]]:
    """The rows of a file with their line numbers; raises RegisterRefused naming every mistake."""
    reader = csv.DictReader(lines, strict=True)
    mistakes: list[Mistake] = []
    rows: list[tuple[int, R]] = []
    try:
        names = [name.removeprefix(BYTE_ORDER_MARK) for name in reader.fieldnames or ()]
        mistakes += name_mistakes(model, names, file, 1)
        for cells in reader if not mistakes else ():
            row, wrong = _row(model, cells, zone, file, reader.line_num)
            mistakes += wrong
            rows += [(reader.line_num, row)] if row else []
    except (csv.Error, UnicodeError):
        mistakes.append(mistake(file, reader.line_num, "", "not_csv"))
    mistakes += doubled(model, rows, file)
    if mistakes:
        raise RegisterRefused(model.register_name, mistakes)
    return rows


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple():
            return canonical(list(value))
        case datetime() | date():
            return value.isoformat()
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _row(
    model: type[R],
    cells: dict[str | None, str | None],
    zone: tzinfo,
    file: str,
    line: int,
) -> tuple[R | None, list[Mistake]]:
    if None in cells or None in cells.values():
        return None, [mistake(file, line, "", "cells")]
    given = {
        str(name).removeprefix(BYTE_ORDER_MARK): _plain(cell or "") for name, cell in cells.items()
    }
    return row_of(model, given, zone, file, line)
