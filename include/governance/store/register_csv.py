"""Registers as CSV files: exported so that a spreadsheet runs nothing, imported all or nothing."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import TextIO, TypeVar

from pydantic import ValidationError

from include.governance.model.mistake import Mistake
from include.governance.model.register_row import FieldKind, RegisterRow
from include.governance.store.encoding import canonical
from include.governance.store.register_entry import RegisterRefused, invalid, mistake
from include.governance.store.register_read import read_value

R = TypeVar("R", bound=RegisterRow)
#: Excel reads a file as UTF-8 only behind this mark.
BYTE_ORDER_MARK = "\ufeff"
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠|%]")
_CODES = {
    FieldKind.DAY: "not_a_day",
    FieldKind.MOMENT: "not_a_moment",
    FieldKind.NUMBER: "not_a_number",
    FieldKind.FLAG: "not_yes_or_no",
    FieldKind.WORDS: "not_words",
}


def write_csv(model: type[R], rows: Iterable[R], to: TextIO) -> int:
    """Write rows with their field names; returns how many.

    A text that a spreadsheet would run as a formula gets an apostrophe in front, which
    ``read_csv`` takes away again. Open the file with ``newline=""``.
    """
    kinds = _kept(model)
    to.write(BYTE_ORDER_MARK)
    writer = csv.writer(to, lineterminator="\r\n")
    writer.writerow(kinds)
    count = 0
    for row in rows:
        writer.writerow([_cell(getattr(row, field)) for field in kinds])
        count += 1
    return count


def read_csv(model: type[R], lines: TextIO, file: str) -> list[tuple[int, R]]:
    """The rows of a file with their line numbers; raises RegisterRefused naming every mistake."""
    reader = csv.DictReader(lines, strict=True)
    mistakes: list[Mistake] = []
    rows: list[tuple[int, R]] = []
    try:
        mistakes += _header_mistakes(model, reader.fieldnames or (), file)
        for cells in reader if not mistakes else ():
            row, wrong = _row(model, cells, file, reader.line_num)
            mistakes += wrong
            rows += [(reader.line_num, row)] if row else []
    except (csv.Error, UnicodeError):
        mistakes.append(mistake(file, reader.line_num, "", "not_csv"))
    mistakes += _doubled(model, rows, file)
    if mistakes:
        raise RegisterRefused(model.register_name, mistakes)
    return rows


def _kept(model: type[RegisterRow]) -> dict[str, FieldKind]:
    return {n: kind for n, kind in model.kinds().items() if kind is not FieldKind.TRANSIENT}


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


def _header_mistakes(
    model: type[RegisterRow], names: Iterable[str], file: str
) -> Iterator[Mistake]:
    found = [name.removeprefix(BYTE_ORDER_MARK) for name in names]
    kinds = _kept(model)
    for name in found:
        if name not in kinds:
            yield mistake(file, 1, "", "unknown_column", allowed=", ".join(kinds))
    if model.key_field not in found:
        yield mistake(file, 1, model.key_field, "column_missing")
    if len(set(found)) != len(found):
        yield mistake(file, 1, "", "column_twice")


def _row(
    model: type[R], cells: dict[str | None, str | None], file: str, line: int
) -> tuple[R | None, list[Mistake]]:
    if None in cells or None in cells.values():
        return None, [mistake(file, line, "", "cells")]
    values: dict[str, object] = {}
    wrong: list[Mistake] = []
    for name, cell in cells.items():
        field = str(name).removeprefix(BYTE_ORDER_MARK)
        kind = model.kinds()[field]
        try:
            values[field] = read_value(kind, _plain(cell or ""), UTC)
        except (ValueError, ArithmeticError):
            wrong.append(mistake(file, line, field, _CODES[kind]))
    if wrong:
        return None, wrong
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        return None, invalid(file, line, error)


def _doubled(model: type[R], rows: Iterable[tuple[int, R]], file: str) -> Iterator[Mistake]:
    first: dict[str, int] = {}
    for line, row in rows:
        if row.key in first:
            yield mistake(file, line, model.key_field, "key_twice", first=first[row.key])
        first.setdefault(row.key, line)
